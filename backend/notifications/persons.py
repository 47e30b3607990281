"""The messages that told a petitioner of their petition: to whom, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.notifications.addresses import address as spelt
from backend.notifications.models import Message, OptOut
from backend.notifications.vocabulary import Reason, State
from field.models import Petitioner
from field.persons import Passage, PassageKind, Source, register_source
from field.telephones import spellings

_FIELDS = {
    "address": (_("A quién se le envió"), PassageKind.IDENTITY),
    "subject": (_("Asunto del aviso"), PassageKind.TEXT),
    "body": (_("Texto del aviso"), PassageKind.TEXT),
    # A port of the office's own may have kept words that quote the address.
    "error": (_("Por qué no se pudo enviar"), PassageKind.TEXT),
}
_OPTED_OUT = "opted_out"
_NOT_GONE = "not_gone"
#: Those that are still to go, or may be let go, though nothing is written in them yet.
_TO_GO = (State.REVIEW, State.WAITING, State.FAILED)


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("notifications", _("Avisos"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """Where each message about the petition went, what it said, and whether the person wants no more."""
    messages = list(Message.objects.filter(petition=petition_id))
    passages = [
        Passage(f"{name}:{message.pk}", label, getattr(message, name), kind)
        for message in messages
        for name, (label, kind) in _FIELDS.items()
        if getattr(message, name)
    ]
    passages += [
        Passage(
            f"{_NOT_GONE}:{message.pk}",
            _("Aviso que no ha salido"),
            message.get_event_display(),
            PassageKind.IDENTITY,
        )
        for message in messages
        if message.state in _TO_GO
    ]
    return passages + [
        Passage(f"{_OPTED_OUT}:{number}", _("No quiere avisos en"), address, PassageKind.IDENTITY)
        for number, address in enumerate(_opted_out(petition_id), start=1)
    ]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the messages'; that they were sent, and when, stays. One that has not left,
    put in nothing's place, is not to go."""
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        if name in _FIELDS:
            Message.objects.filter(petition=petition_id, pk=pk).update(**{name: text})
        elif name == _NOT_GONE and not text:
            to_go = Message.objects.filter(petition=petition_id, pk=pk, state__in=_TO_GO)
            to_go.update(state=State.DROPPED, reason=Reason.FORGOTTEN)
        elif name == _OPTED_OUT and not text:
            _forget_opt_outs(petition_id)


def _opted_out(petition_id: UUID) -> list[str]:
    """The addresses of who asked at which messages are not wanted."""
    person = Petitioner.objects.filter(petition=petition_id).first()
    addresses = [spelt(person.email), spelt(person.phone_digits)] if person else []
    wanted = OptOut.objects.filter(address__in=[address for address in addresses if address])
    return list(wanted.order_by("address").values_list("address", flat=True))


def _forget_opt_outs(petition_id: UUID) -> None:
    forget_opt_outs(addresses=_opted_out(petition_id), besides=petition_id)


def forget_opt_outs(*, addresses: Iterable[str], besides: UUID | None = None) -> int:
    """Forget that these e-mails and telephones, however written, want no messages; how many are forgotten.

    Where another petition than ``besides`` still has the address, its owner's wish is still needed.
    """
    others = Petitioner.objects.exclude(petition=besides) if besides else Petitioner.objects.all()
    forgotten = 0
    for address in {spelt(one) for one in addresses}:
        same = Q(email__iexact=address) | Q(phone_digits__in=spellings(address))
        if address and not others.filter(same).exists():
            forgotten += OptOut.objects.filter(address=address).delete()[0]
    return forgotten
