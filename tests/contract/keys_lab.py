"""The accounts behind the exchanges recorded on API keys, rebuilt on the simulated panel, and what happened to them."""

from __future__ import annotations

import re

from bot.demo.panel import Flavour, PanelState, User

from .changes import Change, History, Names, setting
from .lab import Lab
from .playback import Setup

_TRIED = re.compile(r"_N\d+K")


Keys = tuple[tuple[str, str, tuple[str, ...] | None], ...]
"""Labels of keys, what they are described as, and the addresses they are locked to."""
LOCKED: Keys = (
    ("Iplocked", "iplocked", ("10.9.9.9", "192.168.0.0/24")),
    ("Ipok", "ipok", ("127.0.0.0/8",)),
    ("Ipbad", "ipbad", ("nonsense",)),
)
OF_ANN: Keys = (("Owner", "ann", None), ("Ann2", "ann2", None), *LOCKED, ("Revoked", "revoked", None))
OF_OWNER: Keys = (("Owner", "owner", ()), *LOCKED, ("Expired", "expired", ()), ("Revoked", "revoked", ()))


def token(prefix: str, label: str) -> str:
    """Return the made-up key that stands for a label in the recording, or for the public part of one."""
    public = label if "MadeUp" in label else f"{label}MadeUpIdentifier"
    return f"{prefix}{public}"[:16] + f"{label}MadeUpSecretNoRealOne0123456789"[:32]


def _add(state: PanelState, user: User, keys: Keys, prefix: str) -> None:
    for label, description, addresses in keys:
        state.add_key(user, token(prefix, label), allowed_ips=addresses, description=description)


def _pterodactyl() -> tuple[PanelState, dict[str, str]]:
    """Build Pterodactyl's accounts; keys that did not come from the API have no list of addresses there."""
    state = PanelState()
    owner, admin, totp = state.add_user("ann"), User(15, "ada", admin=True), User(16, "tim", two_factor=True)
    state.users |= {user.id: user for user in (admin, totp)}
    for user in state.users.values():
        user.last_name = "T"
    for user, keys in (
        (owner, OF_ANN),
        (admin, (("Admin", "ada", None),)),
        (totp, (("Totp", "tim", None),)),
    ):
        _add(state, user, keys, "ptlc_")
    state.add_key(admin, token("ptla_", "Application"), application=True)
    return state, {}


def _pelican() -> tuple[PanelState, dict[str, str]]:
    """Build Pelican's accounts, with the one server that was asked for."""
    state = PanelState()
    owner = state.add_user("owner")
    state.add_server(owner, "Alpha", id=1, identifier="a0000001")
    _add(state, owner, OF_OWNER, "pacc_")
    state.key(token("pacc_", "Expired")).expired = True
    for name in ("admin", "staff", "totp"):
        user = state.add_user(name, admin=name == "admin", staff=name == "staff", two_factor=name == "totp")
        _add(state, user, ((name.capitalize(), name, ()),), "pacc_")
    state.add_key(state.users[2], token("papp_", "Application"), application=True)
    return state, {}


SETUPS = {
    "1.11": Setup(Flavour.PTERODACTYL_1_11, _pterodactyl),
    "pelican-sqlite": Setup(Flavour.PELICAN, _pelican),
}


def _prefix(lab: Lab) -> str:
    return "pacc_" if lab.panel.flavour is Flavour.PELICAN else "ptlc_"


def _owner(lab: Lab) -> User:
    return lab.state.users[1]


def _made(label: str, *addresses: str, description: str = "x", user: int = 1) -> Change:
    """Let a key have been made where the recording lacks the request that made it."""

    def change(lab: Lab) -> None:
        made = token(_prefix(lab), label)
        maker = lab.state.users.get(user)
        if maker is not None and not any(key.token == made for key in lab.state.keys):
            lab.state.add_key(maker, made, allowed_ips=addresses, description=description)

    return change


def _gone(label: str) -> Change:
    """Let a key have been deleted by a request that was not recorded."""

    def change(lab: Lab) -> None:
        identifier = token(_prefix(lab), label)[:16]
        lab.state.keys = [key for key in lab.state.keys if key.identifier != identifier]

    return change


def _tried_are_gone(lab: Lab) -> None:
    """Delete the keys that were made only to see what comes of it, each after its use."""
    lab.state.keys = [key for key in lab.state.keys if not _TRIED.search(key.identifier)]


