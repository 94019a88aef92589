"""The simulated panel answers what a real one was recorded to answer."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.demo.panel import PanelState, SimulatedPanel

from .clients import NOON
from .history import prepare
from .lab import FLAVOURS, Lab
from .traces import RECORDED_URL, Trace, load

LEFT_OUT: dict[str, str] = {
    "debug on: ": "APP_DEBUG adds file names and traces of the real code",
    "auth: key with trailing space": "the HTTP parser under the simulated panel strips it from the header",
    "[nginx+fpm] 2 MB body over client_max_body_size": "a limit of the web server in front, not of the panel",
    "apikeys: list": "bookkeeping columns (last use, creation) that are not simulated",
}


def _left_out(trace: Trace) -> bool:
    return any(trace.name.startswith(prefix) for prefix in LEFT_OUT)


COVERED = [trace for trace in load() if not _left_out(trace)]


@dataclass(frozen=True)
class Seen:
    """What the simulated panel answered."""

    status: int
    headers: dict[str, str]
    text: str


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """Replay the whole recording once, in order, and return the answers by trace name."""
    return asyncio.run(_replay())


async def _replay() -> dict[str, Seen]:
    answers: dict[str, Seen] = {}
    async with AsyncExitStack() as stack:
        labs: dict[str, Lab] = {}
        for name, flavour in FLAVOURS.items():
            panel = SimulatedPanel(PanelState(), flavour=flavour, clock=lambda: NOON)
            labs[name] = Lab(await stack.enter_async_context(panel))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        )
        for trace in COVERED:
            lab = labs[trace.panel]
            prepare(lab, trace)
            answers[trace.name] = await _ask(session, lab, trace)
    return answers


async def _ask(session: aiohttp.ClientSession, lab: Lab, trace: Trace) -> Seen:
    url = URL(lab.panel.url + trace.path, encoded=True)
    body = BytesIO(trace.body) if trace.body else None
    headers = lab.headers(trace)
    async with session.request(trace.method, url, headers=headers, data=body, allow_redirects=False) as response:
        text = await response.text()
    shown = {name.lower(): value for name, value in response.headers.items()}
    shown["set-cookie"] = ", ".join(response.headers.getall("Set-Cookie", []))
    clean = text.replace(lab.panel.url.replace("/", "\\/"), RECORDED_URL.replace("/", "\\/"))
    shown["location"] = shown.get("location", "").replace(lab.panel.url, RECORDED_URL)
    return Seen(response.status, shown, clean)


def shape(value: Any) -> Any:
    """Reduce a document to its keys and types; lists to the shapes that occur in them."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    return type(value).__name__


def comparable(trace: Trace, document: Any) -> Any:
    """Return what must be equal: everything, but for what a real panel makes up."""
    if trace.name in {"permissions", "apikeys: create one"}:
        return shape(_without_texts(document))
    return _without_texts(document)


def _kind(value: Any) -> Any:
    return value.get("object") if isinstance(value, dict) else None


def _without_texts(value: Any) -> Any:
    """Leave out egg variables, whose long texts the recording lost, and when something happened."""
    if isinstance(value, dict):
        return {key: _without_texts(item) for key, item in value.items() if key != "timestamp"}
    if isinstance(value, list):
        return [_without_texts(item) for item in value if _kind(item) != "egg_variable"]
    return value


@pytest.mark.parametrize("trace", COVERED, ids=lambda trace: trace.name)
def test_the_answer_is_the_recorded_one(trace: Trace, seen: dict[str, Seen]) -> None:
    answer = seen[trace.name]

    assert answer.status == trace.status, answer.text[:300]
    if trace.document is not None:
        assert comparable(trace, json.loads(answer.text)) == comparable(trace, trace.document)
    if trace.document is not None and "errors" in trace.document:
        assert answer.text == trace.answer  # compact or pretty, slashes escaped or not
    elif trace.document is None:
        assert answer.text[:1] == trace.answer[:1]


@pytest.mark.parametrize("trace", COVERED, ids=lambda trace: trace.name)
def test_the_headers_are_the_recorded_ones(trace: Trace, seen: dict[str, Seen]) -> None:
    headers, recorded = seen[trace.name].headers, trace.answer_headers

    for name in ("location", "content-type", "allow", "retry-after", "x-ratelimit-limit"):
        assert headers.get(name, "") == recorded.get(name, ""), name
    for name in ("x-ratelimit-remaining", "x-ratelimit-reset"):
        assert (name in headers) == (name in recorded), name
    assert ("pterodactyl_session" in headers["set-cookie"]) == ("pterodactyl_session" in recorded.get("set-cookie", ""))


def test_every_trace_is_covered_or_left_out_for_a_reason() -> None:
    traces = load()
    left_out = [trace for trace in traces if _left_out(trace)]

    assert len(COVERED) + len(left_out) == len(traces)
    assert len(COVERED) >= 200
    for prefix, reason in LEFT_OUT.items():
        assert reason
        assert any(trace.name.startswith(prefix) for trace in left_out), prefix
