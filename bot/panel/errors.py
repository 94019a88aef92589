"""One exception per meaning of a panel's answer.

PanelError
├── KeyRejected                 401
├── AddressNotAllowed, ApplicationKey, PermissionDenied            403
├── ServerNotFound (NoServerOrPort), AllocationNotFound            404
├── ServerBlocked, NotesRefused                                    409, 422
├── RateLimited                                                    429
├── LimitReached, AutoAllocationOff, NoFreeAllocation (NoneOnNode), RangeMisconfigured,
│   PrimaryRefused, NoLimitSet, TwoFactorRequired, RequestRefused  400 (and 413)
└── PanelTrouble                (the panel's side or the way to it)
    ├── PanelUnreachable, PanelSlow, PanelMaintenance, PanelUnavailable, PanelFailed, GatewayFailed
    └── NotThePanelApi          HTML, a redirect, malformed or oversized JSON, another shape

Those of an account's API keys are in `bot.panel.key_errors`, those of a server's machine in `daemon_errors`.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

from bot.errors import BotError
from bot.nextstep import NextStep

PANEL_SIDE = "This is on {panel}'s side, not on yours."
HOSTS_SETTINGS = (
    "Admin, Settings, then Automatic Allocation Creation, on Pelican under Misc, on Pterodactyl under Advanced; there "
    "are the start and the end port. On Pelican `PANEL_CLIENT_ALLOCATIONS_CREATE_NEW` must allow new ones as well."
)
"""Where the host sets what new allocations come from."""


class PanelError(BotError):
    """An answer of the panel, or the lack of one, that is not the wanted one."""

    next_step = NextStep.ALLOCATIONS
    may_have_happened: ClassVar[bool] = False
    """Whether a change that failed like this may be in effect on the panel all the same."""
    may_come_later: ClassVar[bool] = False
    """Whether it may still take effect after a read-back that does not show it: the panel may be at it yet."""

    def __init__(
        self,
        detail: str = "",
        *,
        advice: str | None = None,
        panel_words: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        super().__init__(detail, advice=advice, retry_at=retry_at)
        self.panel_words = panel_words


class KeyRejected(PanelError):
    """401: the key is wrong, revoked or expired; the panel does not tell which."""

    title = "{panel} refused your key"
    advice = "Create a new client API key there under {keys}, and enter it."
    next_step = NextStep.LINK


class AddressNotAllowed(PanelError):
    """403: the key's list of allowed IP addresses does not hold the bot's address."""

    title = "Your key does not allow this bot's address"
    next_step = NextStep.LINK

    def __init__(self, *, seen: IPv4Address | IPv6Address | None = None) -> None:
        allowing = f"that allows `{seen}`, or one without a list," if seen else "without such a list"
        super().__init__(
            "The key has a list of allowed IP addresses and mine is not on it.",
            advice=f"Create a key {allowing} on {{panel}} under {{keys}}, and enter it.",
        )
        self.seen = seen
        """The address from which the panel sees requests come, if it names one."""


class ApplicationKey(PanelError):
    """403, or seen by its prefix: an application API key where a client API key is needed."""

    title = "That is an application API key"
    advice = (
        "Create a client API key on {panel} under {keys}: it acts as you alone, and I work with no other. Revoke the "
        "application key if somebody else may have seen it."
    )
    next_step = NextStep.LINK


class PermissionDenied(PanelError):
    """403: the person lacks the panel permission for this call."""

    title = "You lack a permission on this server"

    def __init__(self, permission: str | None) -> None:
        needs = (
            f"The panel permission `{permission}` is missing for your account."
            if permission
            else "{panel} says that your account may not do this."
        )
        advice = "Ask the server's owner to grant it on {panel} under Users. Nothing was changed."
        super().__init__(needs, advice=advice)
        self.permission = permission


class ServerNotFound(PanelError):
    """404: no such server, or it is not this person's (any more)."""

    title = "{panel} knows no such server of yours"
    advice = "Look at {/servers} for the ones you have. It may have been deleted, or you were removed from it."
    next_step = NextStep.SERVERS


class NoServerOrPort(ServerNotFound):
    """404 to a creation: the server is gone, or the panel picked a port that it then did not find."""

    title = "{panel} did not find what it needed"
    advice = "Look at {/servers}: if the server is still there, do not repeat this, and tell your host what happened."


class AllocationNotFound(PanelError):
    """404: the allocation is not (any more) one of this server's, or the server is gone."""

    title = "That port is no longer there"
    advice = "Look at {/allocations list} for what the server has now; somebody may have removed the port meanwhile."


class ServerBlocked(PanelError):
    """409: suspended, installing, restoring, transferring, or its node is in maintenance."""

    title = "The server is not available for changes"
    advice = "Try again when that is over; if it stays so, ask your host. Nothing was changed."
    next_step = NextStep.TRY_AGAIN


