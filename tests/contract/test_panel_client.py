"""The panel client understands every recorded answer: the right model, or the exception that says what it means."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.models import Allocation, ApiKey, GameServer, Listing, PanelAccount, ServerState
from bot.panel import errors
from bot.panel.client import PanelClient

from .clients import NOON
from .meanings import Meanings, meaning_of
from .replay import replaying
from .traces import PELICAN, PTERODACTYL, Trace, each, load

SERVER = "a0000001"
LEFT_OUT: dict[str, str] = {
    "not ours": "the bot never sends this verb to this path",
    "log": "the activity log has a file of its own, to which test_activity holds the client",
    "cut": "the recording cut the body (APP_DEBUG names files of the real code)",
}
_LIST = r"/api/client/servers/(?P<server>[^/]+)/network/allocations"
_OURS: dict[str, re.Pattern[str]] = {
    "account": re.compile(r"GET /api/client/account"),
    "servers": re.compile(r"GET /api/client"),
    "server": re.compile(r"GET /api/client/servers/(?P<server>[^/]+)"),
    "allocations": re.compile(rf"GET {_LIST}"),
    "create": re.compile(rf"POST {_LIST}"),
    "set_notes": re.compile(rf"POST {_LIST}/(?P<allocation>[^/]+)"),
    "set_primary": re.compile(rf"POST {_LIST}/(?P<allocation>[^/]+)/primary"),
    "delete": re.compile(rf"DELETE {_LIST}/(?P<allocation>[^/]+)"),
}
_PERMISSION = {
    "allocations": "allocation.read",
    "create": "allocation.create",
    "set_notes": "allocation.update",
    "set_primary": "allocation.update",
    "delete": "allocation.delete",
}
_NAMES_AN_ALLOCATION = {"set_notes", "set_primary", "delete"}
_CHANGES = {"create", *_NAMES_AN_ALLOCATION}


def _call_of(trace: Trace) -> str | None:
    """Return the name of the client's method that asks what the trace asked."""
    asked = f"{trace.method} {trace.path.partition('?')[0]}"
    return next((name for name, pattern in _OURS.items() if pattern.fullmatch(asked)), None)


def _why_left_out(trace: Trace) -> str | None:
    if trace.path.partition("?")[0].endswith("/activity"):
        return "log"
    if _call_of(trace) is None:
        return "not ours"
    is_json = trace.answer_headers.get("content-type") == "application/json"
    is_cut = is_json and (not trace.answer or trace.name.startswith("debug on: "))
    return "cut" if is_cut else None


RECORDED = [*load(PTERODACTYL), *load(PELICAN)]
COVERED = [trace for trace in RECORDED if _why_left_out(trace) is None]


def key_of(trace: Trace) -> ApiKey:
    """Return a key of the panel that was recorded."""
    return ApiKey(("pacc_" if trace.panel.startswith("pelican") else "ptlc_") + "ABCDEFGHIJK" + "l" * 32)


async def _ask(client: PanelClient, call: str, key: ApiKey) -> Any:
    methods: dict[str, Callable[[], Awaitable[Any]]] = {
        "account": lambda: client.account(key),
        "servers": lambda: client.listing(key),
        "server": lambda: client.server(key, SERVER),
        "allocations": lambda: client.allocations(key, SERVER),
        "create": lambda: client.create(key, SERVER),
        "set_notes": lambda: client.set_notes(key, SERVER, 101, "voice"),
        "set_primary": lambda: client.set_primary(key, SERVER, 101),
        "delete": lambda: client.delete(key, SERVER, 101),
    }
    return await methods[call]()


