"""Furnishes the rooms, in the order in which one stands on another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db import connection

from backend.demo.diary import play
from backend.demo.rooms import arco, calls, echoes, letters, looks, messages, settings, tablets, work_lists
from backend.demo.rooms.city_hall import CityHall
from field.models import Device


def furnish(
    hall: CityHall, *, first: date, devices: Sequence[Device], progress: Callable[[str], None]
) -> None:
    """Fill the rooms with what an office would have in them, from the petitions since ``first``."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE field_petition, field_petitioner, casework_statuschange")
    start = hall.hours.before_end(60)
    letters.set_letterhead(hall, start)
    work_lists.remember_yards(hall, start)
    progress("Llamadas de validación")
    calls.set_down_months(hall, first=first)
    progress("Oficios, listas de trabajo, voces que se suman y derechos ARCO")
    rooms = (echoes, arco, letters, work_lists, calls)
    play((affair for room in rooms for affair in room.affairs(hall)), until=hall.hours.until)
    settings.set_rules(hall)
    settings.keep_views(hall)
    progress("Avisos y consultas de datos")
    messages.tell(hall)
    looks.set_down_looks(hall)
    tablets.report(hall, devices)
    tablets.hold_records(hall, devices)
