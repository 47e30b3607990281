"""Somebody else's words that name who asks: found apart, handed over alone, and taken out alone."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.letters.services.incoming import Incoming, receive_letter
from backend.privacy.finding import GONE, Sought, asked_by, candidates, without
from backend.privacy.models import ArcoRequest
from backend.privacy.services import fulfilment, requests
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.services.petitions import PetitionerIntake
from geo.clock import local_today
from geo.problems import Conflict
from tests.casework.conftest import Office, Receive
from tests.privacy.things import Things, hold

NAME, NUMBER = "Zoraida Quetzalli Xicoténcatl", "6699998877"
SAID = {"holder": NAME, "identity_shown": "INE", "contact": NUMBER, "means": "modulo", "asked": "Lo mío."}
WORDS = "Hay baches. Mi vecina Zoraida Xicoténcatl (669-9998877) no tiene luz. Soy Vecino Uno, 669 111 0000."
NEIGHBOUR = ("Vecino Uno", "6691110000", "vecino@correo.test")


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


@pytest.fixture
def own(receive: Receive) -> Petition:
    person = PetitionerIntake(name=NAME, phone=NUMBER, consent=True, notice="2026-1")
    return receive(petitioner=person, description="Mi calle")


@pytest.fixture
def naming(receive: Receive) -> Petition:
    name, phone, email = NEIGHBOUR
    person = PetitionerIntake(name=name, phone=phone, email=email, consent=True, notice="2026-1")
    return receive(petitioner=person, description=WORDS, address="Calle 9 # 12")


def granted(chief: User, right: str, own: tuple[Petition, ...] = (), **named: Any) -> ArcoRequest:
    arco = requests.register_request(by=chief, received_on=local_today(), right=right, **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[one.pk for one in own])
    ids = {kind: [row.pk for row in rows] for kind, rows in named.items()}
    requests.tick_subjects(request=arco, by=chief, named=True, **ids)
    return requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")


def handed_over(arco: ArcoRequest, chief: User) -> tuple[dict[str, Any], str]:
    archive = zipfile.ZipFile(io.BytesIO(fulfilment.export_for(request=arco, by=chief)))
    text = archive.read("datos.html").decode() + archive.read("datos.json").decode()
    return json.loads(archive.read("datos.json")), text


def neighbour_of(petition: Petition) -> tuple[str, str, str]:
    petition.petitioner.refresh_from_db()
    person = petition.petitioner
    return person.name, person.phone_digits, person.email


def test_the_finder_tells_who_asked_from_whom_it_names(own: Petition, naming: Petition) -> None:
    sought = Sought(name="zoraida xicotencatl", phone="+52 1 669 999 8877")
    found = {petition: asked_by(petition, sought) for petition in candidates(sought)}
    assert found == {own: True, naming: False}


def test_the_page_has_a_column_for_each_and_takes_one_of_both(
    own: Petition, naming: Petition, chief: User, client: Any
) -> None:
    arco = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    client.force_login(chief)
    address = f"/privacidad/{arco.pk}/buscar/?name=Zoraida"
    page = client.get(address).content.decode()
    assert "La pidió con esos datos" in page
    assert "De otra persona; sus palabras la nombran" in page
    both = {"folio": [naming.folio], "named-folio": [naming.folio]}
    refused = client.post(address, both, follow=True)
    assert "de las dos formas" in refused.content.decode()
    assert not arco.subjects.exists()
    client.post(address, {"folio": [own.folio], "named-folio": [naming.folio]})
    ticked = dict(arco.subjects.values_list("petition", "named"))
    assert ticked == {own.pk: False, naming.pk: True}
    assert "De otra persona; la nombra" in client.get(f"/privacidad/{arco.pk}/").content.decode()


def test_access_gives_the_sentence_and_nothing_of_the_neighbour(
    own: Petition, naming: Petition, chief: User
) -> None:
    told, text = handed_over(granted(chief, "access", (own,), petitions=[naming]), chief)
    assert [boleta["folio"] for boleta in told["boletas"]] == [format_folio(own.folio)]
    [words] = told["named"][0]["says"]
    assert words["says"] == "Mi vecina Zoraida Xicoténcatl (669-9998877) no tiene luz."
    for secret in (*NEIGHBOUR, "669 111 0000", "Calle 9", format_folio(naming.folio), "baches"):
        assert secret not in text


def test_a_sentence_that_tells_of_both_is_rid_of_the_other(
    receive: Receive, naming: Petition, chief: User
) -> None:
    Petition.objects.filter(pk=naming.pk).update(
        description="Yo, Vecino Uno (669.111.0000), vivo junto a Zoraida Xicoténcatl"
    )
    told, text = handed_over(granted(chief, "access", petitions=[naming]), chief)
    assert "junto a Zoraida Xicoténcatl" in told["named"][0]["says"][0]["says"]
    assert "Vecino" not in text
    assert "669.111.0000" not in text


def test_who_complained_of_a_public_servant_is_told_to_nobody(
    office: Office, receive: Receive, chief: User
) -> None:
    complaint = receive(office.complaint, description=f"{NAME} me pidió mordida")
    told, _text = handed_over(granted(chief, "access", petitions=[complaint]), chief)
    assert told["named"] == [{"what": "Una boleta que pidió otra persona", "says": []}]


def test_erasing_takes_out_the_words_and_leaves_the_neighbour_whole(
    own: Petition, naming: Petition, chief: User
) -> None:
    raw = {"petitioner": {"name": "Vecino Uno", "phone": "6691110000"}, "description": WORDS}
    record = InboxRecord.objects.create(
        record_id=str(naming.pk),
        digest=b"x" * 32,
        kind="petition",
        raw=json.dumps(raw),
        state="filed",
        received_at=naming.received_at,
    )
    arco = granted(chief, "cancellation", (own,), petitions=[naming])
    # Not even if it is asked for are another's words emptied.
    choices = {f"{naming.pk}/petition/description": "empty", f"{naming.pk}/petition/name": "empty"}
    fulfilment.anonymise(request=arco, choices=choices, typed=arco.number, by=chief)
    naming.refresh_from_db()
    cleaned = WORDS.replace("Zoraida Xicoténcatl (669-9998877)", f"{GONE} ({GONE})")
    assert naming.description == cleaned
    assert (neighbour_of(naming), naming.address) == (NEIGHBOUR, "Calle 9 # 12")
    record.refresh_from_db()
    kept = json.loads(record.raw)
    assert (kept["petitioner"], kept["description"]) == (raw["petitioner"], cleaned)
    own.petitioner.refresh_from_db()
    assert own.petitioner.name == ""


def test_the_page_of_what_is_erased_offers_no_emptying_of_others_words(
    naming: Petition, chief: User, client: Any
) -> None:
    arco = granted(chief, "cancellation", petitions=[naming])
    client.force_login(chief)
    page = client.get(f"/privacidad/{arco.pk}/suprimir/").content.decode()
    assert "Es de otra persona: sus datos se quedan" in page
    assert "Vecino Uno</" not in page
    assert '<option value="empty"' not in page


def test_a_held_record_and_a_lone_letter_of_another_lose_the_words_alone(
    things: Things, office: Office, chief: User
) -> None:
    held = hold(
        things.tablet,
        "luminaria",
        "teal",
        description=WORDS,
        petitioner={"name": "Vecino Uno", "phone": "6691110000", "consent": True, "notice": "2026-1"},
    )
    told = Incoming(
        party_name="Vecino Uno",
        party_post="",
        party_institution="",
        their_number="",
        date=None,
        received_on=local_today(),
        subject="Por mi vecina",
        body=WORDS,
    )
    letter = receive_letter(letter=told, by=office.staff["director"])
    arco = granted(chief, "cancellation", records=[held], letters=[letter])
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    held.refresh_from_db()
    letter = Letter.objects.get(pk=letter.pk)
    assert held.state == InboxRecord.State.HELD
    assert "Vecino Uno" in held.raw
    assert (letter.party_name, letter.forgotten_at) == ("Vecino Uno", None)
    for text in (held.raw, letter.body):
        assert "Zoraida" not in text
        assert "9998877" not in text


def test_objecting_and_correcting_do_not_reach_the_neighbour(
    own: Petition, naming: Petition, chief: User
) -> None:
    assert (
        fulfilment.object_to_contact(
            request=granted(chief, "objection", (own,), petitions=[naming]), by=chief
        )
        == 1
    )
    naming.petitioner.refresh_from_db()
    assert not naming.petitioner.objects_to_contact
    arco = granted(chief, "rectification", (own,), petitions=[naming])
    subject = arco.subjects.get(named=True)
    with pytest.raises(Conflict):
        fulfilment.rectify(request=arco, subject=subject, values={"name": "Otra"}, by=chief)
    assert neighbour_of(naming) == NEIGHBOUR


WRITTEN = (
    *(
        "669-9998877",
        "(669) 999-88-77",
        "669.999.8877",
        "+52 1 669 999 8877",
        "+5216699998877",
        "52 6699998877",
    ),
    *(
        "669 – 999 8877",
        "044 6699998877",
        "999 8877",
        "99-98-877",
        "6 6 9 9 9 9 8 8 7 7",
        "+52 (669) 9998877",
    ),
)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_telephone_is_taken_out_however_it_is_written(written: str) -> None:
    assert without(f"Llámele al {written}, de tarde", Sought(phone=NUMBER)) == f"Llámele al {GONE}, de tarde"


@pytest.mark.parametrize("other", ["612 999 8877", "669 999 8878", "66999988771", "A-16699998877"])
def test_another_telephone_stays(other: str) -> None:
    assert without(other, Sought(phone=NUMBER)) == other


def test_the_first_name_of_who_asked_is_theirs_and_that_of_the_person_goes() -> None:
    person = Sought(name="María López Soto", spared="María Pérez")
    text = "Soy María Pérez, vecina de María López y de doña López"
    assert without(text, person) == f"Soy María Pérez, vecina de {GONE} y de doña {GONE}"


def test_a_telephone_among_others_goes_alone() -> None:
    told = f"6691110000 {NUMBER} 6691110001"
    assert without(told, Sought(phone="+52 1 669 999 8877")) == f"6691110000 {GONE} 6691110001"
