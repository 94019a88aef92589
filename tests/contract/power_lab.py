"""The servers behind the exchanges recorded on processes, rebuilt on the simulated panel, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.demo.panel import Daemon, Flavour, PanelState, Process, Reply, User
from bot.demo.panel.daemon import OFFLINE, RUNNING, STARTING, STOPPING, Step

from .changes import Change, History, Names, setting
from .keys_lab import token
from .lab import Lab
from .playback import Setup
from .traces import Trace

SUBUSERS = {
    "act": ("activity.read",),
    "start": ("control.start",),
    "stop": ("control.stop",),
    "restart": ("control.restart",),
    "all": ("control.start", "control.stop", "control.restart"),
    "none": (),
}
STATES = {
    4: "suspended",
    5: "installing",
    6: "install_failed",
    7: "restoring_backup",
    8: None,
    9: None,
}
_AFTER = re.compile(r"resources (\d+) s after the command")


def _build(flavour: Flavour, reinstalled: int) -> tuple[PanelState, dict[str, str]]:
    prefix = "pacc_" if flavour is Flavour.PELICAN else "ptlc_"
    state = PanelState()
    people = {name: state.add_user(name, admin=name == "admin", staff=name == "staff") for name in _PEOPLE}
    for name, user in people.items():
        state.add_key(user, token(prefix, name.capitalize()))
    for label in ("Racea", "Raceb"):
        state.add_key(people["owner"], token(prefix, label))
    state.add_key(people["admin"], token("papp_" if prefix == "pacc_" else "ptla_", "Application"), application=True)
    _add_servers(state, people["owner"], reinstalled)
    for number in (1, 4):
        for name, permissions in SUBUSERS.items():
            state.add_subuser(state.servers[number], people[name], ["websocket.connect", *permissions])
    return state, {}


_PEOPLE = ("owner", "admin", "stranger", "staff", *SUBUSERS)


def _add_servers(state: PanelState, owner: User, reinstalled: int) -> None:
    nodes = [state.add_node("node1"), state.add_node("node2", maintenance=True)]
    for number, status in {1: None, **STATES, reinstalled: "reinstall_failed"}.items():
        state.add_server(
            owner,
            f"Server {number}",
            id=number,
            identifier=f"a{number:07x}",
            node=nodes[number == 9],
            status=status,
            transferring=number == 8,
        )


SETUPS = {
    "1.11": Setup(Flavour.PTERODACTYL_1_11, lambda: _build(Flavour.PTERODACTYL_1_11, 13)),
    "pelican-sqlite": Setup(Flavour.PELICAN, lambda: _build(Flavour.PELICAN, 17)),
}


def doing(state: str, *, uptime: float = 0.0, number: int = 1, **values: object) -> Change:
    """Let a process do something, without its end in sight, and the panel have heard nothing of it."""

    def change(lab: Lab) -> None:
        now = lab.panel.now()
        step = Step(now, state, None if state == OFFLINE else now - uptime)
        process = lab.state.processes[number] = Process([step])
        for name, value in values.items():
            setattr(process, name, value)
        lab.state.heard.clear()

    return change


def machine(**values: Any) -> Change:
    """Let the machine of the first server answer like this."""

    def change(lab: Lab) -> None:
        lab.state.nodes[1].daemon = replace(Daemon(), **values)

    return change


def heard(state: str, *, uptime: int = 0) -> Change:
    """Let the question have been asked that the recording lacks, and been answered like this."""

    def change(lab: Lab) -> None:
        used = dict.fromkeys(("memory_bytes", "cpu_absolute", "disk_bytes", "network_rx_bytes", "network_tx_bytes"), 0)
        attributes = {
            "current_state": state,
            "is_suspended": False,
            "resources": (dict.fromkeys(used, 1.5) if uptime else used) | {"uptime": uptime},
        }
        lab.state.heard[1] = (lab.panel.now(), {"object": "stats", "attributes": attributes})

    return change


def on(flavour: Flavour, change: Change) -> Change:
    """Let it have happened on one of the two panels, whose recording lacks it."""

    def if_there(lab: Lab) -> None:
        if lab.panel.flavour is flavour:
            change(lab)

    return if_there


def _used_up(lab: Lab) -> None:
    """Let the owner have made as many requests as a limit of three allows."""
    lab.state.requests_per_minute = 3
    lab.panel.throttle.clear()
    for _ in range(3):
        lab.panel.throttle.hit("user 1", 3)


def _cut_off(lab: Lab) -> None:
    """Take even the connection to the console from who had nothing else."""
    user = next(user for user in lab.state.users.values() if user.username == "none")
    lab.state.add_subuser(lab.server(1), user, ())


MACHINES: dict[str, dict[str, Any]] = {
    "refuses the connection": {"connects": False},
    "closes the connection": {"connects": False},
    "answers 500": {"status": 500},
    "answers 502": {"status": 502},
    "answers 503": {"status": 503},
    "answers 504": {"status": 504},
    "answers 404": {"status": 404, "says": "The requested resource does not exist on this instance."},
    "answers 403": {"status": 403, "says": "You are not authorized to access this endpoint."},
    "answers 401": {"status": 401, "says": "The required authorization heads were not present in the request."},
    "answers 400": {"status": 400, "says": "Cannot start or restart a server that is suspended."},
    "answers 409": {
        "status": 409,
        "says": "Cannot execute server power event: another power action is currently being processed for this server",
    },
    "answers 422": {"status": 422, "says": "The power action provided was not valid"},
    "answers 429": {"status": 429, "says": "slow down"},
    "answers 200 with broken": {"reply": Reply.GARBLED},
    "answers 200 with an empty object": {"reply": Reply.BARE},
    "answers 200 with an empty body": {"reply": Reply.GARBLED},
    "answers 200 with HTML": {"reply": Reply.GARBLED},
    "answers 302": {"reply": Reply.GARBLED},
    "answers 200 with JSON null": {"reply": Reply.GARBLED},
    "answers without a User-Agent": {},
    "answers with the token id": {},
    "answers with an unknown": {},
    "answers after 0.7 s": {"seconds": 0.7},
    "answers after 2 s": {"seconds": 2.0},
    "answers after 16 s": {"seconds": 16.0},
    "host name does not resolve": {"connects": False},
}


@dataclass(frozen=True)
class Course(History):
    """A history in which time goes by as the names of the exchanges tell."""

    def prepare(self, lab: Lab, trace: Trace) -> None:
        """Bring the panel into the state, and to the time, of the recording."""
        super().prepare(lab, trace)
        lab.state.waits = _passing(lab)
        if ": resources; " in trace.name:
            lab.state.heard.clear()  # asked at a time at which nothing was kept any more
        if "daemon healthy again" in trace.name:
            lab.state.nodes[1].daemon = Daemon()
        after = _AFTER.search(trace.name)
        if after is not None:
            told_at = lab.state.process_of(lab.server(1)).steps[0].at
            lab.panel.advance(told_at + int(after[1]) - lab.panel.now())


def _passing(lab: Lab) -> Callable[[float], Any]:
    async def wait(seconds: float) -> None:
        lab.panel.advance(seconds)

    return wait


CHANGES: tuple[tuple[Names, Change], ...] = (
    ("deleted while it runs: resources", doing(STOPPING, uptime=3.9)),
    ("two-factor required level 1", setting(two_factor_level=1)),
    ("two-factor required level 2", setting(two_factor_level=2)),
    ("two-factor required level 1", doing(STOPPING, uptime=3.9)),
    ("resources: ", setting(two_factor_level=0)),
    ("resources: running for 3723 s", doing(RUNNING, uptime=3723)),
    ("resources: offline", doing(OFFLINE)),
    ("resources: starting", doing(STARTING, uptime=5)),
    ("resources: stopping", doing(STOPPING, uptime=5)),
    ("resources: daemon says is_suspended", doing(OFFLINE, suspended=True)),
    ("resources in that state; asked with the key of owner on server 13", doing(OFFLINE, number=13)),
    ("daemon refuses the connection: resources; ", doing(RUNNING, uptime=100)),
    *((f"daemon {name}", machine(**values)) for name, values in MACHINES.items()),
    (
        (
            "daemon answers 500 with its JSON error: resources again",
            "daemon answers 503 empty: resources again",
            "daemon answers 401 (token header malformed): resources again",
            "daemon answers 404 (server unknown to it): resources again",
        ),
        on(Flavour.PELICAN, heard("missing")),
    ),
    ("follow restart, asked before: power", doing(RUNNING, uptime=500)),
    ("follow restart, asked before: power", heard(RUNNING, uptime=500_000)),
    ("follow restart, asked before: resources 45 s", on(Flavour.PTERODACTYL_1_11, heard(RUNNING, uptime=37_200))),
    ("follow restart, not asked before: resources 2 s", on(Flavour.PELICAN, heard(STOPPING, uptime=500_000))),
    (("follow restart, not asked before: power", "follow kill: resources before"), doing(RUNNING, uptime=500)),
    ("follow start from offline: resources before", doing(OFFLINE)),
    ("activity setup: power start that the daemon refuses", machine(status=500)),
    ("account limit reached: power", _used_up),
    (("follow", "account limit reached", "power: wrong signal, subuser without even"), machine()),
    (("power: wrong signal, subuser without even", "two restarts at once"), setting(requests_per_minute=None)),
    ("power: wrong signal, subuser without even", _cut_off),
    ("power start: as staff", doing(OFFLINE)),
    ("resources: as staff", lambda lab: lab.panel.advance(0.03)),
)
COURSE = Course(CHANGES, fresh=("deleted while it runs: power",), continued=("",))
