"""Who is asking: the API key, two-factor enforcement, the key's allow-list, permissions."""

from __future__ import annotations

from bot.demo.panel import addresses, errors
from bot.demo.panel.addresses import NotAnAddress
from bot.demo.panel.database import Engine
from bot.demo.panel.flavours import Traits
from bot.demo.panel.records import ApiKey, KeyKind, Server, User
from bot.demo.panel.requests import PanelRequest
from bot.demo.panel.state import PanelState

ADMIN_PERMISSIONS = (
    "*",
    "admin.websocket.errors",
    "admin.websocket.install",
    "admin.websocket.transfer",
)


def authenticate(state: PanelState, request: PanelRequest, engine: Engine, *, scheme_has_case: bool) -> ApiKey:
    """Return the key of the request; every bad key gets the same 401."""
    token = request.bearer(scheme_has_case=scheme_has_case)
    if token is None:
        raise errors.unauthenticated()
    if state.database_down:
        raise errors.unexpected("QueryException")
    key = state.find_key(token[:16], engine)
    if key is None:
        raise errors.unauthenticated()
    if state.app_key_broken:
        # The identifier was found, but the stored secret can no longer be decrypted.
        raise errors.unexpected("DecryptException")
    if key.token[16:] != token[16:] or key.expired or key.user_id not in state.users:
        raise errors.unauthenticated()
    key.last_used_at = state.clock()  # also where the request is refused for another reason
    return key


def require_two_factor(state: PanelState, user: User) -> None:
    """Refuse a user without two-factor authentication when the panel demands it of him."""
    demanded = state.two_factor_level == 2 or (state.two_factor_level == 1 and user.admin)
    if demanded and not user.two_factor:
        raise errors.two_factor_required()


def require_allowed_ip(state: PanelState, key: ApiKey, client_ip: str) -> None:
    """Refuse an address that the key's allow-list does not name, and log that in the account."""
    if not key.addresses:
        return
    for entry in key.addresses:
        try:
            if addresses.holds(entry, client_ip):
                return
        except NotAnAddress as error:
            raise errors.unexpected("IpException") from error
    state.log(
        "auth:ip-blocked",
        actor=state.users[key.user_id],
        ip=client_ip,
        properties={"identifier": key.identifier},
    )
    raise errors.ip_not_allowed(client_ip)


def require_client_key(key: ApiKey) -> None:
    """Refuse an application key."""
    if key.kind is KeyKind.APPLICATION:
        raise errors.application_key()


def has_access(server: Server, user: User) -> bool:
    """Whether the server exists for this user at all."""
    return user.admin or user.staff or server.owner_id == user.id or user.id in server.subusers


def permissions_of(server: Server, user: User) -> list[str]:
    """Return the user's permissions on a server as the server view shows them."""
    if server.owner_id == user.id:
        return ["*"]
    if user.admin or user.staff:
        return list(ADMIN_PERMISSIONS)
    return list(server.subusers.get(user.id, ()))


def may(server: Server, user: User, permission: str) -> bool:
    """Whether the user holds one permission on a server."""
    if permission == "activity.read" and user.staff and not user.admin:
        return False  # a role that updates servers does not open their logs
    permissions = permissions_of(server, user)
    return "*" in permissions or permission in permissions


def require(server: Server, user: User, permission: str) -> None:
    """Refuse a user without the permission."""
    if not may(server, user, permission):
        raise errors.forbidden()


def require_usable(state: PanelState, traits: Traits, server: Server) -> None:
    """Refuse to work on a server whose state forbids it, administrators included."""
    if server.status == "suspended":
        text = "This server is currently suspended and the functionality requested is unavailable."
    elif state.nodes[server.node_id].maintenance:
        text = "The node of this server is currently under maintenance and the functionality requested is unavailable."
    elif server.status in traits.blocking_installs:
        text = "This server has not yet completed its installation process, please try again later."
    elif server.status == "restoring_backup":
        text = "This server is currently restoring from a backup, please try again later."
    elif server.transferring:
        text = "This server is currently being transferred to a new machine, please try again later."
    else:
        return
    raise errors.state_conflict(text)
