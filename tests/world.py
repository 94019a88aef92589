"""A small community on the simulated panel, for tests: named people, their keys and their servers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.panel import PanelState, Server

SURVIVAL = "5e000001"
"""The identifier of the first of its servers."""


@dataclass(frozen=True)
class World:
    """The panel's state, the servers tests act on, and the keys of the people who may."""

    state: PanelState
    survival: Server
    creative: Server
    solo: Server
    ann: str
    """Owns Survival and Creative."""
    bob: str
    """May only read Survival's allocations."""
    cid: str
    """May create on Survival, but not read."""
    dan: str
    """Owns Solo, and nothing else."""


def small_world() -> World:
    """Build the community anew: Survival has 2 of 5 allocations, Creative 2 of 2, Solo 1 of 3."""
    state = PanelState()
    ann, bob, cid, dan = (state.add_user(name) for name in ("ann", "bob", "cid", "dan"))
    survival = state.add_server(
        ann,
        "Survival",
        limit=5,
        ip="203.0.113.7",
        ports=(25565, 25566),
        alias="play.example.com",
        notes={25566: "voice lobby"},
        free_ports=range(25570, 25580),
    )
    creative = state.add_server(ann, "Creative", limit=2, ip="203.0.113.8", ports=(25565, 25566))
    solo = state.add_server(dan, "Solo", limit=3, ip="203.0.113.9", ports=(25565,), free_ports=range(25570, 25580))
    state.add_subuser(survival, bob, ["allocation.read"])
    state.add_subuser(survival, cid, ["allocation.create"])
    return World(
        state,
        survival,
        creative,
        solo,
        ann=state.add_key(ann),
        bob=state.add_key(bob),
        cid=state.add_key(cid),
        dan=state.add_key(dan),
    )


def fill_up(world: World, server: Server, number: int) -> None:
    """Give a server so many allocations in all, with ports from 26000 on."""
    server.limit = 100
    for port in range(26000, 26000 + number - len(world.state.allocations_of(server))):
        world.state.assign(server, port)


def add_servers(world: World, number: int) -> list[str]:
    """Give ann this many more servers; return their names."""
    ann = world.state.users[1]
    names = [f"Extra {index:03d}" for index in range(number)]
    for index, name in enumerate(names):
        world.state.add_server(ann, name, ip=f"198.51.{100 + index // 250}.{index % 250 + 1}", free_ports=())
    return names