_MEANINGS: Meanings = (
    (400, "TwoFactorAuthRequiredException", "", errors.TwoFactorRequired),
    (400, "AutoAllocationNotEnabledException", "", errors.AutoAllocationOff),
    (400, "NoAutoAllocationSpaceAvailableException", "", errors.NoFreeAllocation),
    (400, "PortOutOfRangeException", "", errors.RangeMisconfigured),
    (400, "DisplayException", "limit has been reached", errors.LimitReached),
    (400, "DisplayException", "delete the primary allocation", errors.PrimaryRefused),
    (400, "DisplayException", "no allocation limit is set", errors.NoLimitSet),
    (400, "BadRequestHttpException", "malformed", errors.RequestRefused),
    (400, "InvalidFilterQuery", "", errors.RequestRefused),
    (401, "AuthenticationException", "Unauthenticated.", errors.KeyRejected),
    (403, "AccessDeniedHttpException", "This action is unauthorized.", errors.PermissionDenied),
    (403, "AccessDeniedHttpException", "This IP address (127.0.0.1)", errors.AddressNotAllowed),
    (403, "AccessDeniedHttpException", "an application API key", errors.ApplicationKey),
    (404, "NotFoundHttpException", "The route ", errors.NotThePanelApi),
    (404, "NotFoundHttpException", "does not exist on this server", errors.ServerNotFound),
    (409, "ServerStateConflictException", "", errors.ServerBlocked),
    (413, "PostTooLargeException", "", errors.RequestRefused),
    (419, "HttpException", "CSRF token mismatch.", errors.NotThePanelApi),
    (422, "ValidationException", "", errors.NotesRefused),
    (429, "ThrottleRequestsException", "Too Many Attempts.", errors.RateLimited),
    (500, "InvalidArgumentException", "", errors.RangeMisconfigured),
    (500, "", "", errors.PanelFailed),
    (503, "HttpException", "Service Unavailable", errors.PanelMaintenance),
)
# What an answer without the panel's error envelope means: pages of Laravel, nginx and PHP, and redirects.
_PAGES: dict[int, type[errors.PanelError]] = {
    429: errors.RateLimited,
    500: errors.GatewayFailed,
    502: errors.GatewayFailed,
    503: errors.PanelUnavailable,
    504: errors.PanelSlow,
}


def meaning(trace: Trace, call: str) -> type[errors.PanelError]:
    """Return the exception that a recorded refusal must become."""
    document = trace.document
    if document is None or "errors" not in document:
        return _PAGES.get(trace.status, errors.NotThePanelApi)
    first = document["errors"][0]
    if trace.status == 404 and "could not be found on the server" in first["detail"]:
        if call == "create":
            return errors.NoServerOrPort
        return errors.AllocationNotFound if call in _NAMES_AN_ALLOCATION else errors.ServerNotFound
    if (trace.status, first["code"], call) == (500, "ErrorException", "create"):
        return errors.NoneOnNode
    return meaning_of(trace, _MEANINGS)


def _succeeds(trace: Trace, call: str) -> bool:
    if call == "delete":
        return trace.status == 204
    return trace.status == 200 and trace.document is not None and not _has_another_shape(trace, call)


def _has_another_shape(trace: Trace, call: str) -> bool:
    """Tell whether a 200 is of another kind than the call asks for."""
    wanted = {"account": "user", "servers": "list", "server": "server", "allocations": "list"}
    return bool(trace.document["object"] != wanted.get(call, "allocation"))


ANSWERED = [trace for trace in COVERED if _succeeds(trace, _call_of(trace) or "")]
REFUSED = [trace for trace in COVERED if trace not in ANSWERED]


@each(ANSWERED)
async def test_a_recorded_success_becomes_the_model_it_describes(trace: Trace) -> None:
    call = _call_of(trace) or ""

    async with replaying(trace) as (replay, client):
        got = await _ask(client, call, key_of(trace))

    _CHECKS[call](got, trace.document)
    if isinstance(got, GameServer):
        assert got.notes_limit == (255 if trace.panel.startswith("pelican") else 191)
    assert _OURS[call].fullmatch(replay.asked[0])
    assert len(replay.asked) == 1 or call == "servers"


@each(REFUSED)
async def test_a_recorded_refusal_becomes_the_exception_that_says_what_it_means(trace: Trace) -> None:
    call = _call_of(trace) or ""
    wanted = meaning(trace, call)

    async with replaying(trace) as (replay, client):
        with pytest.raises(errors.PanelError) as caught:
            await _ask(client, call, key_of(trace))

    refusal = caught.value
    assert type(refusal) is wanted
    retries = 2 if wanted in (errors.PanelFailed, errors.GatewayFailed) and call not in _CHANGES else 0
    # Where the list fails, a page without a server tells whether the panel fails at everything.
    probes = 1 if wanted is errors.PanelFailed and call == "servers" else 0
    assert len(replay.asked) == 1 + retries + probes
    if isinstance(refusal, errors.PermissionDenied):
        assert refusal.permission == _PERMISSION[call]
    if isinstance(refusal, errors.AddressNotAllowed):
        assert "127.0.0.1" in refusal.advice
    if trace.status in (400, 409, 422) and trace.document is not None:
        assert refusal.panel_words == trace.document["errors"][0]["detail"]
    if trace.status >= 500:
        assert refusal.panel_words is None
    if "retry-after" in trace.answer_headers:
        assert refusal.retry_at == NOON + int(trace.answer_headers["retry-after"])


