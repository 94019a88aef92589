"""The demo's small community: people, their servers on the simulated panel, and the keys they hold."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.panel.records import Server, User
from bot.demo.panel.state import PanelState

PROXY_PORTS = range(25600, 25634)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A member of the demo's Discord server and what he is there to show."""

    name: str
    key: str | None
    about: str
    linked: bool = True
    """Whether his key is known to the bot when the demo begins."""


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """The panel's state and the people who use it."""

    state: PanelState
    people: tuple[DemoPerson, ...]

    def person(self, name: str) -> DemoPerson:
        """Return a person by Discord name."""
        return next(person for person in self.people if person.name == name)


def demo_key(label: str) -> str:
    """Return a readable key of the panel's form: `ptlc_`, 11 letters or digits, 32 more."""
    return f"ptlc_{label:0<11.11}" + f"ThisKeyOpensNothing{label}"[:32].ljust(32, "0")


def demo_world() -> DemoWorld:
    """Build the community anew."""
    state = PanelState()
    mara, sam, robin, noa, admin = (state.add_user(name) for name in ("mara", "sam", "robin", "noa", "admin"))
    admin.admin = True
    survival = _servers_of(state, mara)
    state.add_subuser(survival, sam, ["websocket.connect", "allocation.read"])
    state.add_subuser(survival, robin, ["allocation.read", "allocation.create", "allocation.update"])
    state.add_server(noa, "Prison Break", limit=3, ip="198.51.100.40", ports=(25565,), alias="prison.example.com")
    people = (
        DemoPerson("Mara", demo_key("demoOwner01"), "owns seven servers and may do everything on them"),
        DemoPerson("Sam", demo_key("demoReader2"), "may look at the ports of Survival, and nothing else"),
        DemoPerson("Robin", demo_key("demoHelper3"), "may add ports to Survival and name them, but not remove any"),
        DemoPerson("Noa", demo_key("demoNewbie4"), "has a server and a key, and has yet to link them", linked=False),
        DemoPerson("Kai", None, "has no account on the panel at all", linked=False),
    )
    for user, person in zip((mara, sam, robin, noa), people, strict=False):
        state.add_key(user, person.key, description=f"{person.name}'s key for the bot")
    return DemoWorld(state, people)


def _servers_of(state: PanelState, owner: User) -> Server:
    """Add the owner's servers, each of which shows something; return the one she shares."""
    frankfurt, helsinki = state.add_node("fra-01"), state.add_node("hel-02")
    resting = state.add_node("fra-03", maintenance=True)
    survival = state.add_server(
        owner,
        "Survival",
        description="Vanilla survival, season 5",
        node=frankfurt,
        limit=6,
        ports=(25565, 25566, 8123),
        alias="play.example.com",
        notes={25565: "main port", 25566: "voice chat", 8123: "**Dynmap** (see `config.yml`)"},
    )
    state.add_server(
        owner,
        "Creative",
        description="Full: as many ports as its limit",
        node=frankfurt,
        limit=2,
        ip="203.0.113.8",
        notes={25566: "plots web map"},
    )
    state.add_server(
        owner,
        "Skyblock",
        description="The hoster never set a port limit",
        node=helsinki,
        limit=None,
        ip="198.51.100.21",
        alias="sky.example.com",
    )
    state.add_server(
        owner,
        "Proxy",
        description="The network's front door, with very many ports",
        node=helsinki,
        limit=40,
        ip="198.51.100.22",
        ports=(25565, *PROXY_PORTS),
        alias="mc.example.com",
        notes={port: f"lobby {number}" for number, port in enumerate(PROXY_PORTS, start=1)} | {25620: "summer event"},
        free_ports=range(25700, 25720),
    )
    state.add_server(
        owner,
        "Bedrock",
        description="Reachable over IPv6 only",
        node=helsinki,
        limit=4,
        ip="2001:db8::25",
        ports=(19132, 19133),
        notes={19132: "@everyone joins here"},
        free_ports=range(19134, 19140),
    )
    state.add_server(owner, "Season 4", description="Archived", node=frankfurt, ip="203.0.113.9", suspended=True)
    state.add_server(owner, "Modded", description="Its machine is being repaired", node=resting, ip="203.0.113.70")
    return survival
