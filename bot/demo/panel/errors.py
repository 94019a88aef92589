"""The panel's errors: exact codes and texts, as JSON, or as the HTML a client without Accept gets."""

from __future__ import annotations

from enum import Enum, auto

UNEXPECTED = "An unexpected error was encountered while processing this request, please try again."


REQUEST = "11111111-2222-4333-8444-555555555555"
"""The machine's name for a request; each has another, of course."""


class HtmlForm(Enum):
    """What becomes of an error for a client that did not ask for JSON."""

    PAGE = auto()
    LOGIN = auto()
    BACK = auto()


class PanelError(Exception):
    """An answer other than success, raised anywhere on the way of a request."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        meta: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        compact: bool = False,
        html: HtmlForm = HtmlForm.PAGE,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.meta = meta
        self.headers = headers or {}
        self.compact = compact
        self.html = html
        self.more: list[object] = []
        """What the envelope holds besides it."""

    def document(self) -> dict[str, list[object]]:
        """Return the error envelope; its `status` is a string, as on the panel."""
        error: dict[str, object] = {
            "code": self.code,
            "status": str(self.status),
            "detail": self.detail,
        }
        if self.meta is not None:
            error["meta"] = self.meta
        return {"errors": [error, *self.more]}


def malformed_json(reason: str) -> PanelError:
    """Refuse a body that says it is JSON and that PHP cannot parse."""
    text = f"The JSON data passed in the request appears to be malformed: {reason}"
    return PanelError(400, "BadRequestHttpException", text)


def two_factor_required() -> PanelError:
    """Refuse an account without two-factor authentication where the panel demands it."""
    text = "Two-factor authentication is required on this account in order to access this endpoint."
    return PanelError(400, "TwoFactorAuthRequiredException", text)


def display(detail: str, code: str = "DisplayException") -> PanelError:
    """Refuse with a text meant for the user's eyes."""
    return PanelError(400, code, detail, compact=True, html=HtmlForm.BACK)


def limit_reached() -> PanelError:
    """Refuse a create: as many rows as the limit, or no limit set."""
    return display("Cannot assign additional allocations to this server: limit has been reached.")


def auto_allocation_disabled() -> PanelError:
    """Refuse a create: the feature is off."""
    text = "Server auto-allocation is not enabled for this instance."
    return display(text, "AutoAllocationNotEnabledException")


def no_space() -> PanelError:
    """Refuse a create: the pool is empty and there is no usable range."""
    text = "Cannot assign additional allocation: no more space available on node."
    return display(text, "NoAutoAllocationSpaceAvailableException")


def port_out_of_range(first: int) -> PanelError:
    """Refuse a create: the administrator configured a range of forbidden ports."""
    least = "greater than 1024" if first > 1024 else "greater than or equal to 1024"
    text = f"Ports in an allocation must be {least} and less than or equal to 65535."
    return display(text, "PortOutOfRangeException")


def primary_not_deletable() -> PanelError:
    """Refuse a delete: the row is the server's primary."""
    return display("You cannot delete the primary allocation for this server.")


def no_limit_set() -> PanelError:
    """Refuse a delete: the server's limit is 0 or null."""
    return display("You cannot delete allocations for this server: no allocation limit is set.")


def invalid_filter(name: str, allowed: str) -> PanelError:
    """Refuse a filter that a list does not have."""
    text = f"Requested filter(s) `{name}` are not allowed. Allowed filter(s) are `{allowed}`."
    return PanelError(400, "InvalidFilterQuery", text)


def invalid_sort(name: str) -> PanelError:
    """Refuse an order that a list does not have."""
    text = f"Requested sort(s) `{name}` is not allowed. Allowed sort(s) are `timestamp`."
    return PanelError(400, "InvalidSortQuery", text)


