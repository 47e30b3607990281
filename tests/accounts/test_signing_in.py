"""The door: who comes in, who does not, and what a guesser learns."""

from __future__ import annotations

import statistics
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher

from backend.accounts.lockout import FAILURES_BY_ADDRESS, FAILURES_BY_NAME
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

PASSWORD = "una clave bien larga"
WRONG = "El usuario o la contraseña no son correctos"


@pytest.fixture
def rosa():
    user = UserFactory(username="rosa", role="auxiliar")
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client, username="rosa", password=PASSWORD, **extra):
    return client.post(
        "/entrar/", {"username": username, "password": password} | extra.pop("data", {}), **extra
    )


def test_a_stranger_at_the_home_is_led_to_the_door(client):
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/entrar/?next=/"


def test_the_right_password_opens_and_the_session_is_a_new_one(client, rosa):
    client.get("/entrar/")
    client.session.save()
    before = client.session.session_key
    response = enter(client)
    assert response["Location"] == "/"
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(rosa.pk)


def test_passwords_are_kept_by_argon2(rosa):
    assert identify_hasher(rosa.password).algorithm == "argon2"


def test_the_username_is_found_in_any_case(client, rosa):
    assert enter(client, "Rosa").status_code == 302


def test_two_usernames_that_differ_in_case_cannot_be(rosa):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        UserFactory(username="ROSA")


@pytest.mark.parametrize(
    ("username", "password"), [("rosa", "otra"), ("nadie", PASSWORD), ("cerrada", PASSWORD)]
)
def test_a_wrong_password_no_such_person_and_a_closed_account_read_the_same(client, rosa, username, password):
    closed = UserFactory(username="cerrada", is_active=False)
    closed.set_password(PASSWORD)
    closed.save()
    response = enter(client, username, password)
    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_name_takes_as_long_as_a_wrong_password(client, monkeypatch):
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 2)  # as it is outside the tests
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 102_400)
    rosa = UserFactory(username="rosa", role="auxiliar")
    rosa.set_password(PASSWORD)
    rosa.save()

    def seconds(username):
        started = time.process_time()  # work done, whatever else the machine is at
        enter(client, username, "otra clave")
        return time.process_time() - started

    known = statistics.median(seconds("rosa") for _ in range(5))
    unknown = statistics.median(seconds(f"nadie{n}") for n in range(5))
    assert 0.4 < unknown / known < 2.5


def test_next_leads_within_the_house_and_never_outside(client, rosa):
    assert enter(client, data={"next": "/contrasena/"})["Location"] == "/contrasena/"
    client.logout()
    assert enter(client, data={"next": "https://evil.example/"})["Location"] == "/"
    client.logout()
    assert enter(client, data={"next": "//evil.example/"})["Location"] == "/"


@pytest.mark.parametrize("username", ["rosa", "nadie"])
def test_a_guesser_is_locked_out_and_told_when_to_come_back(client, rosa, username):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = enter(client, username, "adivino")
    assert response.status_code == 429
    assert "Vuelva a intentar a las" in response.content.decode()
    assert int(response["Retry-After"]) == 900
    assert enter(client, username).status_code == 429


def test_spellings_of_one_name_share_the_count(client, rosa):
    for n in range(settings.AXES_FAILURE_LIMIT):
        response = enter(client, "rosa" if n % 2 else "ROSA", "adivino")
    assert response.status_code == 429


def test_who_guesses_from_one_address_does_not_lock_the_person_out_at_another(client, rosa):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        enter(client, "rosa", "adivino", REMOTE_ADDR="203.0.113.9")
    assert enter(client, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert enter(client, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_one_address_cannot_try_name_after_name(client, rosa):
    for _n in range(FAILURES_BY_ADDRESS.limit):
        FAILURES_BY_ADDRESS.count("203.0.113.9")
    assert enter(client, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert enter(client, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_many_addresses_do_not_help_to_guess_one_name(client, rosa):
    for _n in range(FAILURES_BY_NAME.limit):
        FAILURES_BY_NAME.count("rosa")
    assert enter(client, REMOTE_ADDR="198.51.100.7").status_code == 429


def test_a_success_clears_earlier_slips(client, rosa):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        enter(client, "rosa", "un desliz")
    assert enter(client).status_code == 302
    client.logout()
    assert enter(client, "rosa", "un desliz").status_code == 200


def test_the_door_opens_while_the_cache_is_away(client, rosa, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert WRONG in enter(client, "rosa", "un desliz").content.decode()
    assert enter(client).status_code == 302
    assert client.get("/publico/folio/?folio=hola").status_code == 422


def test_no_page_of_a_person_is_kept_by_the_browser(client, rosa):
    client.force_login(rosa)
    assert client.get("/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client.get("/publico/")


def test_signing_out_takes_a_post(client, rosa):
    client.force_login(rosa)
    assert client.get("/salir/").status_code == 405
    assert client.post("/salir/")["Location"] == "/entrar/"
    assert "_auth_user_id" not in client.session


def test_a_person_already_in_is_not_asked_again(client, rosa):
    client.force_login(rosa)
    assert client.get("/entrar/")["Location"] == "/"


def test_changing_the_password_ends_the_other_sessions(client, rosa, client_of):
    elsewhere = client_of(rosa)
    client.force_login(rosa)
    new = "otra clave aún más larga"
    response = client.post(
        "/contrasena/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert response["Location"] == "/"
    assert client.get("/contrasena/").status_code == 200
    assert elsewhere.get("/contrasena/").status_code == 302
    assert get_user_model().objects.get(pk=rosa.pk).check_password(new)


def test_a_wrong_old_password_is_said_beside_its_field(client, rosa):
    client.force_login(rosa)
    page = client.post(
        "/contrasena/", {"old_password": "x", "new_password1": PASSWORD, "new_password2": PASSWORD}
    ).content.decode()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_old_password_error"' in page
    assert 'id="id_old_password_error"' in page


@pytest.fixture
def client_of():
    from django.test import Client

    def signed_in(user):
        other = Client()
        other.force_login(user)
        return other

    return signed_in


def test_a_name_longer_than_any_account_is_just_not_right(client, rosa):
    answer = client.post("/entrar/", {"username": "ß" * 5000, "password": "x"})
    assert answer.status_code == 200
    assert client.post("/entrar/", {"username": "a" * 256, "password": "x"}).status_code == 200


def test_an_address_of_a_form_that_is_opened_says_so(client_of, rosa):
    client = client_of(rosa)
    answer = client.get("/boletas/26-0F0-00001-A/mover/", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Es de un formulario" in answer.content.decode()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (
            "http://testserver/boletas/26-0F0-00001-A/?list=overdue%3D1",
            "/boletas/26-0F0-00001-A/?list=overdue%3D1",
        ),
        ("http://elsewhere.example/boletas/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, db, referer, back):
    answer = client.post("/boletas/26-0F0-00001-A/mover/", {"move": "note"}, headers={"referer": referer})
    door = urlsplit(answer["Location"])
    assert (door.path, parse_qs(door.query)["next"]) == ("/entrar/", [back])
    assert "no se guardó" in client.get(answer["Location"]).content.decode()


def test_what_was_written_when_the_session_ended_is_given_back_and_kept_nowhere(client, db):
    words = {"move": "note", "note": "Dice <ella> que sigue igual"}
    where = "http://testserver/boletas/26-0F0-00001-A/"
    answer = client.post(f"{where}mover/", words, headers={"referer": where})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Dice &lt;ella&gt; que sigue igual</textarea>" in page
    assert 'href="/entrar/?next=/boletas/26-0F0-00001-A/"' in page
    assert not client.session.keys()
