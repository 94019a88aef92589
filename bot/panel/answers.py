"""From a refused HTTP answer to the exception that says what it means.

Status and code decide; the detail text only where the panel gives one code to several meanings, and as words to
show. Details of 5xx answers can name the panel's internals and are dropped.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from pydantic import ValidationError

from bot.panel import errors
from bot.panel.wire import ErrorEnvelope, ErrorItem

_BY_CODE: dict[str, type[errors.PanelError]] = {
    "AutoAllocationNotEnabledException": errors.AutoAllocationOff,
    "NoAutoAllocationSpaceAvailableException": errors.NoFreeAllocation,
    "PortOutOfRangeException": errors.RangeMisconfigured,
    "TwoFactorAuthRequiredException": errors.TwoFactorRequired,
}
_BY_DETAIL: tuple[tuple[str, type[errors.PanelError]], ...] = (
    ("limit has been reached", errors.LimitReached),
    ("no allocation limit is set", errors.NoLimitSet),
    ("cannot delete the primary allocation", errors.PrimaryRefused),
)
_DENIED_ADDRESS = re.compile(r"This IP address \(([0-9a-fA-F.:]{2,45})\)")


class About(Enum):
    """What a call is about, which decides what "not found" and "not valid" mean."""

    ACCOUNT = auto()
    SERVER = auto()
    ALLOCATION = auto()
    CREATION = auto()
    NOTES = auto()

    @classmethod
    def of_path(cls, path: str) -> About:
        """Return what a path below `api/client/` names."""
        if "/allocations/" in path:
            return cls.ALLOCATION
        return cls.SERVER if path.startswith("servers/") else cls.ACCOUNT


def to_error(
    status: int, body: bytes, *, permission: str | None, about: About, retry_at: float | None
) -> errors.PanelError:
    """Return the exception for an answer that is neither 2xx nor 429; `permission` is what the call needs."""
    item = _first_error(body)
    if item is None:
        return _without_envelope(status, retry_at)
    words = item.detail or None
    if status == 400:
        return _refused(item)
    if status == 401:
        return errors.KeyRejected("It is wrong, revoked or expired; the panel does not say which.")
    if status == 403:
        return _forbidden(item, permission)
    if status == 404:
        return _not_found(item, about)
    if status == 409:
        return errors.ServerBlocked(panel_words=words)
    if status == 422 and about is About.NOTES:
        return errors.NotesRefused(panel_words=words)
    if status in (405, 419):
        return errors.NotThePanelApi(f"It answered with HTTP {status}, which this request should never get.")
    if status == 503:
        return errors.PanelMaintenance(retry_at=retry_at)
    if status >= 500:
        return errors.PanelFailed(f"It answered with HTTP {status}.")
    return errors.RequestRefused(panel_words=words)


def is_error(body: bytes) -> bool:
    """Tell whether a body is the panel's error envelope, and not something before the panel."""
    return _first_error(body) is not None


def _first_error(body: bytes) -> ErrorItem | None:
    try:
        return ErrorEnvelope.model_validate_json(body).errors[0]
    except ValidationError:
        return None


def _without_envelope(status: int, retry_at: float | None) -> errors.PanelError:
    if status == 503:
        return errors.PanelUnavailable(retry_at=retry_at)
    if status == 504:
        return errors.PanelSlow("The web server before the panel gave up waiting (HTTP 504).")
    if status >= 500:
        return errors.GatewayFailed(f"It answered with HTTP {status}.")
    return errors.NotThePanelApi(f"It answered with HTTP {status} and no panel error.")


def _refused(item: ErrorItem) -> errors.PanelError:
    kind = _BY_CODE.get(item.code)
    if kind is None:
        kind = next((known for text, known in _BY_DETAIL if text in item.detail), errors.RequestRefused)
    return kind(panel_words=item.detail or None)


def _forbidden(item: ErrorItem, permission: str | None) -> errors.PanelError:
    address = _DENIED_ADDRESS.search(item.detail)
    if address:
        return errors.AddressNotAllowed(
            "The key has a list of allowed IP addresses and mine is not on it.",
            advice=(
                f"On the panel create a key that allows `{address.group(1)}`, or one without a list, "
                "and link it with the button."
            ),
        )
    if "application API key" in item.detail:
        return errors.ApplicationKey()
    return errors.PermissionDenied(permission)


def _not_found(item: ErrorItem, about: About) -> errors.PanelError:
    if about is About.ACCOUNT or item.detail.startswith("The route"):
        return errors.NotThePanelApi("It does not know the address I asked for; is PANEL_URL the panel's own?")
    if about is About.CREATION and "does not exist on this server" not in item.detail:
        return errors.ServerNotFound(
            "It found no such server, or could not pick a port on the server's IP.",
            advice="If {/servers} still shows it, do not repeat this, and tell your host what happened.",
        )
    if about is not About.SERVER and "does not exist on this server" not in item.detail:
        return errors.AllocationNotFound()
    return errors.ServerNotFound()