class NotesRefused(PanelError):
    """422: the panel does not accept these notes."""

    title = "{panel} did not accept these notes"
    advice = "Shorten or change the text and try again. Nothing was changed."
    next_step = NextStep.TRY_AGAIN


class RateLimited(PanelError):
    """429: too many requests, per account, or for creations per server (2 a minute)."""

    title = "{panel} asks me to slow down"
    advice = "Try again then. Nothing was changed."
    next_step = NextStep.TRY_AGAIN
    creations: int | None = None
    """How many creations on one server it takes a minute at most, where it says so: by default that is its period."""


class LimitReached(PanelError):
    """400: the server holds as many allocations as it may, the primary included."""

    title = "The allocation limit is reached"
    advice = "Remove a port that nobody needs (the primary counts, but stays), or ask your host to raise the limit."


class AutoAllocationOff(PanelError):
    """400: the panel's operator has switched self-service allocations off."""

    title = "{panel} does not let members add ports"
    advice = (
        "Ask your host, who alone can add a port for you, or switch that on under Admin, Settings, Automatic "
        "Allocation Creation (on Pelican under Misc, on Pterodactyl under Advanced)."
    )


class NoFreeAllocation(PanelError):
    """400: the node has no free allocation on the primary's IP and the panel makes none."""

    title = "The node has no free port left on the primary's IP"
    advice = (
        "Make a port on another IP the primary, if the server has one: new ones come from the primary's IP. Otherwise, "
        f"ask your host, who alone can free or add ports there, or let {{panel}} make some: {HOSTS_SETTINGS}"
    )


class NoneOnNode(NoFreeAllocation):
    """500 of Pelican: a server without a primary is to get one of any IP of the node, and there is none."""

    title = "The node has no free port left"
    advice = f"Ask your host, who alone can add ports or widen the range of ports: {HOSTS_SETTINGS}"


class RangeMisconfigured(PanelError):
    """400, or 500: the operator's port range is not usable, or on Pelican not set at all."""

    title = "{panel} has a range of ports that does not work"
    advice = f"Ask your host, who alone can correct the range in the settings: {HOSTS_SETTINGS}"


class PrimaryRefused(PanelError):
    """400: the panel does not delete a primary allocation."""

    title = "The primary cannot be removed"
    advice = "Make another port the primary first. Nothing was changed."


class NoLimitSet(PanelError):
    """400: the panel deletes nothing from a server with no allocation limit, or with a limit of 0."""

    title = "{panel} removes no port of this server"
    advice = "Ask your host to raise the allocation limit, which is 0 or not set, or to remove the port for you."


class TwoFactorRequired(PanelError):
    """400: the operator demands two-step verification and the account has none; Pelican asks no key for it."""

    title = "Your panel account needs two-step verification"
    advice = (
        "Switch it on at {panel}, under Account, Two-Step Verification, then try again. Nothing was changed, and your "
        "key stays valid."
    )
    next_step = NextStep.PANEL_ACCOUNT


class RequestRefused(PanelError):
    """4xx that none of the others names; the panel's own words are kept."""

    title = "{panel} refused the request"
    advice = "Ask your host if those words do not help. Nothing was changed."


class PanelTrouble(PanelError):
    """The panel, or the way to it, does not work as it should; never the person's fault."""

    next_step = NextStep.TRY_AGAIN


class PanelUnreachable(PanelTrouble):
    """No connection could be made, so nothing was asked of the panel."""

    title = "I cannot reach {panel}"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"


class ConnectionLost(PanelTrouble):
    """The connection broke after the request may have been read."""

    title = "The connection to {panel} broke"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True
    may_come_later = True


class PanelSlow(PanelTrouble):
    """No complete answer within the time-out."""

    title = "{panel} did not answer in time"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True
    may_come_later = True


class PanelMaintenance(PanelTrouble):
    """503: the panel is in maintenance."""

    title = "{panel} is in maintenance"
    advice = f"Try again when it is over. {PANEL_SIDE} Nothing was changed."


class PanelUnavailable(PanelMaintenance):
    """503 without the panel's error: a web server or proxy before it, which may have passed the request on."""

    title = "{panel} is in maintenance or overloaded"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True
    may_come_later = True


class PanelFailed(PanelTrouble):
    """5xx with the panel's error: something broke inside it, and it is done with the request."""

    title = "{panel} had an internal error"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True


class GatewayFailed(PanelTrouble):
    """5xx without the panel's error: a web server or proxy before it, which may have passed the request on."""

    title = "The web server in front of {panel} failed"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True
    may_come_later = True


class NotThePanelApi(PanelTrouble):
    """The answer is not the panel's API: HTML, a redirect, broken or oversized JSON, another shape."""

    title = "What answers at {panel} is not its API"
    advice = (
        "Tell {operator}: a login page or a firewall may stand between me and {panel}, or it is being "
        "updated. Nothing of yours is wrong."
    )
    may_have_happened = True
    may_come_later = True
