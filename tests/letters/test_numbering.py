"""Numbers: each once, none skipped, whoever issues at the same moment and whatever fails."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.letters.models import Letter, LetterSeries, State
from backend.letters.services import issuing
from backend.letters.services.issuing import issue_letter
from backend.letters.services.numbering import take_number
from backend.letters.wording import check_number_format, write_number
from geo.problems import Conflict

DAY = date(2026, 11, 29)


def in_threads(count, act):
    """Run ``act(n)`` in so many threads at once, each with a connection of its own; what each answered."""
    start = threading.Barrier(count)

    def run(n):
        start.wait()
        try:
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def out_series():
    return LetterSeries.objects.get(code="DAC")


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_are_one_of_each():
    def take(n):
        numbers = []
        for _ in range(10):
            with transaction.atomic():
                numbers.append(take_number(series=out_series(), on=DAY).sequence)
        return numbers

    taken = [number for numbers in in_threads(6, take) for number in numbers]
    assert sorted(taken) == list(range(1, 61))


@pytest.mark.django_db(transaction=True)
def test_a_number_whose_letter_is_rolled_back_goes_to_the_next_one():
    def take(n):
        try:
            with transaction.atomic():
                number = take_number(series=out_series(), on=DAY).sequence
                if n % 2:
                    raise RuntimeError
                return number
        except RuntimeError:
            return None

    kept = [number for number in in_threads(8, take) if number]
    assert sorted(kept) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_letters_issued_at_once_are_numbered_without_a_gap(office, draft):
    letters = [draft() for _ in range(6)]
    in_threads(6, lambda n: issue_letter(letter=letters[n], by=office.staff["director"]))
    issued = Letter.objects.filter(state=State.ISSUED)
    assert sorted(issued.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert issued.values("number").distinct().count() == 6


@pytest.mark.django_db(transaction=True)
def test_one_letter_issued_twice_at_once_takes_one_number(office, draft):
    letter = draft()

    def issue(n):
        try:
            return issue_letter(letter=letter, by=office.staff["director"]).number
        except Conflict:
            return None

    assert sorted(filter(None, in_threads(4, issue))) == [f"DAC/0001/{Letter.objects.get().year}"]
    assert out_series().counters.get().last == 1


def test_a_paper_that_cannot_be_drawn_takes_no_number(office, draft, monkeypatch):
    letter = draft()

    def broken(letter):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "draw_letter", broken)
        with pytest.raises(OSError, match="disk full"):
            issue_letter(letter=letter, by=office.staff["director"])
    letter.refresh_from_db()
    assert (letter.state, letter.number) == (State.DRAFT, "")
    assert issue_letter(letter=letter, by=office.staff["director"]).sequence == 1


def test_the_database_itself_refuses_a_number_twice(office, draft):
    first = issue_letter(letter=draft(), by=office.staff["director"])
    other = draft()
    clash = {"state": State.ISSUED, "year": first.year, "sequence": first.sequence, "number": "DAC/otro"}
    with pytest.raises(IntegrityError, match="letter_number_once"):
        Letter.objects.filter(pk=other.pk).update(**clash)


def test_the_database_itself_refuses_an_issued_letter_without_a_number(office, draft):
    with pytest.raises(IntegrityError, match="letter_numbered_once_issued"):
        Letter.objects.filter(pk=draft().pk).update(state=State.ISSUED)


def test_each_year_and_each_series_begins_at_one():
    other = LetterSeries.objects.create(code="SP", name="Secretaría Particular")
    taken = [
        take_number(series=series, on=day).text
        for series, day in [(out_series(), DAY), (other, DAY), (out_series(), date(2027, 1, 4)), (other, DAY)]
    ]
    assert taken == ["DAC/0001/2026", "SP/0001/2026", "DAC/0001/2027", "SP/0002/2026"]


@pytest.mark.parametrize(
    "wrong",
    [
        "{serie}/{numero}",
        "{serie}{numero}{año}",
        "{serie}/{numero}/{numero}/{año}",
        "{serie}/{numero.__class__}/{año}",
        "{serie}/{numero}/{año",
        "",
    ],
)
def test_a_format_that_could_repeat_a_number_is_refused(wrong):
    assert check_number_format(wrong)


ACTS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(2025, 2027), st.booleans()), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_whatever_is_taken_and_rolled_back_what_is_kept_has_no_gap(office, acts):
    with transaction.atomic():
        series = {code: LetterSeries.objects.create(code=code, name=code) for code in "AB"}
        kept: dict[tuple[str, int], list[int]] = {}
        for code, year, keeps in acts:
            with transaction.atomic():
                number = take_number(series=series[code], on=date(year, 6, 1))
                if keeps:
                    kept.setdefault((code, year), []).append(number.sequence)
                else:
                    transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in kept.values())


FORMATS = st.sampled_from(["{serie}/{numero}/{año}", "{año}-{serie}-{numero}"])


@given(st.integers(1, 10**7), st.integers(2020, 2100), FORMATS)
def test_a_written_number_tells_all_of_its_parts(sequence, year, text):
    number = write_number(text, series="DAC", sequence=sequence, year=year)
    assert set(number.replace("-", "/").split("/")) == {"DAC", str(year), f"{sequence:04d}"}
