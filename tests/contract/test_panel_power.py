"""The bot's client and the simulated panel's processes: time goes by, machines fail, what was told is carried out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from yarl import URL

from bot.demo.panel import Flavour, PanelState, Process, Reply, Server, SimulatedPanel
from bot.domain.models import ApiKey
from bot.domain.power import TOLD_AGAIN_FOR, Resources, RunState, Signal
from bot.panel import daemon_errors, errors
from bot.panel.client import PanelClient
from bot.panel.transport import Timeouts, Transport, open_session

from .clients import NOON

PTERODACTYL, PELICAN = Flavour.PTERODACTYL_1_11, Flavour.PELICAN


@dataclass(frozen=True)
class Host:
    """A panel with one server that has been running for an hour, and the bot's client with its owner's key."""

    panel: SimulatedPanel
    server: Server
    key: ApiKey
    client: PanelClient

    @property
    def is_pelican(self) -> bool:
        """Which panel it is."""
        return self.panel.flavour is PELICAN

    @property
    def events(self) -> list[str]:
        """What the server's log has."""
        return [line.event for line in self.panel.state.activity]

    async def ask(self) -> Resources:
        """Ask what the server does."""
        return await self.client.resources(self.key, self.server.identifier)

    async def tell(self, signal: Signal = Signal.RESTART, *, key: str | None = None) -> None:
        """Tell the server something, with another key if one is given."""
        await self.client.power(ApiKey(key) if key else self.key, self.server.identifier, signal)

    def machine(self, **values: object) -> None:
        """Let the server's machine answer like this."""
        for name, value in values.items():
            setattr(self.panel.state.nodes[1].daemon, name, value)

    def really(self) -> str:
        """Return what the process does now, whatever the panel says."""
        return self.panel.state.process_of(self.server).at(self.panel.now()).state


@pytest.fixture(params=[PTERODACTYL, PELICAN], ids=str)
async def host(request: pytest.FixtureRequest) -> AsyncIterator[Host]:
    """Yield either panel; time goes by on it only when the test says so."""
    state = PanelState()
    owner = state.add_user("ann")
    key = ApiKey(state.add_key(owner))
    server = state.add_server(owner, "Survival")
    async with SimulatedPanel(state, flavour=request.param, clock=lambda: NOON) as panel, open_session() as session:
        state.processes[server.id] = Process.running(NOON, 3600)
        transport = Transport(session, URL(panel.url + "/"), timeouts=Timeouts(read=0.5, write=0.5))
        yield Host(panel, server, key, PanelClient(transport, retry_wait=0))


async def test_a_restart_shows_only_in_an_uptime_that_is_smaller_than_before(host: Host) -> None:
    before = await host.ask()
    await host.tell()

    told = []
    for _ in range(5):
        told.append(await host.ask())
        host.panel.advance(5)
    after = await host.ask()

    assert told == [before] * 4 + [told[4]]
    assert before == Resources(RunState.RUNNING, 3600)
    # Four seconds to stop, then it counts anew; asked again twenty seconds after the first answer.
    assert told[4] == after == Resources(RunState.RUNNING, TOLD_AGAIN_FOR - 4)
    assert host.events == ["server:power.restart"]


async def test_what_it_does_in_between_shows_to_who_asks_first_after_the_command(host: Host) -> None:
    await host.tell()
    assert (await host.ask()).state is RunState.STOPPING
    host.panel.advance(19.9)
    assert (await host.ask()).state is RunState.STOPPING
    host.panel.advance(0.1)

    assert await host.ask() == Resources(RunState.RUNNING, 16)


async def test_a_server_that_does_not_stop_stays_stopping(host: Host) -> None:
    host.panel.state.process_of(host.server).stops = 600
    await host.tell()
    host.panel.advance(61)

    assert (await host.ask()).state is RunState.STOPPING


async def test_the_answer_is_everybodys_for_twenty_seconds(host: Host) -> None:
    state = host.panel.state
    other = state.add_user("bob")
    state.add_subuser(host.server, other, ["websocket.connect"])
    key = ApiKey(state.add_key(other))
    first = await host.ask()
    state.processes[host.server.id] = Process.offline(NOON)

    assert await host.client.resources(key, host.server.identifier) == first
    host.panel.advance(TOLD_AGAIN_FOR)
    assert await host.client.resources(key, host.server.identifier) == Resources(RunState.OFFLINE, 0)


