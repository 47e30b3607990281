"""What the tablet's app needs to open without signal: found from its page, named by its content.

The page names its style sheets and its first module; those name others. Following them, rather than
keeping a list by hand, is what keeps an import from being forgotten.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

PAGE = "campo/app.html"
WORKER = "campo/sw.js"
#: What Android draws on the home screen, named by the manifest.
_ICONS = ("campo/icons/icon-192.png", "campo/icons/icon-512.png", "campo/icons/maskable-512.png")

_NAMED = {
    ".html": re.compile(r"""{%\s*static\s+["']([^"']+)["']\s*%}"""),
    # import … from "x", import "x", import("x"), export … from "x", new URL("x", import.meta.url)
    ".js": re.compile(
        r"""^\s*(?:import|export)\b[^;"'`]*["'](\.[^"'\n]+)["']|\bimport\(\s*["'](\.[^"'\n]+)["']"""
        r"""|new URL\(\s*["'](\.[^"'\n]+)["']\s*,\s*import\.meta""",
        re.MULTILINE,
    ),
    ".css": re.compile(r"""url\(\s*["']?(?!data:|#|https?:)([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']"""),
}
_COMMENTS = re.compile(r"^\s*(?://|/?\*).*$", re.MULTILINE)


class Shell(NamedTuple):
    """A version of the app: the hash of all that it is made of, and the addresses of its files."""

    version: str
    files: tuple[str, ...]


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, told what to keep; another version of any file makes another worker."""
    shell = app_shell()
    told = {"version": shell.version, "page": reverse("field:app"), "files": shell.files}
    body = f"self.SHELL = {json.dumps(told)};\n{_read(WORKER).decode()}"
    # Browsers look here for a new version: no cache may answer for us.
    return HttpResponse(body, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def app_shell() -> Shell:
    """Everything that the app's page names, and what that names in turn."""
    source: str = get_template(PAGE).template.source  # type: ignore[attr-defined]
    found: dict[str, bytes] = {}
    addresses = {reverse("field:app-manifest"), *map(static, _ICONS)}
    waiting = [*_ICONS, *_named(PAGE, source)]
    addresses |= {static(name) for name in waiting}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = _read(name)
        named = _named(name, found[name].decode()) if name.endswith((".js", ".css")) else []
        # Modules name one another plainly; what a style sheet names is served under its hash.
        addresses |= {
            settings.STATIC_URL + other if name.endswith(".js") else static(other) for other in named
        }
        waiting += named
    digest = hashlib.sha256(source.encode() + _read(WORKER))
    for name in sorted(found):
        digest.update(name.encode() + hashlib.sha256(found[name]).digest())
    return Shell(digest.hexdigest()[:12], tuple(sorted(addresses)))


def _named(path: str, source: str) -> list[str]:
    """The static files that a file names, by their names from the root of static files."""
    suffix = posixpath.splitext(path)[1]
    if suffix == ".js":
        source = _COMMENTS.sub("", source)  # JSDoc imports types
    names = [next(filter(None, match.groups())) for match in _NAMED[suffix].finditer(source)]
    if suffix == ".html":
        return names
    folder = posixpath.dirname(path)
    return [posixpath.normpath(posixpath.join(folder, re.split(r"[?#]", name)[0])) for name in names]


def _read(name: str) -> bytes:
    """A static file as it is written: from where they were gathered, or from where they lie."""
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        return Path(settings.STATIC_ROOT, name).read_bytes()
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"static file {name}, which the tablet's app names, is nowhere")
    return Path(path).read_bytes()
