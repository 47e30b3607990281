"""The office's list of petitions that may be about the same thing."""

from __future__ import annotations

import re

import pytest

from backend.casework import repeats
from backend.casework.alike import alike_to
from backend.casework.filters import Filters
from backend.casework.given import Given
from backend.casework.models import Unlike
from backend.casework.paging import BadCursor
from backend.casework.repeats import possible_repeats
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from backend.casework.services.unlike import propose_again, tell_apart
from field.folio import format_folio
from field.models import Petition
from geo.problems import Invalid, NotAllowed, NotFound
from tests.factories import SIDE, SOUTH, WEST

URL, DECIDE = "/boletas/repetidas/", "/boletas/repetidas/decidir/"
LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2
#: About ten metres.
TEN = 0.00009


@pytest.fixture
def at(receive, office):
    """A lamp so many metres to the north; far from all the others unless said."""

    def _at(metres: float, category=None, **changes) -> Petition:
        return receive(category or office.lamp, lon_lat=(LON, LAT + metres * TEN / 10), **changes)

    return _at


def groups_of(user, **filters) -> list[set[Petition]]:
    found = possible_repeats(user, Filters(**filters)).groups
    return [{group.first, *(near.head for near in group.others)} for group in found]


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_groups_come_the_nearest_first_and_each_petition_once(office, at):
    far = {at(0), at(40)}
    close = {at(400), at(410)}
    three = {at(800), at(820), at(825)}
    at(2000)
    assert groups_of(office.staff["auxiliar"]) == [three, close, far]


def test_a_street_full_of_them_is_not_one_group_from_end_to_end(office, at):
    street = [at(50 * n) for n in range(9)]
    groups = groups_of(office.staff["auxiliar"])
    assert sum(map(len, groups)) >= 6
    assert all(len(group) <= 3 for group in groups)
    assert set.union(*groups) <= set(street)


def test_what_is_told_apart_is_not_proposed_again_anywhere_until_that_is_taken_back(office, at):
    one, other, by = at(0), at(10), office.staff["auxiliar"]
    for _ in range(2):
        tell_apart(petitions=[other.pk, one.pk], by=by)
    assert Unlike.objects.count() == 1
    assert groups_of(by) == []
    assert alike_to(one, by) == alike_to(other, by) == []
    third = at(20)
    assert groups_of(by) == [{one, other, third}], "each of them may be the same as another"
    propose_again(petitions=[one.pk, other.pk], by=by)
    assert [one.head for one in alike_to(one, by)] == [other, third]


def test_the_same_category_open_and_not_reserved(office, at):
    by = office.staff["director"]
    at(0), at(0, office.pothole)
    at(400, office.complaint), at(400, office.complaint)
    done, _open = at(800), at(800)
    change_status(petition=done, move="open", by=by)
    change_status(petition=done, move="attend", by=by, given=Given(note="Listo"))
    assert groups_of(by) == []


def test_work_items_are_told_by_their_head_and_found_by_any_voice(office, at):
    by = office.staff["auxiliar"]
    head, voice, near_the_voice = at(0), at(50), at(100)
    join_petitions(petitions=[head.pk, voice.pk], by=by)
    [group] = possible_repeats(by, Filters()).groups
    assert {group.first, group.others[0].head} == {head, near_the_voice}
    assert group.nearest_m == 50
    join_petitions(petitions=[head.pk, near_the_voice.pk], by=by)
    assert groups_of(by) == []


def test_those_that_nobody_checked_are_told_with_those_that_are_on_their_way(office, at):
    unchecked, checked = at(0, office.to_check), at(10, office.to_check)
    change_status(
        petition=checked, move="proceed", by=office.staff["jefe"], given=Given(department=office.streets)
    )
    assert groups_of(office.staff["jefe"]) == [{unchecked, checked}]
    assert groups_of(office.staff["jefe"], status=("por_verificar",)) == [{unchecked, checked}]
    assert groups_of(office.staff["jefe"], department=(office.lights.pk,)) == []


