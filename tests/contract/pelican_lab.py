"""The data behind the exchanges recorded from Pelican, rebuilt on the simulated panel."""

from __future__ import annotations

from bot.demo.panel import Build, Engine, PanelState, User

USERS = (
    "owner",
    "admin",
    "staff",
    "stranger",
    "sub_read",
    "sub_create",
    "sub_update",
    "sub_delete",
    "sub_none",
    "sub_all",
    "totp",
    "throttle",
    "norace",
)
# name, owner, limit, ip, rows, status; ids count from 1
SERVERS: tuple[tuple[str, str, int | None, str, int, str | None], ...] = (
    ("Alpha", "owner", 5, "10.0.0.1", 2, None),
    ("Zero", "owner", 0, "10.0.0.2", 2, None),
    ("Nullish", "owner", None, "10.0.0.3", 2, None),
    ("Suspended", "owner", 5, "10.0.0.4", 2, "suspended"),
    ("Installing", "owner", 5, "10.0.0.5", 2, "installing"),
    ("Install failed", "owner", 5, "10.0.0.6", 2, "install_failed"),
    ("Restoring", "owner", 5, "10.0.0.7", 2, "restoring_backup"),
    ("Moving", "owner", 5, "10.0.0.8", 2, None),
    ("Maintenance", "owner", 5, "10.0.1.1", 2, None),
    ("No free", "owner", 5, "10.0.0.10", 1, None),
    ("Sixer", "owner", 5, "2001:db8::10", 2, None),
    ("Of admin", "admin", 5, "10.0.0.12", 2, None),
    ("Race one", "norace", 5, "10.0.0.13", 2, None),
    ("Race two", "norace", 5, "10.0.0.14", 2, None),
    ("Of stranger", "stranger", 5, "10.0.0.15", 2, None),
    ("Six uncanonical", "owner", 5, "2001:0DB8:0:0::0016", 1, None),
    ("Reinstall failed", "owner", 5, "10.0.0.17", 2, "reinstall_failed"),
    ("Locked", "owner", 8, "10.0.0.18", 5, None),
    ("No allocation", "owner", 5, "10.0.0.19", 0, None),
    ("Primary unset", "owner", 5, "10.0.0.20", 2, None),
    ("Outside range", "owner", 5, "10.0.0.21", 2, None),
    ("**@everyone** <@1> [x](http://e.test)", "owner", 9, "10.0.0.22", 4, None),
    ("At limit", "owner", 2, "10.0.0.23", 2, None),
    ("Many", "owner", 30, "10.0.0.24", 28, None),
    ("Node three", "owner", 5, "10.0.3.1", 2, None),
)
WITHOUT_FREE_ROWS = {10, 16, 19, 25}
OUTSIDE_THE_RANGE = 21
PRIMARY_UNSET = 20
SHARED = (1, 4, 18, 20)
"""The servers with subusers."""
NOTES = {
    100: "main",
    101: "second",
    1801: "locked by admin",
    2200: "||spoil|| <@1> @here",
    2201: "line1\nline2",
    2202: "\u202eevil\u202c \U0001f468\u200d\U0001f469",
    2203: "`code` # head",
}
ALIASES = {100: "play.example.test", 1802: "hidden.example.test", 2200: "`tick`.test"}
PERMISSIONS = {"sub_none": (), "sub_all": ("read", "create", "update", "delete")}
LAST_ID = 9000
BUILD = Build(
    memory=512,
    disk=512,
    cpu=0,
    invocation="java -jar x.jar",
    image="img",
    features=("eula",),
    egg_uuid="bb8bbd5f-208f-4dba-93af-47c7e1059075",
    egg_name="Lab egg",
    has_variables=False,
)


def pelican_state(engine: Engine = Engine.SQLITE) -> tuple[PanelState, dict[str, str]]:
    """Build the recorded panel's data; also returns the full key behind each label."""
    state = PanelState(engine=engine, range_start=25000, range_end=25999)
    users = {
        name: state.add_user(name, admin=name == "admin", staff=name == "staff", two_factor=name == "totp")
        for name in USERS
    }
    _add_servers(state, users)
    for number in SHARED:
        for name, user in users.items():
            if name.startswith("sub_"):
                granted = PERMISSIONS.get(name, (name.removeprefix("sub_"),))
                permissions = ["websocket.connect", *(f"allocation.{permission}" for permission in granted)]
                state.add_subuser(state.servers[number], user, permissions)
    return state, _keys(state, users)


def _add_servers(state: PanelState, users: dict[str, User]) -> None:
    nodes = [state.add_node("node1"), state.add_node("node2", maintenance=True), state.add_node("node3")]
    for node in nodes:
        node.fqdn = "127.0.0.1"
    for number, (name, owner, limit, ip, rows, status) in enumerate(SERVERS, start=1):
        first_port = 40000 if number == OUTSIDE_THE_RANGE else 25565
        node = nodes[{9: 1, 25: 2}.get(number, 0)]
        server = state.add_server(
            users[owner],
            name,
            id=number,
            identifier=f"a{number:07x}",
            uuid=f"a{number:07x}-0000-4000-8000-{number:012d}",
            limit=limit,
            node=node,
            ip=ip,
            ports=range(first_port, first_port + rows),
            free_ports=(),
            status=status,
            transferring=number == 8,
            first_allocation_id=number * 100,
            build=BUILD,
        )
        if number == PRIMARY_UNSET:
            server.primary_id = None
        for offset in range(0 if number in WITHOUT_FREE_ROWS else 40):
            row = state.add_allocation(ip, first_port + 100 + offset, node=node, id=number * 100 + 40 + offset)
            row.ip_alias = "alias.example.test" if offset == 1 else None
    for row_id, row in state.allocations.items():
        row.notes = NOTES.get(row_id)
        row.ip_alias = ALIASES.get(row_id, row.ip_alias)
    state.add_allocation("10.0.9.9", 25565, node=nodes[1], id=LAST_ID)


def _keys(state: PanelState, users: dict[str, User]) -> dict[str, str]:
    keys = {f"pacc_{name.upper()}": state.add_key(user, _token(name), description=name) for name, user in users.items()}
    lists = {"iplocked": ("10.9.9.9", "192.168.0.0/24"), "ipok": ("127.0.0.0/8",), "ipbad": ("nonsense",)}
    for name in ("iplocked", "ipok", "ipbad", "expired", "revoked"):
        token = _token(name)
        state.add_key(
            users["owner"], token, allowed_ips=lists.get(name, ()), expired=name == "expired", description=name
        )
        keys[f"pacc_{name.upper()}"] = token
    keys["papp_APPLICATION"] = state.add_key(users["admin"], application=True)
    for name in ("OWNER", "STRANGER"):
        keys[f"pacc_{name}_ID"] = keys[f"pacc_{name}"][:16]
    identifier, secret = keys["pacc_OWNER"][:16], keys["pacc_OWNER"][16:]
    spoilt = {"_ID" + 32 * "x": identifier + 32 * "x", "x": identifier + secret + "x"}
    spoilt["_ID_LOWERSECRET_OWNER"] = identifier.lower() + secret
    return keys | {f"pacc_OWNER{end}": key for end, key in spoilt.items()}


def _token(name: str) -> str:
    label = name.upper().replace("_", "")
    return f"pacc_{label:0<11}{label:z<32}"
