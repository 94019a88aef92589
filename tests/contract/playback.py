"""Sends recorded requests to the simulated panel, in order, and compares the answers with the recorded ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from bot.demo.panel import Flavour, PanelState, SimulatedPanel

from .changes import History
from .clients import NOON
from .lab import Lab
from .traces import RECORDED_URL, Trace

COMPARED = ("location", "content-type", "allow", "retry-after", "x-ratelimit-limit")
PRESENT = ("x-ratelimit-remaining", "x-ratelimit-reset")
Build = Callable[[], tuple[PanelState, dict[str, str]]]


@dataclass(frozen=True)
class Seen:
    """What the simulated panel answered."""

    status: int
    headers: dict[str, str]
    text: str


Answers = dict[tuple[str, str], Seen]
"""What was answered, by panel and name of the exchange."""


@dataclass(frozen=True)
class Setup:
    """A panel on which some of the exchanges were recorded."""

    flavour: Flavour
    build: Build


def replayed(traces: Iterable[Trace], setups: Mapping[str, Setup], history: History) -> Answers:
    """Replay a recording once, in its order, on a panel for each that was recorded, and return what they answer."""
    return asyncio.run(_replay(traces, setups, history))


async def _replay(traces: Iterable[Trace], setups: Mapping[str, Setup], history: History) -> Answers:
    answers: Answers = {}
    async with AsyncExitStack() as stack:
        labs: dict[str, Lab] = {}
        for name, setup in setups.items():
            panel = SimulatedPanel(PanelState(), flavour=setup.flavour, clock=lambda: NOON)
            labs[name] = Lab(await stack.enter_async_context(panel), setup.build)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        )
        for trace in traces:
            lab = labs[trace.panel]
            history.prepare(lab, trace)
            answers[trace.panel, trace.name] = await _ask(session, lab, trace)
    return answers


async def _ask(session: aiohttp.ClientSession, lab: Lab, trace: Trace) -> Seen:
    url = URL(lab.panel.url + lab.path(trace), encoded=True)
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


def rebuilt(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a document with every object in it changed, the innermost first."""
    if isinstance(value, dict):
        return change({key: rebuilt(item, change) for key, item in value.items()})
    return [rebuilt(item, change) for item in value] if isinstance(value, list) else value


def differences(trace: Trace, answers: Answers, comparable: Callable[[Trace, Any], Any]) -> list[str]:
    """Return in what an answer is not the recorded one: status, document, text, headers."""
    seen = answers[trace.panel, trace.name]
    found = [] if seen.status == trace.status else [f"status {seen.status}, recorded {trace.status}"]
    if trace.document is not None and seen.text.startswith("{"):
        answered, recorded = comparable(trace, json.loads(seen.text)), comparable(trace, trace.document)
        if answered != recorded:
            found.append(f"{answered}\nrecorded {recorded}")
    if trace.document is not None and "errors" in trace.document:
        if seen.text != trace.answer:  # compact or pretty, slashes escaped or not
            found.append(f"{seen.text}\nrecorded {trace.answer}")
    elif seen.text[:1] != trace.answer[:1]:
        found.append(f"{seen.text[:80]}\nrecorded {trace.answer[:80]}")
    return found + _of_headers(seen.headers, trace.answer_headers)


def _of_headers(headers: Mapping[str, str], recorded: Mapping[str, str]) -> list[str]:
    differing = [name for name in COMPARED if headers.get(name, "") != recorded.get(name, "")]
    differing += [name for name in PRESENT if (name in headers) != (name in recorded)]
    differing += ["set-cookie"] if _session(headers) != _session(recorded) else []
    return [f"{name}: {headers.get(name)}, recorded {recorded.get(name)}" for name in differing]


def _session(headers: Mapping[str, str]) -> set[str]:
    return {name for name in ("pterodactyl_session", "pelican_session") if name in headers.get("set-cookie", "")}
