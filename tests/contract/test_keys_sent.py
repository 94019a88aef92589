"""What the client sends to make and delete API keys: never a list of addresses that a panel would misread."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from bot.domain.keys import Allowed
from bot.panel import key_errors

from .replay import KEY, Replay, replaying
from .traces import KEYS, recorded


async def _send(allowed: Any) -> Replay:
    async with replaying(recorded(KEYS, "1.11", "api-keys create: allowed_ips one IPv4")) as (replay, client):
        await client.create_key(KEY, description="a bot", allowed_ips=allowed)
    return replay


@pytest.mark.parametrize(
    ("allowed", "spelled"),
    [
        ([], []),
        ([ip_address("203.0.113.7")], ["203.0.113.7"]),
        ([ip_address("2001:DB8:0::7"), ip_network("10.0.0.0/8")], ["2001:db8::7", "10.0.0.0/8"]),
        ([ip_network("2001:db8::/64")], ["2001:db8::/64"]),
    ],
)
async def test_what_is_sent_is_the_description_and_a_list_of_addresses(
    allowed: list[Allowed], spelled: list[str]
) -> None:
    replay = await _send(allowed)

    assert [json.loads(body) for body in replay.bodies] == [{"description": "a bot", "allowed_ips": spelled}]


@pytest.mark.parametrize(
    "allowed",
    [
        None,
        "",
        "127.0.0.1",
        [""],
        ["127.0.0.1"],
        [None],
        ["10.0.0.0/33"],
        [2130706433],
        [[ip_address("127.0.0.1")]],
        [ip_address("fe80::1%eth0")],
        [ip_address("127.0.0.1")] * 51,
    ],
    ids=str,
)
async def test_what_is_no_list_of_addresses_never_goes_out(allowed: Any) -> None:
    async with replaying(recorded(KEYS, "1.11", "api-keys create: allowed_ips one IPv4")) as (replay, client):
        with pytest.raises((TypeError, ValueError)):
            await client.create_key(KEY, description="a bot", allowed_ips=allowed)

    assert replay.asked == []


@pytest.mark.parametrize("identifier", ["", "..", "ptlc_ABCDEFGHIJK/x", "ptlc_ABCDEFGHIJ%", "x" * 48])
async def test_what_identifies_no_key_never_becomes_part_of_a_path(identifier: str) -> None:
    async with replaying(recorded(KEYS, "1.11", "api-keys delete: own other key")) as (replay, client):
        with pytest.raises(key_errors.KeyNotThere):
            await client.delete_key(KEY, identifier)

    assert replay.asked == []
