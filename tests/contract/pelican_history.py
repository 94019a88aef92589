"""What happened on the recorded Pelican between two recorded exchanges."""

from __future__ import annotations

from bot.demo.panel import Maintenance

from .changes import Change, History, Names, column, notes, setting
from .lab import Lab


def _primary(number: int, row: int | None) -> Change:
    """Make a row the primary, or none."""
    return column(number, primary_id=row)


def _logged(number: int, *rows: int) -> Change:
    """Log primaries of a server that no recorded request set."""

    def change(lab: Lab) -> None:
        owner, server = lab.state.users[1], lab.server(number)
        for row in rows:
            lab.state.log("server:allocation.primary", actor=owner, server=server, row=lab.state.allocations[row])

    return change


def _freed(*rows: int) -> Change:
    """Delete rows as a request that was not recorded did."""

    def change(lab: Lab) -> None:
        for row in rows:
            lab.state.release(lab.state.allocations[row])

    return change


def _given(number: int, *rows: int) -> Change:
    """Give a server rows as a request that was not recorded did."""

    def change(lab: Lab) -> None:
        for row in rows:
            lab.state.allocations[row].server_id = number

    return change


def _new_row(number: int | None, ip: str, port: int, node: int = 1) -> Change:
    """Make a row that no recorded request made."""

    def change(lab: Lab) -> None:
        lab.state.add_allocation(ip, port, node=lab.state.nodes[node]).server_id = number

    return change


def _left(name: str, number: int) -> Change:
    """Let a subuser leave a server."""

    def change(lab: Lab) -> None:
        user = next(user for user in lab.state.users.values() if user.username == name)
        lab.state.remove_subuser(lab.server(number), user)

    return change


def _created(number: int) -> Change:
    """Count a creation that was not recorded."""

    def change(lab: Lab) -> None:
        lab.panel.throttle.hit(f"creates on server {number}", 2)

    return change


def _away(lab: Lab) -> None:
    """Let no machine answer; the recorded panel had none."""
    for node in lab.state.nodes.values():
        node.daemon.connects = False


def _deleted_user(lab: Lab) -> None:
    """Delete the user sub_read."""
    del lab.state.users[5]


CHANGES: tuple[tuple[Names, Change], ...] = (
    ("resources: ", _away),
    ("auth: revoked", lambda lab: lab.state.revoke(lab.keys["pacc_REVOKED"])),
    ("servers: sub_none, after he left", _left("sub_none", 20)),
    ("notes: 190 characters, list after", notes(101, 190 * "n")),
    ("notes: 255 characters, list after", notes(101, 255 * "n")),
    ("primary: list after", _primary(1, 101)),
    ("primary: list after", _logged(1, 101, 101)),
    ("primary: limit null", _logged(2, 201)),
    ("delete: second time", _freed(101)),
    ("primary: another server makes the row", _given(15, 100)),
    ("create: list after new row", _new_row(10, "10.0.0.10", 25051)),
    ("create: no allocation before, list after", _given(19, 341)),
    ("create: server without primary, free row", _primary(25, None)),
    ("create: server without primary, free row", _new_row(None, "10.0.3.1", 25374, node=3)),
    (("create: create_new off", "create: create_new off, free rows only"), setting(creates_new_rows=False)),
    (("create: self-service off", "self-service off", "create: self-service not"), setting(auto_allocation=False)),
    (("create: enabled, no port", "create: enabled, port range"), setting(range_start="", range_end="")),
    ("create: reversed range", setting(range_start=25999, range_end=25000)),
    ("create: range start is no number", setting(range_start="abc")),
    ("create: range below 1024", setting(range_start=80, range_end=90)),
    ("create: range 30000-30001, first", setting(range_start=30000, range_end=30001)),
    ("throttle create: server 24 as owner, call 3", lambda lab: lab.panel.advance(1)),
    ("throttle create: 3 s later", lambda lab: lab.panel.advance(3)),
    ("throttle create: limit-reached answers count too, call 2", _created(23)),
    ("throttle create: 403 (sub_read) counts too, call 2", _created(1)),
    (("throttle account: limit 4", "throttle account: key 1"), setting(requests_per_minute=4)),
    ("throttle account: throttled, no Accept header", lambda lab: lab.panel.advance(1)),
    ("maintenance: list as owner", setting(maintenance=Maintenance())),
    ("maintenance: with --retry=120", setting(maintenance=Maintenance(retry=120))),
    ("maintenance: with --redirect=/", setting(maintenance=Maintenance(redirect="/"))),
    ("maintenance: over", setting(maintenance=None)),
    ("500: APP_KEY changed", setting(app_key_broken=True)),
    ("owner changed to stranger", column(1, owner_id=4)),
    ("user deleted", _deleted_user),
    ("mariadb, DB_STRICT_MODE", setting(strict_db=True)),
    ("mariadb: database down", setting(database_down=True)),
)
FRESH = (
    "perm: create on",
    "delete: PRIMARY",
    "create: body with ip",
    "create: server with a locked row",
    "create: all free rows outside",
    "create: create_new off, free rows;",
    "create: self-service",
    "create: enabled",
    "create: reversed range, free rows",
    "throttle create: limit-reached answers count too, call 2",
    "throttle create: 403 (sub_read)",
    "throttle create: 409 (suspended), call 1",
    "throttle account: key 1 of the owner, call 1",
    "throttle account: default limit",
)
CONTINUED = (
    "primary deleted",
    "primary: on the deleted row",
    "delete: the remaining row",
    "all deleted",
    "primary: another server makes",
    "primary: heal",
    "dangling",
)
HISTORY = History(CHANGES, fresh=FRESH, continued=CONTINUED, counted=("throttle create", "throttle account"))
