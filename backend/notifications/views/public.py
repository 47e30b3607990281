"""``/publico/avisos/baja/…``: whoever got a message asks for no more.

No sign-in, and nothing of anybody is shown.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backend.notifications.models import Message
from backend.notifications.services.deciding import opt_out
from backend.notifications.writing import message_of_link


# A mail reader's one click (RFC 8058) carries no token of ours; the link itself is the proof.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then note it. The same answer however often, and for an address that is gone."""
    message_id = message_of_link(token)
    if message_id is None:
        raise Http404
    done = request.method == "POST"
    if done:
        address = Message.objects.filter(pk=message_id).values_list("address", flat=True).first()
        if address:
            opt_out(address=address, by=None)
    return render(request, "notifications/leave.html", {"done": done})
