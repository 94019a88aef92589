"""What a server's process does and uses, and telling it to start, stop or restart: both by way of its machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.demo.panel import auth, errors
from bot.demo.panel.answers import Answer, no_content, success
from bot.demo.panel.calls import Call
from bot.demo.panel.daemon import OFFLINE, Daemon, Reply
from bot.demo.panel.errors import PanelError

CACHED_FOR = 20.0
"""Seconds for which the panel repeats what it heard of a server, to everybody and whatever was done meanwhile."""
PATIENCE = 15.0
"""Seconds the panel waits for a machine that was told something."""
DISK = 130_156_361
PERMISSIONS = {
    "start": "control.start",
    "stop": "control.stop",
    "restart": "control.restart",
    "kill": "control.stop",
}


async def resources(call: Call) -> Answer:
    """Answer with what the process does, as the panel last heard it."""
    state, server = call.state, call.server
    heard = state.heard.get(server.id)
    if heard is None or state.clock() - heard[0] >= CACHED_FOR:
        document = await _hear(call)
        heard = state.heard[server.id] = (state.clock(), document)
    return success(heard[1])


async def tell(call: Call) -> Answer:
    """Pass a signal on; the answer says that the machine took it, not what became of it."""
    signal = call.fields.get("signal")
    known = PERMISSIONS.get(signal) if isinstance(signal, str) else None
    auth.require(call.server, call.user, known or call.traits.permission_for_no_signal)
    broken = list(_broken(signal))
    if broken:
        raise errors.together(broken)
    daemon = _machine(call)
    if daemon.obeys:
        call.state.process_of(call.server).tell(str(signal), call.state.clock() + daemon.seconds)
    answers = await _answers(call, daemon, PATIENCE)
    if not answers or daemon.status >= 400:
        raise _unheard(daemon, answers) if call.traits.daemon_is_passed_on else _unnamed(answers)
    call.log(f"server:power.{signal}")
    return no_content()


def _broken(signal: Any) -> Iterator[PanelError]:
    if signal is None:
        yield errors.invalid("signal", "required", "The signal field is required.")
        return
    if not isinstance(signal, str):
        yield errors.invalid("signal", "string", "The signal must be a string.")
    if not isinstance(signal, str) or signal not in PERMISSIONS:
        yield errors.invalid("signal", "in", "The selected signal is invalid.")


async def _hear(call: Call) -> dict[str, Any]:
    """Ask the machine; Pelican takes one that does not answer well for a server that is missing there."""
    daemon = _machine(call)
    answers = await _answers(call, daemon, call.traits.patience_for_resources)
    if not answers or daemon.status >= 400:
        if call.traits.daemon_is_passed_on:
            raise errors.daemon_failed(504, daemon.status) if answers else errors.daemon_unreachable()
        return _document("missing")
    if daemon.reply is Reply.GARBLED:
        raise errors.unexpected("TypeError")
    if daemon.reply is Reply.BARE:
        return _document("stopped")
    process = call.state.process_of(call.server)
    now = call.state.clock()
    step = process.at(now)
    uptime = 0 if step.started_at is None else round((now - step.started_at) * 1000)
    return _document(step.state, uptime=uptime, suspended=process.suspended, disk=DISK)


def _machine(call: Call) -> Daemon:
    return call.state.nodes[call.server.node_id].daemon


async def _answers(call: Call, daemon: Daemon, patience: float) -> bool:
    """Wait for the machine as long as the panel does; return whether it answered."""
    if not daemon.connects:
        return False
    if daemon.seconds:
        await call.state.waits(min(daemon.seconds, patience))
    return daemon.seconds <= patience


def _unheard(daemon: Daemon, answers: bool) -> PanelError:
    """Return Pterodactyl's error, which has the machine's own status, and its text where that is a refusal."""
    if not answers:
        return errors.daemon_unreachable()
    if daemon.status >= 500:
        return errors.daemon_failed(daemon.status, daemon.status)
    return errors.daemon_refused(daemon.status, daemon.says)


def _unnamed(answers: bool) -> PanelError:
    """Return Pelican's error, which tells only whether the machine answered."""
    return errors.unexpected("RequestException" if answers else "ConnectionException")


def _document(state: str, *, uptime: int = 0, suspended: bool = False, disk: int = 0) -> dict[str, Any]:
    works = state not in {OFFLINE, "missing", "stopped"}
    used = {
        "memory_bytes": 588_701_697 if works else 0,
        "cpu_absolute": 12.37 if works else 0,
        "disk_bytes": disk,
        "network_rx_bytes": 694_220 if works else 0,
        "network_tx_bytes": 337_090 if works else 0,
        "uptime": uptime,
    }
    return {
        "object": "stats",
        "attributes": {"current_state": state, "is_suspended": suspended, "resources": used},
    }