async def test_a_start_of_what_is_offline_takes_its_time_and_of_what_runs_changes_nothing(host: Host) -> None:
    await host.tell(Signal.START)
    assert host.really() == "running"
    host.panel.state.processes[host.server.id] = Process.offline(NOON)

    await host.tell(Signal.START)

    assert await host.ask() == Resources(RunState.STARTING, 0)
    host.panel.advance(TOLD_AGAIN_FOR)
    assert await host.ask() == Resources(RunState.RUNNING, 20)


async def test_two_restarts_at_once_are_one(host: Host) -> None:
    await host.tell()
    host.panel.advance(2)
    await host.tell()
    host.panel.advance(3)

    assert await host.ask() == Resources(RunState.STARTING, 1)


@pytest.mark.parametrize("signal", Signal)
async def test_a_signal_needs_its_permission_and_that_alone(host: Host, signal: Signal) -> None:
    state = host.panel.state
    for name, permission in (("may", signal.permission), ("may not", "allocation.update")):
        user = state.add_user(name)
        state.add_subuser(host.server, user, ["websocket.connect", permission])
    may, may_not = (state.add_key(state.users[number]) for number in (2, 3))

    with pytest.raises(errors.PermissionDenied) as caught:
        await host.tell(signal, key=may_not)
    await host.tell(signal, key=may)

    assert caught.value.permission == signal.permission == f"control.{signal.value}"
    assert host.events == [f"server:power.{signal.value}"]


async def test_a_machine_that_is_away_is_told_and_nothing_was_done(host: Host) -> None:
    host.machine(connects=False)

    if host.is_pelican:
        assert await host.ask() == Resources(RunState.UNKNOWN, 0)
    else:
        with pytest.raises(daemon_errors.DaemonAway):
            await host.ask()
    with pytest.raises(daemon_errors.DaemonAway):
        await host.tell()

    assert host.really() == "running"
    assert host.events == []


async def test_pelican_says_missing_for_twenty_seconds_after_the_machine_is_back(host: Host) -> None:
    host.machine(connects=False)
    if not host.is_pelican:
        with pytest.raises(daemon_errors.DaemonAway):
            await host.ask()
    else:
        await host.ask()
    host.machine(connects=True)
    host.panel.advance(TOLD_AGAIN_FOR - 1)

    assert (await host.ask()).state is (RunState.UNKNOWN if host.is_pelican else RunState.RUNNING)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
async def test_what_the_machine_refuses_was_not_done(host: Host, status: int) -> None:
    host.machine(status=status, says="slow down")
    kind = daemon_errors.DaemonAway if host.is_pelican else daemon_errors.DaemonRefused

    with pytest.raises(kind) as caught:
        await host.tell()

    assert caught.value.panel_words is None if host.is_pelican else "slow down" in str(caught.value.panel_words)
    assert host.really() == "running"
    assert host.events == []
    host.machine(status=200)
    await host.tell()
    assert host.really() == "stopping"


async def test_a_machine_slower_than_the_panel_waits_does_it_all_the_same(host: Host) -> None:
    waited = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        host.panel.advance(seconds)

    host.panel.state.waits = wait
    host.machine(seconds=16)

    with pytest.raises(daemon_errors.DaemonAway):
        await host.tell()

    assert waited == [15]
    assert host.really() == "running"
    host.panel.advance(1)
    assert host.really() == "stopping"
    assert host.events == []


async def test_a_command_whose_answer_did_not_come_in_time_is_carried_out(host: Host) -> None:
    hold = host.panel.faults.hold(method="POST", path="*/power")

    with pytest.raises(errors.PanelSlow) as caught:
        await host.tell()
    hold.release()
    await host.panel.idle()

    assert caught.value.may_come_later
    assert host.really() == "stopping"
    assert host.events == ["server:power.restart"]
    assert host.panel.requests.count(method="POST") == 1


async def test_what_the_machine_says_and_nobody_understands_is_the_panels_failure(host: Host) -> None:
    host.machine(reply=Reply.GARBLED)
    with pytest.raises(errors.PanelFailed):
        await host.ask()
    host.machine(reply=Reply.BARE)

    assert await host.ask() == Resources(RunState.UNKNOWN, 0)


@pytest.mark.parametrize("status", ["suspended", "installing", "restoring_backup"])
async def test_a_server_in_another_state_neither_tells_nor_obeys(host: Host, status: str) -> None:
    host.server.status = status

    with pytest.raises(errors.ServerBlocked):
        await host.ask()
    with pytest.raises(errors.ServerBlocked):
        await host.tell()

    assert host.really() == "running"