def unauthenticated() -> PanelError:
    """Refuse a missing, wrong, revoked or expired key: the panel does not say which."""
    text = "Unauthenticated."
    return PanelError(401, "AuthenticationException", text, compact=True, html=HtmlForm.LOGIN)


def forbidden(detail: str = "This action is unauthorized.") -> PanelError:
    """Refuse a good key that may not do this."""
    return PanelError(403, "AccessDeniedHttpException", detail)


def ip_not_allowed(ip: str) -> PanelError:
    """Refuse an address that the key's allow-list does not name."""
    return forbidden(f"This IP address ({ip}) does not have permission to access the API using these credentials.")


def application_key() -> PanelError:
    """Refuse a ptla_ key on the client API."""
    return forbidden("You are attempting to use an application API key on an endpoint that requires a client API key.")


def not_found() -> PanelError:
    """Deny a server or allocation id that nothing has."""
    text = "The requested resource could not be found on the server."
    return PanelError(404, "NotFoundHttpException", text)


def not_yours() -> PanelError:
    """Deny a server that exists but in which the key's user has no part."""
    text = "The requested resource does not exist on this server."
    return PanelError(404, "NotFoundHttpException", text)


def no_route(path: str) -> PanelError:
    """Deny a path that is not one of the panel's."""
    return PanelError(404, "NotFoundHttpException", f"The route {path} could not be found.")


def method_not_allowed(method: str, path: str, allowed: str) -> PanelError:
    """Refuse a verb that the path does not know."""
    text = f"The {method} method is not supported for route {path}. Supported methods: {allowed}."
    return PanelError(405, "MethodNotAllowedHttpException", text, headers={"Allow": allowed})


def state_conflict(detail: str) -> PanelError:
    """Refuse to work on a server whose state allows looking at it only."""
    return PanelError(409, "ServerStateConflictException", detail)


def too_large() -> PanelError:
    """Refuse a body over PHP's post_max_size."""
    return PanelError(413, "PostTooLargeException", "")


def csrf_mismatch() -> PanelError:
    """Refuse a request that a cookie or Referer made look like a browser's."""
    return PanelError(419, "HttpException", "CSRF token mismatch.")


def invalid(field: str, rule: str, detail: str) -> PanelError:
    """Refuse a field that broke a rule."""
    meta = {"source_field": field, "rule": rule}
    return PanelError(422, "ValidationException", detail, meta=meta, compact=True, html=HtmlForm.BACK)


def daemon_unreachable() -> PanelError:
    """Pass on that the machine of a server was not reached, or did not answer in time."""
    text = "Could not establish a connection to the machine running this server. Please try again."
    return _of_daemon(504, text)


def daemon_failed(status: int, code: int) -> PanelError:
    """Pass on that the machine of a server answered with this code."""
    text = (
        "There was an error while communicating with the machine running this server. This error has been logged, "
        f"please try again. (code: {code}) (request_id: {REQUEST})"
    )
    return _of_daemon(status, text)


def daemon_refused(status: int, says: str) -> PanelError:
    """Pass on what the machine of a server says against a request."""
    return _of_daemon(status, f"An error occurred on the remote host: {says}. (request id: {REQUEST})")


def _of_daemon(status: int, text: str) -> PanelError:
    return PanelError(status, "DaemonConnectionException", text, compact=True, html=HtmlForm.BACK)


def together(found: list[PanelError]) -> PanelError:
    """Refuse for several reasons at once, in one envelope."""
    first, *others = found
    for other in others:
        first.more += other.document()["errors"]
    return first


def unexpected(code: str, detail: str = UNEXPECTED) -> PanelError:
    """Fail with a bug or an outage of the panel itself."""
    return PanelError(500, code, detail)


def down(retry: int | None) -> PanelError:
    """Refuse everything in maintenance mode; only `--retry` makes it send Retry-After."""
    headers = {} if retry is None else {"Retry-After": str(retry)}
    return PanelError(503, "HttpException", "Service Unavailable", headers=headers)
