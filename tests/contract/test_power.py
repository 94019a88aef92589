"""The client reads what a server's process does, and tells it what to do, as both panels were recorded to answer."""

from __future__ import annotations

import json
import re

import pytest

from bot.domain.power import Resources, RunState, Signal
from bot.panel import daemon_errors, errors

from .clients import NOON
from .meanings import Meanings, meaning_of
from .replay import KEY, replaying
from .traces import POWER, Trace, each, load

SERVER = "a0000001"
PANELS = ("1.11", "pelican-sqlite")
RECORDED = load(POWER)
_SERVERS = r"/api/client/servers/[^/]+"
READS = [trace for trace in RECORDED if re.fullmatch(rf"GET {_SERVERS}/resources", f"{trace.method} {trace.path}")]
TOLD = [trace for trace in RECORDED if re.fullmatch(rf"POST {_SERVERS}/power(\?.*)?", f"{trace.method} {trace.path}")]
_STATES = {
    **{state.value: state for state in RunState},
    "missing": RunState.UNKNOWN,
    "stopped": RunState.UNKNOWN,
}
_MEANINGS: Meanings = (
    (400, "TwoFactorAuthRequiredException", "", errors.TwoFactorRequired),
    (400, "BadRequestHttpException", "", errors.RequestRefused),
    (401, "AuthenticationException", "", errors.KeyRejected),
    (403, "AccessDeniedHttpException", "application API key", errors.ApplicationKey),
    (403, "AccessDeniedHttpException", "This action is unauthorized.", errors.PermissionDenied),
    (404, "NotFoundHttpException", "", errors.ServerNotFound),
    (409, "ServerStateConflictException", "", errors.ServerBlocked),
    (422, "ValidationException", "", errors.RequestRefused),
    (429, "ThrottleRequestsException", "", errors.RateLimited),
    (500, "TypeError", "", errors.PanelFailed),
    (500, "ConnectionException", "", daemon_errors.DaemonAway),
    (500, "RequestException", "", daemon_errors.DaemonAway),
)


def meaning(trace: Trace) -> type[errors.PanelError]:
    """Return the exception that a recorded refusal must become."""
    if trace.document is None:
        return errors.NotThePanelApi
    if trace.document["errors"][0]["code"] == "DaemonConnectionException":
        return daemon_errors.DaemonAway if trace.status >= 500 else daemon_errors.DaemonRefused
    return meaning_of(trace, _MEANINGS)


@each(trace for trace in READS if trace.status == 200)
async def test_every_recorded_state_is_read_with_its_uptime_in_seconds(trace: Trace) -> None:
    async with replaying(trace) as (replay, client):
        got = await client.resources(KEY, SERVER)

    told = trace.document["attributes"]
    assert got == Resources(_STATES[told["current_state"]], told["resources"]["uptime"] / 1000)
    assert replay.asked == [f"GET /api/client/servers/{SERVER}/resources"]


@each(trace for trace in READS if trace.status != 200)
async def test_every_recorded_refusal_to_tell_the_state_becomes_what_it_means(trace: Trace) -> None:
    wanted = meaning(trace)

    async with replaying(trace) as (replay, client):
        with pytest.raises(errors.PanelError) as caught:
            await client.resources(KEY, SERVER)

    assert type(caught.value) is wanted
    assert len(replay.asked) == (3 if wanted is errors.PanelFailed else 1)


@each(trace for trace in TOLD if trace.status == 204)
async def test_every_recorded_acceptance_is_one_and_sent_once(trace: Trace) -> None:
    async with replaying(trace) as (replay, client):
        await client.power(KEY, SERVER, Signal.RESTART)

    assert replay.asked == [f"POST /api/client/servers/{SERVER}/power"]
    assert [json.loads(body) for body in replay.bodies] == [{"signal": "restart"}]


@each(trace for trace in TOLD if trace.status != 204)
async def test_every_recorded_refusal_of_a_signal_becomes_what_it_means_and_is_not_repeated(trace: Trace) -> None:
    async with replaying(trace) as (replay, client):
        with pytest.raises(errors.PanelError) as caught:
            await client.power(KEY, SERVER, Signal.START)

    refusal = caught.value
    assert type(refusal) is meaning(trace)
    assert len(replay.asked) == 1
    if isinstance(refusal, errors.PermissionDenied):
        assert refusal.permission == "control.start"
    if isinstance(refusal, errors.RateLimited):
        assert refusal.retry_at == NOON + int(trace.answer_headers["retry-after"])
    if isinstance(refusal, daemon_errors.DaemonRefused):
        assert refusal.panel_words == trace.document["errors"][0]["detail"]
        assert not refusal.may_have_happened
    if isinstance(refusal, daemon_errors.DaemonAway):
        assert refusal.panel_words is None
        assert refusal.may_come_later


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
async def test_what_the_machine_refuses_says_nothing_of_key_right_server_or_limit(status: int) -> None:
    trace = next(trace for trace in TOLD if trace.status == status and "DaemonConnectionException" in trace.answer)

    async with replaying(trace) as (replay, client):
        for _ in range(2):
            with pytest.raises(daemon_errors.DaemonRefused):
                await client.power(KEY, SERVER, Signal.RESTART)

    # A limit would have been remembered, and the second request held back.
    assert len(replay.asked) == 2


async def test_a_server_that_can_be_no_part_of_a_path_is_asked_nothing() -> None:
    async with replaying(READS[0]) as (replay, client):
        with pytest.raises(errors.ServerNotFound):
            await client.resources(KEY, "../account")
        with pytest.raises(errors.ServerNotFound):
            await client.power(KEY, "../account", Signal.RESTART)

    assert replay.asked == []


async def test_a_200_where_204_is_due_is_not_taken_for_an_acceptance() -> None:
    trace = next(trace for trace in READS if trace.status == 200)

    async with replaying(trace) as (_, client):
        with pytest.raises(errors.NotThePanelApi) as caught:
            await client.power(KEY, SERVER, Signal.RESTART)

    assert caught.value.may_have_happened


def test_every_trace_is_covered_or_one_that_this_client_never_sends() -> None:
    others = [trace for trace in RECORDED if trace not in READS and trace not in TOLD]

    assert (len(RECORDED), len(READS), len(TOLD)) == (473, 229, 243)
    assert [f"{trace.method} {trace.path}" for trace in others] == ["GET /api/client/servers/a0000001/power"]
    assert {trace.panel for trace in READS} == {trace.panel for trace in TOLD} == set(PANELS)
    refused = {meaning(trace) for trace in (*READS, *TOLD) if trace.status not in (200, 204)}
    assert refused == {kind for *_, kind in _MEANINGS} | {errors.NotThePanelApi, daemon_errors.DaemonRefused}
