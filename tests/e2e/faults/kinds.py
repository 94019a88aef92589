"""The faults of the matrix: what a panel, or the way to it, answers in the place of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.demo.panel.faults import Faults, Which
from bot.errors import BotError
from bot.panel import errors
from tests.e2e.elsewhere import closed_port, unknown_name

PanelFault = Callable[[Faults, Which], object]


def refusal(status: int, detail: str) -> PanelFault:
    """Return the panel's own error envelope as a fault."""
    body = json.dumps({"errors": [{"code": "Exception", "status": str(status), "detail": detail}]})
    return lambda faults, which: faults.answer(status, body, **which)


NOT_FOUND = "The requested resource could not be found on the server."
SUSPENDED = "This server is currently suspended and the functionality requested is unavailable."
WRONG_NOTES = "The notes must be a string."

REFUSED: dict[str, tuple[PanelFault, type[BotError]]] = {
    "401": (refusal(401, "Unauthenticated."), errors.KeyRejected),
    "403": (refusal(403, "This action is unauthorized."), errors.PermissionDenied),
    "409": (refusal(409, SUSPENDED), errors.ServerBlocked),
    "422": (refusal(422, WRONG_NOTES), errors.RequestRefused),
    "429 with Retry-After": (lambda faults, which: faults.rate_limited(30, **which), errors.RateLimited),
    "429 without Retry-After": (lambda faults, which: faults.rate_limited(None, **which), errors.RateLimited),
    "503 maintenance": (lambda faults, which: faults.maintenance(**which), errors.PanelMaintenance),
    "503 maintenance with Retry-After": (
        lambda faults, which: faults.maintenance(120, **which),
        errors.PanelMaintenance,
    ),
}
"""The panel says no: nothing was changed, and that is what is told."""

LOST: dict[str, tuple[PanelFault, type[BotError]]] = {
    "reset before it was handled": (lambda faults, which: faults.reset_before(**which), errors.ConnectionLost),
    "500": (refusal(500, "An unexpected error was encountered"), errors.PanelFailed),
    "502": (lambda faults, which: faults.html_bad_gateway(**which), errors.GatewayFailed),
    "503 of a proxy": (
        lambda faults, which: faults.answer(503, "<html>Busy</html>", content_type="text/html", **which),
        errors.PanelUnavailable,
    ),
    "cloudflare 520": (lambda faults, which: faults.cloudflare(520, **which), errors.GatewayFailed),
    "cloudflare 522": (lambda faults, which: faults.cloudflare(522, **which), errors.GatewayFailed),
    "redirect to login": (lambda faults, which: faults.redirect_to_login(**which), errors.NotThePanelApi),
    "empty body": (lambda faults, which: faults.empty_body(**which), errors.NotThePanelApi),
    "malformed JSON": (lambda faults, which: faults.malformed_json(**which), errors.NotThePanelApi),
    "wrong shape": (lambda faults, which: faults.wrong_shape(**which), errors.NotThePanelApi),
    "50 MB": (lambda faults, which: faults.huge_body(50, **which), errors.NotThePanelApi),
}
"""What answers is no answer: the bot reads back and finds that nothing was changed."""

APPLIED: dict[str, tuple[PanelFault, type[BotError]]] = {
    "reset after it was handled": (lambda faults, which: faults.reset_after(**which), errors.ConnectionLost),
    "504": (lambda faults, which: faults.gateway_timeout_after_apply(**which), errors.PanelSlow),
    "truncated JSON": (lambda faults, which: faults.truncated_json(**which), errors.NotThePanelApi),
}
"""The answer is lost, but the change was made: the bot reads back and finds it."""

LATE: dict[str, tuple[PanelFault, bool]] = {
    "later than the time-out": (lambda faults, which: faults.hold(**which), False),
    "made, but told later than the time-out": (lambda faults, which: faults.hold(before_apply=False, **which), True),
    "dripping": (lambda faults, which: faults.drip(3600, **which), True),
}


NOWHERE: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "connection refused": closed_port,
    "unknown name": unknown_name,
}
