"""A request as the panel's code sees it, whatever HTTP server carried it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from multidict import CIMultiDict, CIMultiDictProxy


@dataclass(slots=True)
class PanelRequest:
    """One request: the path is decoded once and as a whole, so %2F in it separates."""

    method: str
    raw_path: str
    raw_query: str
    headers: CIMultiDictProxy[str]
    body: bytes
    base_url: str
    client_ip: str

    @property
    def path(self) -> str:
        """The decoded path without slashes at its ends, as routes are matched and errors spell it."""
        return unquote(self.raw_path).strip("/")

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query, in order."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def wants_json(self) -> bool:
        """Whether errors come as JSON: the FIRST accepted type decides, or an AJAX client accepts all."""
        first = self.headers.get("Accept", "").split(",")[0].lower()
        if "/json" in first or "+json" in first:
            return True
        ajax = self.headers.get("X-Requested-With") == "XMLHttpRequest"
        return ajax and first.strip() in {"", "*/*"}

    @property
    def is_json(self) -> bool:
        """Whether the body is declared to be JSON; otherwise a JSON body is not seen at all."""
        content_type = self.headers.get("Content-Type", "").lower()
        return "/json" in content_type or "+json" in content_type

    def is_stateful(self, session: str) -> bool:
        """Whether the panel takes the client for its own web page and demands a CSRF token of it."""
        if f"{session}=" in self.headers.get("Cookie", ""):
            return True
        origin = self.headers.get("Referer") or self.headers.get("Origin") or ""
        return origin == self.base_url or origin.startswith(f"{self.base_url}/")

    def bearer(self, *, scheme_has_case: bool = True) -> str | None:
        """Return the key, when the scheme is spelled exactly "Bearer", or at all where case does not matter."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        named = scheme == "Bearer" or (scheme.lower() == "bearer" and not scheme_has_case)
        return token if named and token else None


@dataclass(slots=True)
class RecordedRequest:
    """A request the simulated panel received, kept for tests to look at."""

    method: str
    path: str
    key: str | None
    body: bytes
    headers: CIMultiDict[str]
    status: int | None = None
    """None while it is under way, and for ever when the connection was cut."""


@dataclass(slots=True)
class RequestLog:
    """Every request received, oldest first."""

    entries: list[RecordedRequest] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> RecordedRequest:
        return self.entries[index]

    def append(self, request: RecordedRequest) -> None:
        """Record a request."""
        self.entries.append(request)

    def count(self, *, method: str | None = None, path_contains: str | None = None) -> int:
        """Count the requests of a verb whose path contains a text."""
        return sum(
            1
            for entry in self.entries
            if (method is None or entry.method == method) and (path_contains is None or path_contains in entry.path)
        )

    def clear(self) -> None:
        """Forget what was received so far."""
        self.entries.clear()
