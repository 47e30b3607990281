"""What those hear whose petition is joined to another's, through a real SMTP server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.casework.given import Given
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_status, change_statuses
from backend.notifications.models import EventRule, Message
from backend.notifications.services.deciding import opt_out
from field.folio import format_folio
from field.models import Petition
from geo.clock import local_today
from tests.notifications.conftest import person

JOINED, PARTED = "junto con otra igual", "por separado"


@pytest.fixture
def neighbours(office, receive) -> list[Petition]:
    """Three who ask for the same lamp, each with an e-mail; their receipts are out of the way."""
    people = [("Ana Soto", "ana"), ("Beto Cruz", "beto"), ("Celia Díaz", "celia")]
    petitions = [
        receive(
            petitioner=person(name=name, email=f"{mail}@example.mx", phone=f"669 000 000{n}"),
            address=f"Callejón {mail} 1",
            description=f"Pido de parte de {name}",
        )
        for n, (name, mail) in enumerate(people)
    ]
    Message.objects.all().delete()
    return petitions


@pytest.fixture
def heard(mail_server, send):
    """To whom each mail went that was sent by now, with what it says."""

    def _heard(words: str = "") -> list[tuple[str, str]]:
        send()
        told = [
            (to, f"{mail['Subject']}\n{mail.get_content()}")
            for recipients, mail in mail_server.taken
            for to in recipients
        ]
        return sorted((to.partition("@")[0], text) for to, text in told if words in text)

    return _heard


def join(office, petitions) -> None:
    join_petitions(petitions=[one.pk for one in petitions], by=office.staff["auxiliar"])
    for one in petitions:
        one.refresh_from_db()


def test_who_is_joined_to_another_hears_it_and_whoever_leads_does_not(office, neighbours, heard):
    join(office, neighbours)
    told = heard()
    assert [to for to, _text in told] == ["beto", "celia"]
    assert all(JOINED in text and "La atiende Alumbrado" in text for _to, text in told)
    assert heard() == told, "never twice"


def test_nothing_of_the_other_citizens_is_in_it(office, neighbours, heard):
    join(office, neighbours)
    split_petition(petition=neighbours[2], by=office.staff["auxiliar"])
    texts = dict(heard())
    own = {"beto": neighbours[1], "celia": neighbours[2]}
    for to, text in texts.items():
        assert format_folio(own[to].folio) in text
        for other in neighbours:
            if other != own[to]:
                facts = (format_folio(other.folio), other.folio, other.address, other.description)
                data = (other.petitioner.name, other.petitioner.email, other.petitioner.phone)
                assert not [fact for fact in (*facts, *data) if fact in text]


def test_who_was_a_voice_already_is_not_told_again_when_its_head_comes_under_another(
    office, receive, neighbours, heard
):
    join(office, neighbours[1:])
    assert [to for to, _text in heard(JOINED)] == ["celia"]
    join(office, neighbours[:2])
    assert [to for to, _text in heard(JOINED)] == ["beto", "celia"]


def test_a_voice_hears_where_the_one_that_it_joined_stands(office, neighbours, heard):
    first, second, _third = neighbours
    change_status(petition=first, move="open", by=office.staff["enlace"])
    day = local_today()
    change_status(petition=first, move="schedule", by=office.staff["enlace"], given=Given(scheduled_for=day))
    join(office, [first, second])
    [(to, text)] = heard(JOINED)
    assert to == "beto"
    assert "Alumbrado la programó para el" in " ".join(text.split())


def test_every_voice_hears_each_outcome_once_whoever_of_them_is_moved(office, neighbours, heard):
    join(office, neighbours)
    heard()
    keys, liaison = [one.pk for one in neighbours], office.staff["enlace"]
    change_statuses(petitions=keys[1:], move="open", by=liaison)
    given = Given(scheduled_for=local_today())
    change_statuses(petitions=[*keys[:2], keys[0]], move="schedule", by=liaison, given=given)
    assert [to for to, _text in heard("tiene fecha")] == ["ana", "beto", "celia"]
    change_status(petition=neighbours[2], move="attend", by=liaison, given=Given(note="Se cambió el foco."))
    told = heard("se atendió\n")
    assert [to for to, _text in told] == ["ana", "beto", "celia"]
    assert all("Se cambió el foco." in text for _to, text in told)
    assert heard("se atendió\n") == told


def test_who_goes_by_itself_again_hears_it_and_nobody_else(office, neighbours, heard):
    join(office, neighbours)
    heard()
    split_petition(petition=neighbours[1], by=office.staff["auxiliar"])
    assert [to for to, _text in heard(PARTED)] == ["beto"]


def test_a_voice_that_its_head_leaves_alone_hears_it(office, neighbours, heard):
    join(office, neighbours[:2])
    heard()
    split_petition(petition=neighbours[0], by=office.staff["auxiliar"])
    assert [to for to, _text in heard(PARTED)] == ["beto"], "who led was told nothing before"


def test_voices_that_go_on_together_without_their_head_are_told_nothing(office, neighbours, heard):
    join(office, neighbours)
    heard()
    split_petition(petition=neighbours[0], by=office.staff["auxiliar"])
    assert heard(PARTED) == []


def test_a_join_taken_back_before_it_was_told_is_not_told_at_all(office, neighbours, heard):
    join(office, neighbours[:2])
    split_petition(petition=neighbours[1], by=office.staff["auxiliar"])
    assert heard() == []
    assert {(one.event, one.reason) for one in Message.objects.all()} == {
        ("joined", "superseded"),
        ("parted", "superseded"),
    }


def test_a_split_taken_back_at_once_is_told_neither_as_a_split_nor_as_a_join(office, neighbours, heard):
    pair = neighbours[:2]
    join(office, pair)
    told = heard()
    assert [to for to, _text in told] == ["beto"]
    change_status(petition=pair[0], move="open", by=office.staff["enlace"])
    for _time in range(2):
        split_petition(petition=pair[1], by=office.staff["auxiliar"])
        join(office, pair)
        assert heard() == told
    split_petition(petition=pair[1], by=office.staff["auxiliar"])
    assert [to for to, _text in heard(PARTED)] == ["beto"], "they were told of the first join"
    join(office, pair)
    assert [to for to, _text in heard(JOINED)] == ["beto", "beto"], "they know that it was by itself"


def test_a_join_taken_back_and_made_again_at_once_is_told_once(office, neighbours, heard):
    join(office, neighbours[:2])
    split_petition(petition=neighbours[1], by=office.staff["auxiliar"])
    join(office, neighbours[:2])
    assert [to for to, _text in heard()] == ["beto"]


@pytest.mark.parametrize("changed", ["department", "day"])
def test_who_is_joined_again_at_once_hears_it_where_it_now_goes_otherwise(office, neighbours, heard, changed):
    first, second, third = neighbours
    liaison = office.staff["enlace"]
    if changed == "department":
        given = Given(note="Es de obra", department=office.streets)
        change_status(petition=third, move="refer_again", by=office.staff["jefe"], given=given)
        change_status(petition=third, move="open", by=office.staff["enlace_obras"])
    else:
        for n, one in enumerate((first, third)):
            change_status(petition=one, move="open", by=liaison)
            given = Given(scheduled_for=local_today() + timedelta(days=n))
            change_status(petition=one, move="schedule", by=liaison, given=given)
        Petition.objects.filter(pk=third.pk).update(due_on=third.due_on - timedelta(days=1))
    join(office, [first, second])
    assert [to for to, _text in heard(JOINED)] == ["beto"]
    split_petition(petition=second, by=office.staff["auxiliar"])
    join(office, [second, third])
    assert second.echo_of_id == third.pk
    assert [to for to, _text in heard(JOINED)] == ["beto", "beto"]


@pytest.mark.parametrize("left_as", ["review", "failed", "withdrawn"])
def test_who_was_never_told_of_the_join_is_not_told_of_the_split(office, neighbours, heard, left_as):
    EventRule.objects.create(event="joined", mode="review")
    join(office, neighbours[:2])
    state = "dropped" if left_as == "withdrawn" else left_as
    Message.objects.update(state=state, reason="withdrawn" if left_as == "withdrawn" else "")
    split_petition(petition=neighbours[1], by=office.staff["auxiliar"])
    assert heard() == []


def test_who_may_have_been_told_of_the_join_is_told_of_the_split(office, neighbours, heard):
    join(office, neighbours[:2])
    Message.objects.update(state="unsure")
    split_petition(petition=neighbours[1], by=office.staff["auxiliar"])
    assert [to for to, _text in heard()] == ["beto"]


def test_a_referral_is_not_told_where_joining_made_it_untrue(office, receive, neighbours, heard):
    first, second, _third = neighbours
    change_status(
        petition=first,
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Es de obra", department=office.streets),
    )
    change_status(
        petition=second,
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Sigue igual", department=office.control),
    )
    join(office, [first, second])
    told = heard()
    assert [to for to, text in told if "se canalizó" in text] == ["ana"]
    assert [to for to, text in told if JOINED in text and "Obras Públicas" in text] == ["beto"]


def test_a_voice_that_came_as_one_has_its_receipt_and_no_more(office, receive, neighbours, heard):
    receive(
        echo_of=neighbours[0].folio, petitioner=person(name="Dora", email="dora@example.mx"), description="Yo"
    )
    assert Petition.objects.filter(echo_of=neighbours[0]).count() == 1
    assert [(to, "Recibimos" in text) for to, text in heard()] == [("dora", True)]
    voice = Petition.objects.get(echo_of=neighbours[0])
    split_petition(petition=voice, by=office.staff["jefe"])
    join(office, [neighbours[0], voice])
    assert len(heard()) == 1, "split and joined again at once"
    split_petition(petition=voice, by=office.staff["jefe"])
    assert [to for to, _text in heard(PARTED)] == ["dora"], "it asked to be joined: it hears that it is not"


@pytest.mark.parametrize("mode", ["off", "review"])
def test_the_office_may_keep_joins_to_itself_or_read_them_first(office, neighbours, heard, mode):
    EventRule.objects.create(event="joined", mode=mode)
    join(office, neighbours)
    assert heard() == []
    assert Message.objects.filter(state="review").count() == (2 if mode == "review" else 0)


def test_who_wants_no_messages_gets_none_of_these(office, neighbours, heard):
    opt_out(address="beto@example.mx", by=None)
    join(office, neighbours)
    assert [to for to, _text in heard()] == ["celia"]


def test_what_another_institution_answered_is_told_to_each(office, neighbours, heard):
    join(office, neighbours)
    by = office.staff["auxiliar"]
    given = Given(note="El poste es suyo", institution="CFE")
    change_status(petition=neighbours[0], move="external", by=by, given=given)
    heard()
    change_status(petition=neighbours[1], move="close", by=by, given=Given(note="CFE cambió el poste."))
    assert [to for to, _text in heard("CFE cambió el poste.")] == ["ana", "beto", "celia"]
