"""The data behind the exchanges recorded from Pterodactyl, rebuilt on the simulated panel."""

from __future__ import annotations

from bot.demo.panel import PanelState

USERS = (
    "admin",
    "owner",
    "stranger",
    "sub_read",
    "sub_none",
    "sub_create",
    "sub_update",
    "sub_delete",
    "totp",
    "throttle",
    "norace",
)
# name, description, owner, limit, ip, status; ids count from 1
SERVERS: tuple[tuple[str, str, str, int | None, str, str | None], ...] = (
    ("Survival", "survival", "owner", 5, "10.0.0.1", None),
    ("Zero limit", "zero", "owner", 0, "10.0.0.2", None),
    ("Null limit", "nolimit", "owner", None, "10.0.0.3", None),
    ("Suspended", "suspended", "owner", 5, "10.0.0.4", "suspended"),
    ("Installing", "installing", "owner", 5, "10.0.0.5", "installing"),
    ("Install failed", "instfail", "owner", 5, "10.0.0.6", "install_failed"),
    ("Restoring", "restoring", "owner", 5, "10.0.0.7", "restoring_backup"),
    ("Transferring", "transfer", "owner", 5, "10.0.0.8", None),
    ("On node in maintenance", "maint", "owner", 5, "10.0.1.1", None),
    ("No free allocation", "nofree", "owner", 5, "10.0.0.10", None),
    ("IPv6", "ipv6", "owner", 5, "2001:db8::10", None),
    ("Owned by admin", "adminsrv", "admin", 5, "10.0.0.12", None),
    ("Race one", "race1", "norace", 5, "10.0.0.13", None),
    ("Race two", "race2", "norace", 5, "10.0.0.14", None),
    ("Owned by stranger", "strange", "stranger", 5, "10.0.0.15", None),
    ("IPv6 stored non-canonical", "ipv6long", "owner", 5, "2001:0DB8:0:0::0016", None),
    ("Reinstall failed", "reinstfail", "owner", 5, "10.0.0.17", "reinstall_failed"),
)
ONLY_PRIMARY = {10, 16}


def pterodactyl_state() -> tuple[PanelState, dict[str, str]]:
    """Build the recorded panel's data; also returns the full key behind each label."""
    state = PanelState()
    users = {name: state.add_user(name, admin=name == "admin", two_factor=name == "totp") for name in USERS}
    for user in users.values():
        user.last_name = "Lab"
    node, resting = state.add_node("node1"), state.add_node("node2", maintenance=True)
    for number, (name, label, owner, limit, ip, status) in enumerate(SERVERS, start=1):
        only_primary = number in ONLY_PRIMARY
        state.add_server(
            users[owner],
            name,
            id=number,
            identifier=f"a{number:07x}",
            uuid=f"a{number:07x}-0000-4000-8000-{number:012d}",
            limit=limit,
            node=resting if number == 9 else node,
            ip=ip,
            ports=(25565,) if only_primary else (25565, 25566),
            alias="play.example.test" if number in {1, 11} else None,
            notes={25565: "main port", 25566: "voice chat"} if number == 1 else {},
            free_ports=() if only_primary else range(25570, 25610),
            status=status,
            transferring=number == 8,
            description=f"lab server {label}",
            external_id="ext-1" if number == 1 else None,
            first_allocation_id=number * 100,
        )
        if not only_primary:
            state.allocations[number * 100 + 11].ip_alias = "alias.example.test"
    for number in (1, 4):
        for name in ("sub_read", "sub_none", "sub_create", "sub_update", "sub_delete"):
            permission = "websocket.connect" if name == "sub_none" else f"allocation.{name.removeprefix('sub_')}"
            state.add_subuser(state.servers[number], users[name], [permission])
    return state, _keys(state)


def _keys(state: PanelState) -> dict[str, str]:
    users = {user.username: user for user in state.users.values()}
    owner = users["owner"]
    keys = {f"ptlc_{name.upper()}": state.add_key(user, _token(name)) for name, user in users.items()}
    lists = {"iplocked": ("10.9.9.9", "192.168.0.0/24"), "ipok": ("127.0.0.0/8",), "ipbad": ("not-an-ip",)}
    for name in ("iplocked", "ipok", "ipbad", "expired", "revoked"):
        token = _token(name)
        state.add_key(owner, token, allowed_ips=lists.get(name, ()), expired=name == "expired")
        keys[f"ptlc_{name.upper()}"] = token
    keys["ptla_APPLICATION"] = state.add_key(users["admin"], application=True)
    return keys


def _token(name: str) -> str:
    label = name.upper().replace("_", "")
    return f"ptlc_{label:0<11}{label:z<32}"
