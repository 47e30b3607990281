"""The section of a boleta's page that letters hang into it: its papers, and its letters in and out."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from backend.accounts.models import User
from backend.letters.models import State
from backend.letters.selectors import letters_of, wants_answer
from field.models import Petition


def letters_panel(request: HttpRequest, petition: Petition) -> SafeString | None:
    """Papers to print, and the letters of this boleta; two queries."""
    user = cast("User", request.user)
    letters = letters_of(user, petition)
    context = {
        "petition": petition,
        "letters": letters,
        "may_draft": user.has_perm("letters.draft"),
        "may_carry": user.has_perm("casework.see_office") or user.has_perm("casework.see_department"),
        "wants_answer": wants_answer(petition, letters),
    }
    return render_to_string("letters/panel.html", context, request=request)


def next_in_writing(request: HttpRequest, petition: Petition) -> SafeString | None:
    """What is to be done in writing: finish a draft, or answer who asked. One query for who may."""
    user = cast("User", request.user)
    if not user.has_perm("letters.draft"):
        return None
    letters = letters_of(user, petition)
    drafts = [letter for letter in letters if letter.state == State.DRAFT]
    answer = wants_answer(petition, letters)
    if not drafts and not answer:
        return None
    context = {"petition": petition, "drafts": drafts, "wants_answer": answer}
    return render_to_string("letters/next.html", context, request=request)
