"""The calls on a server's process: what it does, and telling it to start or restart."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.models import ApiKey
from bot.domain.power import Resources, RunState, Signal
from bot.panel.caller import Caller, done, segment
from bot.panel.wire import Wire

_STATES = {state.value: state for state in RunState}


class Usage(Wire):
    """The part of what a process uses that is read."""

    uptime: Annotated[int, Field(ge=0)] = 0
    """Milliseconds."""


class StatsAttributes(Wire):
    """Attributes of a server's process."""

    current_state: str
    resources: Usage = Usage()

    def to_domain(self) -> Resources:
        """Return what the process does; a word that no daemon is known to say, as Pelican's `missing`, is unknown."""
        return Resources(_STATES.get(self.current_state, RunState.UNKNOWN), self.resources.uptime / 1000)


class StatsObject(Wire):
    """`{"object": "stats", "attributes": {…}}`."""

    object: Literal["stats"]
    attributes: StatsAttributes


class PowerCalls(Caller):
    """Asks and tells the machine of a server by way of the panel."""

    async def resources(self, key: ApiKey, server: str) -> Resources:
        """Return what the server's process does: `GET …/servers/{id}/resources`, which needs no permission.

        Raises DaemonAway where the panel says that it cannot ask; Pelican says that the state is unknown instead.
        """
        return (await self.read(f"servers/{segment(server)}/resources", StatsObject, key=key)).attributes.to_domain()

    async def power(self, key: ApiKey, server: str, signal: Signal) -> None:
        """Have the server's process start or restart: `POST …/servers/{id}/power`; 204 is accepted, not done.

        Sent once. Raises DaemonRefused where it certainly does not happen, DaemonAway where it may.
        """
        path = f"servers/{segment(server)}/power"
        done(
            await self.send("POST", path, key=key, permission=signal.permission, json={"signal": signal.value}),
            "a power action",
        )
