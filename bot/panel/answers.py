"""From a refused HTTP answer to the exception that says what it means.

Status and code decide; the detail text only where the panel gives one code to several meanings, and as words to
show. Details of 5xx answers can name the panel's internals and are dropped.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address

from pydantic import ValidationError

from bot.nextstep import NextStep
from bot.panel import daemon_errors, errors, key_errors
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
    ("account limit for number of API keys", key_errors.KeyLimitReached),
)
_DENIED_ADDRESS = re.compile(r"This IP address \(([^)]*)\) does not have permission")


class About(Enum):
    """What a call is about, which decides what "not found" and "not valid" mean."""

    ACCOUNT = auto()
    KEYS = auto()
    ONE_KEY = auto()
    SERVER = auto()
    POWER = auto()
    ALLOCATION = auto()
    CREATION = auto()
    NOTES = auto()

    @classmethod
    def of_path(cls, path: str, *, writes: bool) -> About:
        """Return what a path below `api/client/` names; `writes` tells that something is sent to it."""
        if "/allocations/" in path:
            return cls.NOTES if writes else cls.ALLOCATION
        if path.startswith("account/api-keys"):
            return cls.ONE_KEY if path.startswith("account/api-keys/") else cls.KEYS
        if path.endswith("/power"):
            return cls.POWER
        return cls.SERVER if path.startswith("servers/") else cls.ACCOUNT


_OF_DAEMON = "DaemonConnectionException"
_WITHOUT_DAEMON = ("ConnectionException", "RequestException")
"""What Pelican calls the same, to a power action."""
_OF_KEYS = (About.KEYS, About.ONE_KEY)


def to_error(
    status: int,
    body: bytes,
    *,
    permission: str | None,
    about: About,
    retry_at: float | None = None,
    pelican: bool = False,
) -> errors.PanelError:
    """Return the exception for an answer that is neither 2xx nor 429; `permission` is what the call needs.

    `pelican` tells that the key is one of Pelican's, which fails in ways of its own.
    """
    item = _first_error(body)
    if item is None:
        return _without_envelope(status, retry_at)
    words = item.detail or None
    if item.code == _OF_DAEMON:
        # The status is the daemon's own: its 401 is no revoked key, its 429 no limit of the panel.
        return daemon_errors.DaemonAway() if status >= 500 else daemon_errors.DaemonRefused(panel_words=words)
    if status == 400:
        return _refused(item)
    if status == 401:
        return errors.KeyRejected("It is wrong, revoked or expired; {panel} does not say which.")
    if status == 403:
        return _forbidden(item, permission, about)
    if status == 404:
        return _not_found(item, about)
    if status == 409:
        return _blocked(words)
    if status == 422 and about is About.NOTES:
        return errors.NotesRefused(panel_words=words)
    if status in (405, 422) and about in _OF_KEYS:
        return key_errors.KeysOff() if status == 405 else key_errors.KeyNotMade(panel_words=words)
    if status in (405, 419):
        return errors.NotThePanelApi(f"It answered with HTTP {status}, which this request should never get.")
    if status == 503:
        return errors.PanelMaintenance(retry_at=retry_at)
    if status >= 500:
        return _failed(status, item.code, about, pelican=pelican)
    return errors.RequestRefused(panel_words=words)


def is_of_daemon(body: bytes) -> bool:
    """Tell whether a body is what Pterodactyl passes on from the machine of a server."""
    item = _first_error(body)
    return item is not None and item.code == _OF_DAEMON


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
        return errors.PanelSlow("The web server in front of {panel} gave up waiting (HTTP 504).")
    if status >= 500:
        return errors.GatewayFailed(f"It answered with HTTP {status}.")
    return errors.NotThePanelApi(f"It answered with HTTP {status} and no panel error.")


def _failed(status: int, code: str, about: About, *, pelican: bool) -> errors.PanelError:
    """Return what a 5xx of the panel's own means; two that creations meet are said before anything is assigned."""
    if about is About.CREATION and code == "InvalidArgumentException":
        return errors.RangeMisconfigured(
            "It lets members add ports themselves, but has no usable range for them, so every "
            "addition fails. Nothing was added."
        )
    if about is About.CREATION and code == "ErrorException" and pelican:
        return errors.NoneOnNode("The server has no primary, and its node has no free port in the range.")
    if about is About.POWER and code in _WITHOUT_DAEMON:
        return daemon_errors.DaemonAway()
    return errors.PanelFailed(f"It answered with HTTP {status}.")


def _blocked(words: str | None) -> errors.PanelError:
    # The panel says the same of an installation under way and of one that failed.
    if words and "installation" in words:
        blocked = errors.ServerBlocked(
            panel_words=words,
            advice="Try again when it is installed. A failed installation does not end by itself: open the server on "
            "{panel} and reinstall it there, under Settings. Nothing was changed.",
        )
        blocked.next_step = NextStep.PANEL_SERVER_AGAIN
        return blocked
    return errors.ServerBlocked(panel_words=words)


def _refused(item: ErrorItem) -> errors.PanelError:
    kind = _BY_CODE.get(item.code)
    if kind is None:
        kind = next((known for text, known in _BY_DETAIL if text in item.detail), errors.RequestRefused)
    return kind(panel_words=item.detail or None)


def _forbidden(item: ErrorItem, permission: str | None, about: About) -> errors.PanelError:
    denied = _DENIED_ADDRESS.search(item.detail)
    if denied:
        return errors.AddressNotAllowed(seen=_address(denied[1]))
    if "application API key" in item.detail:
        return errors.ApplicationKey()
    return key_errors.KeysOff() if about in _OF_KEYS else errors.PermissionDenied(permission)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        # What may follow a percent sign is any text, and no panel sends it.
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def _not_found(item: ErrorItem, about: About) -> errors.PanelError:
    route_is_missing = item.detail.startswith("The route")
    if about in _OF_KEYS:
        return key_errors.KeysOff() if about is About.KEYS or route_is_missing else key_errors.KeyNotThere()
    if about is About.ACCOUNT or route_is_missing:
        return errors.NotThePanelApi(
            "It does not know the address I asked for; the setting `PANEL_URL` may name another site."
        )
    if about is About.CREATION and "does not exist on this server" not in item.detail:
        return errors.NoServerOrPort("It found no such server, or could not pick a port on the server's IP.")
    if about not in (About.SERVER, About.POWER) and "does not exist on this server" not in item.detail:
        return errors.AllocationNotFound()
    return errors.ServerNotFound()