@pytest.mark.parametrize("stretch", [1, 2, 3])
def test_every_pair_is_told_in_one_stretch_and_none_in_two(office, at, monkeypatch, stretch):
    pairs = [{at(n * 300), at(n * 300 + 5)} for n in range(3)]
    pairs.append({at(900, office.to_check), at(905, office.to_check)})
    at(1500)
    monkeypatch.setattr(repeats, "STRETCH", stretch)
    found, cursor = [], ""
    for _page in range(20):
        page = possible_repeats(office.staff["jefe"], Filters(), cursor=cursor)
        found += [{group.first, *(near.head for near in group.others)} for group in page.groups]
        if not page.next:
            break
        cursor = page.next
    assert sorted(map(sorted_keys, found)) == sorted(map(sorted_keys, pairs))


def sorted_keys(group: set[Petition]) -> list[str]:
    return sorted(str(one.pk) for one in group)


def test_who_may_not_join_may_not_tell_apart_either_nor_what_is_out_of_sight(office, at, receive):
    one, other = at(0), at(10)
    keys = [one.pk, other.pk]
    for person in ("enlace", "promotor", "asesor"):
        with pytest.raises(NotAllowed):
            tell_apart(petitions=keys, by=office.staff[person])
    with pytest.raises(NotFound):
        tell_apart(petitions=[one.pk, receive(office.complaint).pk], by=office.staff["auxiliar"])
    for wrong in ([], [one.pk], [one.pk, one.pk], [at(n * 100).pk for n in range(21)]):
        with pytest.raises(Invalid):
            tell_apart(petitions=wrong, by=office.staff["auxiliar"])
    assert not Unlike.objects.exists()


def test_the_page_joins_with_one_click_and_says_who_leads(office, at, sign_in):
    one, other = at(0, description="No prende"), at(10, description="Está oscuro")
    client = sign_in("auxiliar")
    text = text_of(client.get(URL))
    assert "No prende" in text
    assert "a 10 m" in text
    body = {"act": "join", "folio": [one.folio, other.folio], "here": "page=1"}
    answer = client.post(DECIDE, body, headers={"HX-Request": "true"})
    assert "Quedaron juntas 2." in text_of(answer)
    assert format_folio(one.folio) in text_of(answer)
    assert "No hay boletas que parezcan repetidas" in text_of(client.get(URL))
    again = client.post(DECIDE, body, headers={"HX-Request": "true"})
    assert "Ya están juntas." in text_of(again)


def test_the_page_sets_pairs_aside_and_takes_that_back(office, at, sign_in):
    folios = [at(0).folio, at(10).folio]
    client = sign_in("jefe")
    told = client.post(DECIDE, {"act": "apart", "folio": folios, "here": "status=no_leida"}, follow=True)
    assert told.redirect_chain == [(f"{URL}?status=no_leida", 302)]
    assert "no son lo mismo" in text_of(told)
    told = client.post(DECIDE, {"act": "again", "folio": folios}, follow=True)
    assert "Se volverán a proponer." in text_of(told)
    assert client.get(URL).context["page"].paginator.count == 1


@pytest.mark.parametrize(
    "body", [{}, {"act": "join"}, {"act": "explode"}, {"act": "join", "folio": ["x" * 999]}]
)
def test_nothing_marked_is_told_and_changes_nothing(office, at, sign_in, body):
    at(0), at(10)
    response = sign_in("auxiliar").post(DECIDE, body, follow=True)
    assert "Marque de 2 a 20 boletas." in text_of(response)
    assert not Unlike.objects.exists()
    assert not Petition.objects.exclude(echo_of=None).exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=x", 404),
        ("cursor=W10", 404),
        ("cursor=WyIyMDI2LTk5LTk5IiwgIngiXQ", 404),
        ("category=nada", 400),
        ("status=feliz", 400),
        ("page=x", 200),
        ("page=99", 200),
        ("q=%00", 400),
    ],
)
def test_an_address_that_cannot_be_understood_is_told(office, at, sign_in, query, status):
    at(0), at(10)
    response = sign_in("auxiliar").get(f"{URL}?{query}")
    assert response.status_code == (BadCursor.status if status == 404 else status)


def test_the_page_asks_the_same_however_many_there_are(
    office, at, sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in("auxiliar")
    at(0), at(10)
    client.get(URL)
    with django_assert_max_num_queries(12) as few:
        client.get(URL)
    for n in range(1, 25):
        at(n * 200), at(n * 200 + 7)
    with django_assert_num_queries(len(few)):
        assert client.get(URL).context["page"].paginator.count == 25
