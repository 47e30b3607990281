"""The door: signing in, out, and changing the password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backend.accounts.addresses import client_address
from backend.accounts.forms import NewPasswordForm, SignInForm
from backend.accounts.lockout import FAILURES_BY_ADDRESS, FAILURES_BY_NAME, name_tried, too_many

#: What a form needs; Django's own views would answer others as if they had been sent one.
only_forms = method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")


@only_forms
class SignIn(LoginView):
    """Name and password; Django rotates the session and keeps ``next`` within the house."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    @method_decorator(sensitive_post_parameters("password"))
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address, name = client_address(request), name_tried(request)
        for throttle, key in ((FAILURES_BY_ADDRESS, address), (FAILURES_BY_NAME, name)):
            if throttle.is_spent(key):
                return too_many(request, timedelta(seconds=throttle.wait_s()))
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        FAILURES_BY_ADDRESS.count(client_address(self.request))
        FAILURES_BY_NAME.count(name_tried(self.request))
        return super().form_invalid(form)


class SignOut(LogoutView):
    """Only by POST, so that no picture in a page can sign anyone out."""

    http_method_names = ["post", "options"]


@only_forms
class ChangePassword(PasswordChangeView):
    """Change one's own password; other sessions of the account end with the old one."""

    template_name = "accounts/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: NewPasswordForm) -> HttpResponseBase:  # type: ignore[override]
        messages.success(self.request, _("Su contraseña cambió. Úsela la próxima vez que entre."))
        return super().form_valid(form)
