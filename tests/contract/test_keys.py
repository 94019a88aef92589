"""The client lists, makes and deletes API keys as both panels do."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest

from bot.domain.keys import AccountKey, CreatedKey
from bot.domain.models import ApiKey
from bot.panel import errors, key_errors
from bot.panel.client import PanelClient

from .clients import NOON
from .meanings import Meanings, meaning_of
from .replay import KEY, replaying
from .traces import KEYS, Trace, each, load, recorded

PANELS = ("1.11", "pelican-sqlite")
_PATH = "/api/client/account/api-keys"
_OURS: dict[str, re.Pattern[str]] = {
    "keys": re.compile(rf"GET {_PATH}"),
    "create_key": re.compile(rf"POST {_PATH}"),
    "delete_key": re.compile(rf"DELETE {_PATH}/[^/]*"),
    "account": re.compile(r"GET /api/client/account"),
}
RECORDED = load(KEYS)


def _call_of(trace: Trace) -> str | None:
    asked = f"{trace.method} {trace.path.partition('?')[0]}"
    return next((name for name, pattern in _OURS.items() if pattern.fullmatch(asked)), None)


COVERED = [trace for trace in RECORDED if _call_of(trace) is not None]
ANSWERED = [trace for trace in COVERED if trace.status in (200, 204)]
REFUSED = [trace for trace in COVERED if trace not in ANSWERED]
MADE = [trace for trace in ANSWERED if _call_of(trace) == "create_key"]
_MEANINGS: Meanings = (
    (400, "DisplayException", "account limit for number of API keys", key_errors.KeyLimitReached),
    (400, "TwoFactorAuthRequiredException", "", errors.TwoFactorRequired),
    (400, "BadRequestHttpException", "malformed", errors.RequestRefused),
    (401, "AuthenticationException", "", errors.KeyRejected),
    (403, "AccessDeniedHttpException", "This IP address", errors.AddressNotAllowed),
    (403, "AccessDeniedHttpException", "application API key", errors.ApplicationKey),
    (404, "NotFoundHttpException", "could not be found on the server", key_errors.KeyNotThere),
    (405, "MethodNotAllowedHttpException", "", key_errors.KeysOff),
    (422, "ValidationException", "", key_errors.KeyNotMade),
    (429, "ThrottleRequestsException", "", errors.RateLimited),
    (500, "NetworkException", "", errors.PanelFailed),
    (500, "ErrorException", "", errors.PanelFailed),
    (500, "IpException", "", errors.PanelFailed),
)


def meaning(trace: Trace) -> type[errors.PanelError]:
    """Return the exception that a recorded refusal must become."""
    return errors.NotThePanelApi if trace.document is None else meaning_of(trace, _MEANINGS)


async def _ask(client: PanelClient, trace: Trace) -> Any:
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "keys": lambda: client.keys(KEY),
        "create_key": lambda: client.create_key(KEY, description="x", allowed_ips=()),
        "delete_key": lambda: client.delete_key(KEY, "ptlc_ABCDEFGHIJK"),
        "account": lambda: client.account(KEY),
    }
    return await calls[_call_of(trace) or ""]()


@each(trace for trace in ANSWERED if _call_of(trace) == "keys")
async def test_every_recorded_list_is_read_whole_and_in_its_order(trace: Trace) -> None:
    async with replaying(trace) as (replay, client):
        got = await client.keys(KEY)

    wanted = [row["attributes"] for row in trace.document["data"]]
    assert replay.asked == [f"GET {_PATH}"]
    assert [(key.identifier, key.description, list(key.allowed_ips)) for key in got] == [
        (row["identifier"], row["description"], row["allowed_ips"] or []) for row in wanted
    ]
    assert [key.created_at for key in got] == [datetime.fromisoformat(row["created_at"]) for row in wanted]
    used = [row["last_used_at"] for row in wanted]
    assert [key.last_used_at for key in got] == [None if at is None else datetime.fromisoformat(at) for at in used]


@each(MADE)
async def test_every_recorded_creation_becomes_the_whole_key_and_is_sent_once(trace: Trace) -> None:
    async with replaying(trace) as (replay, client):
        got = await client.create_key(KEY, description="x", allowed_ips=())

    told, secret = trace.document["attributes"], trace.document["meta"]["secret_token"]
    addresses = told["allowed_ips"]
    assert replay.asked == [f"POST {_PATH}"]
    assert got.key == ApiKey(told["identifier"] + secret)
    assert (got.identifier, got.description) == (told["identifier"], told["description"])
    assert list(got.allowed_ips) == (list(addresses.values()) if isinstance(addresses, dict) else addresses)
    assert len(got.key.reveal()) == 48
    assert secret not in repr(got)


@each(trace for trace in ANSWERED if _call_of(trace) == "delete_key")
async def test_every_recorded_deletion_is_done(trace: Trace) -> None:
    identifier = trace.path.rpartition("/")[2]

    async with replaying(trace) as (replay, client):
        await client.delete_key(KEY, identifier)

    assert replay.asked == [f"DELETE {_PATH}/{identifier}"]


@each(REFUSED)
async def test_every_recorded_refusal_becomes_what_it_means(trace: Trace) -> None:
    wanted = meaning(trace)

    async with replaying(trace) as (replay, client):
        with pytest.raises(errors.PanelError) as caught:
            await _ask(client, trace)

    refusal = caught.value
    retries = 2 if wanted is errors.PanelFailed and trace.method == "GET" else 0
    assert type(refusal) is wanted
    assert len(replay.asked) == 1 + retries
    if trace.status in (400, 422):
        assert refusal.panel_words == trace.document["errors"][0]["detail"]
    if isinstance(refusal, errors.AddressNotAllowed):
        named = re.search(r"\((.*)\)", trace.document["errors"][0]["detail"])
        assert named
        assert refusal.seen == ip_address(named[1])
        assert f"`{named[1]}`" in refusal.advice
    if isinstance(refusal, errors.RateLimited):
        assert refusal.retry_at == NOON + int(trace.answer_headers["retry-after"])


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (IPv4Address("127.0.0.1"), "key locked to 192.0.2.1: account"),
        (IPv6Address("2001:db8::7"), "X-Forwarded-For 2001:db8::7"),
    ],
)
async def test_the_address_that_the_panel_sees_is_told_as_an_address(
    panel: str, seen: IPv4Address | IPv6Address, name: str
) -> None:
    async with replaying(recorded(KEYS, panel, name)) as (_, client):
        with pytest.raises(errors.AddressNotAllowed) as caught:
            await client.account(KEY)

    assert caught.value.seen == seen


def altered(trace: Trace, **values: Any) -> Trace:
    """Return the exchange with another status or answer."""
    fields = {name: getattr(trace, name) for name in Trace.__slots__}
    return Trace(**{**fields, **values})


@pytest.mark.parametrize("text", ["10.0.0.300", "[2001:db8::7]", "`**x**`", "::1%eth0`", ""])
async def test_a_text_that_is_no_address_is_not_repeated(text: str) -> None:
    trace = recorded(KEYS, "1.11", "key locked to 192.0.2.1: account")
    answer = trace.answer.replace("(127.0.0.1)", f"({text})")

    async with replaying(altered(trace, answer=answer)) as (_, client):
        with pytest.raises(errors.AddressNotAllowed) as caught:
            await client.account(KEY)

    assert caught.value.seen is None
    assert not text or text not in caught.value.advice


_ROUTE = (
    '{"errors":[{"code":"NotFoundHttpException","status":"404","detail":"The route api/client/x could not be found."}]}'
)
_DENIED = '{"errors":[{"code":"AccessDeniedHttpException","status":"403","detail":"This action is unauthorized."}]}'


@pytest.mark.parametrize(
    "name", ["api-keys list: before", "api-keys create: allowed_ips []", "api-keys delete: own other"]
)
@pytest.mark.parametrize(("status", "answer"), [(404, _ROUTE), (403, _DENIED)], ids=["404", "403"])
async def test_a_panel_without_keys_for_programs_is_told_as_such(name: str, status: int, answer: str) -> None:
    trace = recorded(KEYS, "1.11", name)
    headers = {"content-type": "application/json"}

    async with replaying(altered(trace, status=status, answer=answer, answer_headers=headers)) as (_, client):
        with pytest.raises(key_errors.KeysOff):
            await _ask(client, trace)


@pytest.mark.parametrize("broken", ["identifier", "secret", "meta", "object"])
async def test_a_creation_answered_in_another_shape_may_have_made_a_key_all_the_same(broken: str) -> None:
    trace = recorded(KEYS, "1.11", "api-keys create: allowed_ips []")
    document = trace.document
    if broken == "identifier":
        document["attributes"]["identifier"] = "ptlc_\r\nX-Evil: 1"
    elif broken == "secret":
        document["meta"]["secret_token"] = "a secret\r\nX-Evil: 1"
    elif broken == "meta":
        del document["meta"]
    else:
        document["object"] = "server"

    async with replaying(altered(trace, answer=json.dumps(document))) as (replay, client):
        with pytest.raises(errors.NotThePanelApi) as caught:
            await client.create_key(KEY, description="x", allowed_ips=())

    assert caught.value.may_have_happened
    assert len(replay.asked) == 1


@pytest.mark.parametrize("panel", PANELS)
async def test_the_swap_that_was_recorded_can_be_made_with_the_client(panel: str) -> None:
    pasted = recorded(KEYS, panel, "swap 1")
    async with replaying(pasted) as (_, client):
        assert (await client.account(KEY)).username
    async with replaying(recorded(KEYS, panel, "swap 2")) as (replay, client):
        probe = await client.create_key(KEY, description="address probe", allowed_ips=[ip_address("192.0.2.1")])
    assert isinstance(probe, CreatedKey)
    assert replay.bodies == [recorded(KEYS, panel, "swap 2").body]
    async with replaying(recorded(KEYS, panel, "key locked to 192.0.2.1: account")) as (_, client):
        with pytest.raises(errors.AddressNotAllowed) as caught:
            await client.account(probe.key)
    assert caught.value.seen is not None
    async with replaying(recorded(KEYS, panel, "swap 5")) as (replay, client):
        own = await client.create_key(probe.key, description="bot", allowed_ips=[caught.value.seen])
    assert replay.bodies == [recorded(KEYS, panel, "swap 5").body]
    async with replaying(recorded(KEYS, panel, "swap 9")) as (_, client):
        listed = await client.keys(own.key)
    mine = next(key for key in listed if key.identifier == own.identifier)
    assert isinstance(mine, AccountKey)
    assert (mine.description, mine.allowed_ips) == (own.description, own.allowed_ips) == ("bot", ("127.0.0.1",))


def test_every_trace_is_covered_or_one_that_this_client_never_sends() -> None:
    others = {f"{trace.method} {trace.path.partition('?')[0]}" for trace in RECORDED if trace not in COVERED}

    assert (len(RECORDED), len(COVERED)) == (343, 315)
    assert {re.sub(r"(?<=api-keys/|/servers/).+", "*", asked) for asked in others} == {
        "GET /api/client/account/activity",
        "GET /api/client/servers/*",
        f"GET {_PATH}/*",
        f"PATCH {_PATH}/*",
        f"POST {_PATH}/*",
        f"PUT {_PATH}/*",
    }
    assert {_call_of(trace) for trace in ANSWERED} == set(_OURS)
    assert {meaning(trace) for trace in REFUSED} == {kind for *_, kind in _MEANINGS} | {errors.NotThePanelApi}