def _check_allocation(got: Allocation, attributes: dict[str, Any]) -> None:
    assert (got.id, got.ip, got.port) == (attributes["id"], attributes["ip"], attributes["port"])
    assert (got.alias, got.notes) == (attributes["ip_alias"], attributes["notes"])
    assert got.is_primary is attributes["is_default"]


def _check_allocations(got: tuple[Allocation, ...], rows: list[dict[str, Any]]) -> None:
    by_id = {row["attributes"]["id"]: row["attributes"] for row in rows}
    assert sorted(row.id for row in got) == sorted(by_id)
    for row in got:
        _check_allocation(row, by_id[row.id])
    assert not any(row.is_primary for row in got[1:])


def _check_server(got: GameServer, attributes: dict[str, Any]) -> None:
    assert (got.identifier, got.uuid) == (attributes["identifier"], attributes["uuid"])
    assert (got.name, got.node) == (attributes["name"], attributes["node"])
    assert got.limit == attributes["feature_limits"]["allocations"]
    assert got.is_owner is attributes["server_owner"]
    assert got.state is _state_of(attributes)
    rows = attributes["relationships"]["allocations"]
    _check_allocations(got.allocations, rows["data"] if rows["object"] == "list" else [])


def _state_of(attributes: dict[str, Any]) -> ServerState:
    if attributes["is_transferring"]:
        return ServerState.TRANSFERRING
    if attributes["is_node_under_maintenance"]:
        return ServerState.MAINTENANCE
    return {
        None: ServerState.OK,
        "suspended": ServerState.SUSPENDED,
        "installing": ServerState.INSTALLING,
        "install_failed": ServerState.INSTALL_FAILED,
        "reinstall_failed": ServerState.NOT_REINSTALLED
        if attributes["is_installing"]
        else ServerState.REINSTALL_FAILED,
        "restoring_backup": ServerState.RESTORING,
    }[attributes["status"]]


def _check_account(got: PanelAccount, document: dict[str, Any]) -> None:
    told = document["attributes"]
    assert (got.id, got.username, got.is_admin) == (told.get("id"), told["username"], told["admin"])


def _check_servers(got: Listing, document: dict[str, Any]) -> None:
    recorded = {row["attributes"]["identifier"]: row["attributes"] for row in document["data"]}
    assert ([server.identifier for server in got.servers], got.unreadable) == (list(recorded), 0)
    for server in got.servers:
        _check_server(server, recorded[server.identifier])
        assert server.permissions is None


def _check_one_server(got: GameServer, document: dict[str, Any]) -> None:
    _check_server(got, document["attributes"])
    assert got.permissions == frozenset(document["meta"]["user_permissions"])


def _check_nothing(got: None, document: None) -> None:
    assert got is None
    assert document is None


_CHECKS: dict[str, Callable[[Any, Any], None]] = {
    "account": _check_account,
    "servers": _check_servers,
    "server": _check_one_server,
    "allocations": lambda got, document: _check_allocations(got, document["data"]),
    "create": lambda got, document: _check_allocation(got, document["attributes"]),
    "set_notes": lambda got, document: _check_allocation(got, document["attributes"]),
    "set_primary": lambda got, document: _check_allocation(got, document["attributes"]),
    "delete": _check_nothing,
}


def test_every_trace_is_covered_or_left_out_for_a_reason() -> None:
    reasons = [_why_left_out(trace) for trace in RECORDED]
    left_out = [reason for reason in reasons if reason is not None]

    assert len(COVERED) + len(left_out) == len(RECORDED) >= 950
    assert len(ANSWERED) + len(REFUSED) == len(COVERED)
    assert sum(trace.panel.startswith("pelican") for trace in COVERED) >= 350
    assert sum(not trace.panel.startswith("pelican") for trace in COVERED) >= 330
    assert set(left_out) == set(LEFT_OUT)


def test_every_method_of_the_client_and_every_meaning_of_a_refusal_was_recorded() -> None:
    refused = {meaning(trace, _call_of(trace) or "") for trace in REFUSED}

    assert {_call_of(trace) for trace in ANSWERED} == set(_OURS)
    assert refused == {kind for *_, kind in _MEANINGS} | {
        *_PAGES.values(),
        errors.AllocationNotFound,
        errors.NoneOnNode,
        errors.NoServerOrPort,
    }
