"""What settings may hold that name a place: a web address, the panel's, a file."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from yarl import URL

_SEVERAL = re.compile(r"[\s,;]|://[^?#]*://")


def http_url(value: str) -> str:
    """Return a web address without its query; raise ValueError, in words that follow the setting's name, for others."""
    if value.strip().lower().startswith(("https://", "http://")) and _SEVERAL.search(value.strip()):
        raise ValueError("holds more than one address, or one with a blank, comma or semicolon in it; give one")
    try:
        url = URL(value.strip())
    except ValueError:
        raise ValueError("is not a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("must start with https:// (or http://) and name a host")
    if url.user or url.password:
        raise ValueError("must not hold a user name or password")
    return str(url.with_query(None).with_fragment(None)).rstrip("/")


def base_url(value: str) -> str:
    """Return the panel's base URL, forgiving a trailing slash and the API's own path; raise ValueError for others."""
    text = http_url(value)
    for tail in ("/api/client", "/api"):
        text = text.removesuffix(tail).rstrip("/")
    return text + "/"


def authorities(path: Path) -> Path:
    """Return the path of a file of certificates; raise ValueError for others."""
    try:
        with path.open("rb"):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError("holds no certificates in PEM form") from None
    except OSError as problem:
        raise ValueError(f"names a file that cannot be read: {problem.strerror}") from None
    except ValueError:
        raise ValueError("must be the path of a file") from None
    return path
