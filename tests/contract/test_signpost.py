"""Which panel it is without a key: told by where each of the two sent a browser, as recorded."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict
from yarl import URL

from bot.panel.signpost import told_by
from bot.panel.transport import Answer
from tests.contract.traces import PELICAN, PTERODACTYL, RECORDED_URL, Trace, load

BASE = URL(f"{RECORDED_URL}/")


def answer(status: int, location: str | None) -> Answer:
    """Return an answer that sends a browser elsewhere, or not."""
    headers = CIMultiDict({} if location is None else {"location": location})
    return Answer(status, headers, b"", is_json=False)


def without_a_key(file: str) -> list[Trace]:
    """Return the recorded exchanges in which a browser without a good key was sent to sign in."""
    refused = (trace for trace in load(file) if trace.status == 302 and trace.name.startswith("auth: "))
    return [trace for trace in refused if "Bearer" not in str(trace.headers) or "nonsense" in str(trace.headers)]


@pytest.mark.parametrize(("file", "is_pelican", "least"), [(PTERODACTYL, False, 4), (PELICAN, True, 3)])
def test_each_recorded_panel_is_told_by_its_page_for_signing_in(file: str, is_pelican: bool, least: int) -> None:
    traces = without_a_key(file)

    told = [told_by(answer(trace.status, trace.answer_headers.get("location")), BASE) for trace in traces]

    assert len(told) >= least
    assert set(told) == {is_pelican}


@pytest.mark.parametrize(
    ("base", "location", "told"),
    [
        ("https://panel.example.com/", "http://panel.example.com/login", True),
        ("https://panel.example.com/", "/login", True),
        ("https://panel.example.com/", "/auth/login", False),
        ("https://example.com/panel/", "https://example.com/panel/login", True),
        ("https://example.com/panel/", "https://example.com/panel/auth/login/", False),
        # What is before the panel signs people in itself.
        ("https://example.com/panel/", "https://example.com/login", None),
        ("https://panel.example.com/", "https://sso.example.com/login", None),
        ("https://panel.example.com/", "https://panel.example.com/cdn-cgi/access/login", None),
        ("https://panel.example.com/", "https://panel.example.com/", None),
        ("https://panel.example.com/", "http://[", None),
        ("https://panel.example.com/", None, None),
    ],
)
def test_only_the_panels_own_pages_tell(base: str, location: str | None, told: bool | None) -> None:
    assert told_by(answer(302, location), URL(base)) is told


@pytest.mark.parametrize("status", [200, 401, 403, 404, 503])
def test_an_answer_that_sends_nowhere_tells_nothing(status: int) -> None:
    assert told_by(answer(status, "/login"), BASE) is None
