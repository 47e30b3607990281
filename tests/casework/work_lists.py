"""What the tests of work lists stand on: a street of lamps, and lists made of it over HTTP."""

from __future__ import annotations

from backend.casework.worklists.models import WorkList

LISTS, NEW = "/mapas/rezago/listas/", "/mapas/rezago/listas/nueva/"
EVERYWHERE = {"bbox": "-107,22,-105,24"}


def made(client, **form) -> WorkList:
    answer = client.post(NEW, EVERYWHERE | form)
    assert answer.status_code == 302, answer.content.decode()
    return WorkList.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[1])


def order_of(work_list: WorkList) -> list:
    return list(work_list.stops.order_by("position").values_list("petition_id", flat=True))


def page(client, work_list: WorkList) -> str:
    return client.get(f"{LISTS}{work_list.pk}/").content.decode()


def start(client, work_list: WorkList, **form) -> int:
    return client.post(f"{LISTS}{work_list.pk}/salida/", form).status_code
