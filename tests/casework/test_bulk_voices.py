"""One move for many, where some of them are joined to others that nobody ticked."""

from __future__ import annotations

import csv
import io

from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition, Status
from tests.casework.test_bulk import tick, words


def test_the_preview_and_the_result_tell_the_voices_that_go_along(office, receive, enter, client):
    head, ticked, voice, alone, read = (receive() for _ in range(5))
    join_petitions(petitions=[head.pk, ticked.pk, voice.pk], by=office.staff["jefe"])
    enter("enlace")
    ticked.refresh_from_db()
    where = tick(client, [ticked, alone, read])["Location"]
    change_status(petition=read, move="open", by=office.staff["jefe"])
    page = client.get(client.post(where, {"move": "open"})["Location"])
    preview = page.context["preview"]
    assert (preview.moving, set(preview.along), preview.kept) == (
        2,
        {format_folio(head.folio), format_folio(voice.folio)},
        1,
    )
    text = words(page)
    assert "Quedarían como «En seguimiento»." in text
    assert "voces más irían con ellas" in text
    assert all(format_folio(one.folio) in text for one in (ticked, alone, read))
    result = client.post(f"{where}hacer/")["Location"]
    assert "voces más fueron con ellas" in words(client.get(result))
    assert Petition.objects.filter(status=Status.IN_HAND).count() == 5
    told = client.get(f"{where}resultado.csv").content.decode()
    assert told.startswith("\ufeffFolio,")
    rows = {row["\ufeffFolio"]: row["Qué pasó"] for row in csv.DictReader(io.StringIO(told))}
    assert rows == {
        format_folio(one.folio): happened
        for one, happened in [
            (ticked, "Se movió"),
            (alone, "Se movió"),
            (head, "Se movió junto con otra"),
            (voice, "Se movió junto con otra"),
            (read, "Se quedó"),
        ]
    }


def test_what_concerns_one_citizen_alone_takes_no_voice_along(office, receive, enter, client):
    petitions = [receive() for _ in range(2)]
    join_petitions(petitions=[one.pk for one in petitions], by=office.staff["jefe"])
    enter("auxiliar")
    petitions[1].refresh_from_db()
    where = tick(client, petitions[1:])["Location"]
    page = client.get(client.post(where, {"move": "note", "note": "Llamó"})["Location"])
    assert (page.context["preview"].moving, page.context["preview"].along) == (1, [])