def _filled(lab: Lab) -> None:
    """Let the owner have made keys until one more fits."""
    for number in range(36, 60):
        if len(lab.state.client_keys_of(_owner(lab))) < 24:
            made = token(_prefix(lab), f"N{number}K")
            count = len(lab.state.client_keys_of(_owner(lab)))
            lab.state.add_key(_owner(lab), made, description=f"k{count + 1}")


def _expired(lab: Lab) -> None:
    """Let the end of a key have come, and one been made in a race."""
    lab.state.key(token(_prefix(lab), "Swap")).expired = True
    _made("LostMadeUp1" if lab.panel.flavour is Flavour.PELICAN else "LostMadeUp9", description="race")(lab)


def _lost(lab: Lab) -> None:
    """Let a key have been made whose maker did not hear of it."""
    pelican = lab.panel.flavour is Flavour.PELICAN
    _made("LostMadeUp4" if pelican else "LostMadeUp7", "127.0.0.1", description="lost answer")(lab)


def _refused(lab: Lab) -> None:
    """Let the probe have been refused, which Pelican's recording lacks."""
    if lab.panel.flavour is Flavour.PELICAN:
        probe = lab.state.key(token("pacc_", "Prb"))
        lab.state.log("auth:ip-blocked", actor=_owner(lab), properties={"identifier": probe.identifier})


def _three_a_minute(calls: int) -> Change:
    """Let a limit of three a minute have been set, if it is not yet, and so many calls been made under it."""

    def change(lab: Lab) -> None:
        name = f"user {_owner(lab).id}"
        if lab.state.requests_per_minute is None:
            lab.state.requests_per_minute = 3
            lab.panel.throttle.clear()
            for _ in range(calls):
                lab.panel.throttle.hit(name, 3)

    return change


def _third_call(lab: Lab) -> None:
    """Make the call that Pelican's recording lacks."""
    if lab.panel.flavour is Flavour.PELICAN:
        lab.panel.throttle.hit(f"user {_owner(lab).id}", 3)


CHANGES: tuple[tuple[Names, Change], ...] = (
    (("api-keys create: allowed_ips", "api-keys create: description"), _tried_are_gone),
    (("api-keys create: no body", "api-keys create: with ", "api-keys create: by "), _tried_are_gone),
    (
        ("api-keys create: locked to 192.0.2.1", "api-keys create: two-factor", "api-keys list: before filling"),
        _tried_are_gone,
    ),
    ("api-keys create: number 25", _tried_are_gone),
    ("key whose allowed_ips is missing", _made("N2K")),
    ("key whose allowed_ips is IPv4 and IPv6", _made("N5K", "127.0.0.1", "::1")),
    ("key whose allowed_ips is IPv4 CIDR", _made("N7K", "127.0.0.5/8")),
    ("key whose allowed_ips is blank around", _made("N14K", "127.0.0.1")),
    (
        "two-factor required level 1: api-keys list; asked with the key of admin",
        _made("N31K", description="2fa", user=2),
    ),
    ("X-Forwarded-For 203.0.113.7, no trusted", _made("Fwd", "203.0.113.7", description="fw")),
    ("swap 4", _refused),
    ("api-keys delete: the same again", _gone("Probe")),
    ("api-keys create: two-factor required level 1", _gone("Raceb")),
    (("two-factor required level 1", "api-keys create: two-factor required level 1"), setting(two_factor_level=1)),
    (("two-factor required level 2", "api-keys create: two-factor required level 2"), setting(two_factor_level=2)),
    (("api-keys list: before filling", "api-keys create: number 25"), setting(two_factor_level=0)),
    ("api-keys create: number 25", _filled),
    (("key with expires_at in the past", "api-keys list: contains an expired key"), _expired),
    ("X-Forwarded-For 203.0.113.7, panel trusts", setting(trusts_proxies=True)),
    ("api-keys list: after a creation whose connection", _lost),
    ("account limit 3 a minute: api-keys create, call 1", _three_a_minute(0)),
    ("account limit 3 a minute: api-keys create, call 2", _three_a_minute(1)),
    ("account limit 3 a minute: api-keys create, call 4", _third_call),
    ("api-keys create: API_KEYS_LIMIT default", setting(requests_per_minute=None)),
)
HISTORY = History(
    CHANGES,
    fresh=("api-keys list: before, 6", "activity setup: key created", "swap 1:"),
    continued=("",),
)
