"""What happened on the recorded Pterodactyl between two recorded exchanges."""

from __future__ import annotations

from bot.demo.panel import Maintenance

from .changes import Change, History, Names, column, limited, notes, rows, setting
from .lab import Lab


def _created(number: int) -> Change:
    """Count a create that was not recorded."""

    def change(lab: Lab) -> None:
        lab.panel.throttle.hit(f"creates on server {number}", 2)

    return change


def _busy_server(lab: Lab) -> None:
    """Write the activity log that four unrecorded calls left."""
    state, server = lab.state, lab.server(1)
    users = {user.username: user for user in state.users.values()}
    owner, helper = users["owner"], users["sub_create"]
    first, second, new = (state.allocations[number] for number in (100, 101, 112))
    changed = {"old": "voice chat", "new": "new note"}
    state.log("server:allocation.notes", actor=owner, server=server, row=second, properties=changed)
    state.log("server:allocation.primary", actor=owner, server=server, row=second)
    state.log("server:allocation.delete", actor=owner, server=server, row=first)
    state.log("server:allocation.create", actor=helper, server=server, row=new)


def _empty_pool(lab: Lab) -> None:
    """Leave server 11 without free rows."""
    free = [row.id for row in lab.state.allocations.values() if row.server_id is None and row.ip == "2001:db8::10"]
    for row in free:
        del lab.state.allocations[row]


DOWN = ("maintenance: artisan down, ", "order: maintenance + 405")

FRESH = (
    "perm: list as",
    "create: feature disabled (default)",
    "create: from the range 30000-30002 (1)",
    "create: IPv6, from the range",
    "create: range reversed",
    "create: range below",
    "create: range not numeric",
    "create: range start only",
    "create: after primary moved to another IP: set primary",
    "create: server already over its limit",
    "[v1.12 overlay] failed creates count too 2",
    "[v1.12 overlay] 403 creates count too 2",
    "[v1.12 overlay] 409 creates 1",
    "[v1.12 overlay] account limiter 3 of 2",
)
CONTINUED = ("list: server over its limit", "list after")
CHANGES: tuple[tuple[Names, Change], ...] = (
    ("state reinstall_failed: primary", notes(1701, "z")),
    ("create: pool row that carries old notes", notes(1113, "left over")),
    ("create: feature disabled (default)", setting(auto_allocation=False)),
    (("create: from the range 30000-30002 (1)", "create: IPv6, from"), setting(range_start=30000, range_end=30002)),
    ("create: list after range", rows(10, 1752)),
    ("create: IPv6, from the range", _empty_pool),
    ("create: range reversed", setting(range_start=30005, range_end=30000)),
    ("create: range below 1025", setting(range_start=80, range_end=90)),
    ("create: range not numeric", setting(range_start="abc", range_end="def")),
    ("create: range start only", setting(range_start=30000)),
    ("create: after primary moved to another IP: set primary", rows(1, 210)),
    ("create: server already over its limit", rows(1, 110, 111, 112, 113, 114, 115)),
    ("rate: call 1 of 5", setting(requests_per_minute=5)),
    ("rate: 429 seen 0s later", limited(2, "throttle")),
    (("rate: 429 seen 4s later", "rate: 429 seen 8s later"), lambda lab: lab.panel.advance(4)),
    ("rate: limit set to 0", setting(requests_per_minute=0)),
    ("2fa level 1: ", setting(two_factor_level=1)),
    (("2fa level 2: ", "order: 2FA required"), setting(two_factor_level=2)),
    ("2fa level 2: list as totp user who owns the server", column(1, owner_id=9)),
    ("activity: what the four calls left", _busy_server),
    (DOWN, setting(maintenance=Maintenance())),
    ("maintenance: artisan down --retry=120", setting(maintenance=Maintenance(retry=120))),
    ("maintenance: artisan down --redirect=/", setting(maintenance=Maintenance(redirect="/"))),
    ("maintenance: over", setting(maintenance=None)),
    ("500: database unreachable", setting(database_down=True)),
    ("500: APP_KEY changed", setting(database_down=False, app_key_broken=True)),
    (("dangling primary: list", "dangling primary: /api/client as"), rows(None, 100)),
    ("dangling primary: list with zero rows", rows(None, 101)),
    ("unique: other server", rows(15, 100)),
    ("[v1.12 overlay] create 2 within", rows(1, 112)),
    (("[v1.12 overlay] create 2 within", "[v1.12 overlay] 403 creates count too 2"), _created(1)),
    ("[v1.12 overlay] failed creates count too 2", _created(2)),
    ("[v1.12 overlay] account limiter 3 of 2", limited(2, "norace")),
    ("[nginx+fpm] 504", lambda lab: lab.panel.faults.gateway_timeout_after_apply()),
    ("[nginx+fpm] 502", lambda lab: lab.panel.faults.html_bad_gateway()),
    ("subuser removed: list", lambda lab: lab.server(1).subusers.clear()),
    ("owner changed: list", column(1, owner_id=3)),
    ("server deleted: list", lambda lab: lab.state.remove_server(lab.server(1))),
    (("limit 1", "limit lowered"), column(1, limit=1)),
    ("limit 1", rows(None, 101)),
    ("order: rate limited + server of someone else", limited(1, "stranger", "sub_read")),
    (("notes: 256 chars with DB_STRICT_MODE", "notes: 192 chars with DB_STRICT_MODE"), setting(strict_db=True)),
)
HISTORY = History(CHANGES, fresh=FRESH, continued=CONTINUED)
