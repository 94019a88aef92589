"""Reading a request's fields the way PHP and Laravel do."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from bot.demo.panel.errors import PanelError, malformed_json
from bot.demo.panel.requests import PanelRequest

MAX_DEPTH = 512
MAX_BODY = 8 * 1024 * 1024
# What Laravel trims: Unicode white space, and the two invisible characters named in its expression;
_BLANKS = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"
# since version 11 also NUL and every character that it knows to be invisible.
_INVISIBLE = (
    r"\0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200c-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164\uffa0"
    r"\U0001d159\U0001d173-\U0001d17a\U000e0020"
)
_ENDS = {
    more: re.compile(f"^[{characters}]+|[{characters}]+$")
    for more, characters in ((False, _BLANKS), (True, _BLANKS + _INVISIBLE))
}
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """Parse a JSON body; raises the panel's 400 with PHP's name for what is wrong with it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed_json("Malformed UTF-8 characters, possibly incorrectly encoded") from error
    try:
        document = json.loads(text, parse_constant=_reject_constant)
    except RecursionError as error:
        raise malformed_json("Maximum stack depth exceeded") from error
    except ValueError as error:
        raise malformed_json("Syntax error") from error
    if _depth(document) > MAX_DEPTH:
        raise malformed_json("Maximum stack depth exceeded")
    if _SURROGATE.search(json.dumps(document, ensure_ascii=False)):
        raise malformed_json("Single unpaired UTF-16 surrogate in unicode escape")
    return document


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _depth(document: Any) -> int:
    deepest, level = 0, [document]
    while level:
        containers = [item for item in level if isinstance(item, dict | list)]
        deepest += bool(containers)
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def fields(request: PanelRequest, *, invisible: bool = False) -> dict[str, Any]:
    """Return the request's fields, trimmed, blank ones as null; the body wins over the query."""
    found: dict[str, Any] = dict(request.query)
    content_type = request.headers.get("Content-Type", "").lower()
    if request.is_json:
        document = parse_json(request.body) if request.body else {}
        found.update(document if isinstance(document, dict) else {})
    elif request.method == "POST" and content_type.startswith("application/x-www-form-urlencoded"):
        found.update(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    elif request.method == "POST" and content_type.startswith("multipart/form-data"):
        found.update(_multipart(request.headers["Content-Type"], request.body))
    return {name: _clean(value, _ENDS[invisible]) for name, value in found.items()}


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: dict[str, str] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            found[name] = payload.decode("utf-8", "replace")
    return found


def _clean(value: Any, ends: re.Pattern[str]) -> Any:
    if isinstance(value, list):
        return [_clean(item, ends) for item in value]
    if isinstance(value, dict):
        return {name: _clean(item, ends) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    return ends.sub("", value) or None


def overridden_method(request: PanelRequest) -> str:
    """Return the verb after `_method` and X-HTTP-Method-Override, which work on POST only."""
    if request.method != "POST":
        return request.method
    override: Any = request.headers.get("X-HTTP-Method-Override")
    if override is None:
        override = _method_field(request)
    return override.upper() if isinstance(override, str) and override.isalpha() else "POST"


def _method_field(request: PanelRequest) -> Any:
    if len(request.body) > MAX_BODY:
        return None
    try:
        return fields(request).get("_method")
    except PanelError:
        return None  # malformed JSON is answered later, after the key was checked
