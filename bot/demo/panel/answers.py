"""What the panel sends back: JSON the way PHP writes it, and the HTML pages and redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from bot.demo.panel.errors import HtmlForm, PanelError

HTML = "text/html; charset=UTF-8"
JSON = "application/json"
TITLES = {419: "Page Expired"}


@dataclass(slots=True)
class Answer:
    """An HTTP answer before it goes on the wire."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def encode(document: Any, *, pretty: bool = False) -> bytes:
    """Encode as PHP does: ASCII only, slashes escaped, four spaces when pretty."""
    separators = (",", ": ") if pretty else (",", ":")
    text = json.dumps(document, indent=4 if pretty else None, separators=separators)
    return text.replace("/", "\\/").encode() if not pretty else text.encode()


def success(document: Any) -> Answer:
    """Answer 200 with a document."""
    return Answer(200, encode(document), JSON)


def no_content() -> Answer:
    """Answer 204, which has no body and no content type."""
    return Answer(204)


def page(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with an HTML error page."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    text = f'<!DOCTYPE html>\n<html lang="en"><head><title>{title}</title></head><body>{title}</body></html>'
    return Answer(status, text.encode(), HTML, dict(headers or {}))


def redirect(location: str) -> Answer:
    """Answer 302 with the page a browser would never show."""
    text = (
        f'<!DOCTYPE html>\n<html><head><meta http-equiv="refresh" content="0;url=\'{location}\'" />'
        f"<title>Redirecting to {location}</title></head>"
        f'<body>Redirecting to <a href="{location}">{location}</a>.</body></html>'
    )
    return Answer(302, text.encode(), HTML, {"Location": location})


def failure(error: PanelError, *, wants_json: bool, base_url: str, login: str = "auth/login") -> Answer:
    """Answer with an error, in the form the client's Accept header leads to."""
    if wants_json:
        body = encode(error.document(), pretty=not error.compact)
        return Answer(error.status, body, JSON, dict(error.headers))
    if error.html is HtmlForm.LOGIN:
        return redirect(f"{base_url}/{login}")
    if error.html is HtmlForm.BACK:
        return redirect(base_url)
    return page(error.status, error.headers)


def login_page(session: str) -> Answer:
    """Answer with the sign-in page, which is 200: to a client that follows redirects it looks like success."""
    text = '<!DOCTYPE html>\n<html><head><title>Panel</title></head><body id="app"></body></html>'
    return Answer(200, text.encode(), HTML, cookies=browser_cookies(session))


def browser_cookies(session: str) -> dict[str, str]:
    """Return the cookies that turn every later request into a browser's."""
    return {"XSRF-TOKEN": "simulated-token", session: "simulated-session"}
