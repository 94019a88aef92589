"""What time, flavour and data change about the simulated panel, beyond the recorded exchanges."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour, Maintenance, PanelState

from .clients import NOON, client

THROTTLED = [Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@pytest.mark.parametrize(
    ("flavour", "limit"),
    [(Flavour.PTERODACTYL_1_11, 720), (Flavour.PTERODACTYL_1_12, 128), (Flavour.PELICAN, 256)],
)
async def test_each_flavour_has_its_own_limit_per_minute(flavour: Flavour, limit: int) -> None:
    async with client(flavour) as bot:
        got = await bot.ask("GET")

    assert got.headers["X-RateLimit-Limit"] == str(limit)
    assert got.headers["X-RateLimit-Remaining"] == str(limit - 1)


async def test_the_window_is_sixty_seconds_from_the_first_call_and_retry_after_counts_down() -> None:
    async with client() as bot:
        bot.panel.state.requests_per_minute = 2
        await bot.ask("GET")
        bot.panel.advance(50)
        last = await bot.ask("GET")
        refused = await bot.ask("GET")
        bot.panel.advance(9)
        still_refused = await bot.ask("GET")
        bot.panel.advance(1)
        allowed = await bot.ask("GET")

    assert (last.status, last.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert (refused.status, refused.code) == (429, "ThrottleRequestsException")
    assert refused.headers["Retry-After"] == "10"
    assert refused.headers["X-RateLimit-Reset"] == str(int(NOON) + 60)
    assert still_refused.headers["Retry-After"] == "1"
    assert (allowed.status, allowed.headers["X-RateLimit-Remaining"]) == (200, "1")


async def test_two_keys_of_a_user_share_the_limit_and_two_users_do_not() -> None:
    async with client() as bot:
        state = bot.panel.state
        state.requests_per_minute = 1
        owner, other = state.users[1], state.add_user("other")
        keys = [bot.key, state.add_key(owner), state.add_key(other)]
        statuses = [
            (await bot.ask("GET", "/api/client/account", headers={"Authorization": f"Bearer {key}"})).status
            for key in keys
        ]

    assert statuses == [200, 429, 200]


@pytest.mark.parametrize("flavour", THROTTLED)
async def test_creates_are_limited_to_two_a_minute_on_each_server(flavour: Flavour) -> None:
    async with client(flavour) as bot:
        other = bot.panel.state.add_server(bot.panel.state.users[1], "Creative", ip="203.0.113.8")
        path = f"/api/client/servers/{other.identifier}/network/allocations"
        got = [await bot.ask("POST") for _ in range(3)]
        elsewhere, listed = await bot.ask("POST", path), await bot.ask("GET")
        bot.panel.advance(60)
        later = await bot.ask("POST")

    assert [answer.status for answer in got] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Limit"] for answer in got] == ["2", "2", "2"]
    assert got[2].headers["Retry-After"] == "60"
    assert (elsewhere.status, listed.status, later.status) == (200, 200, 200)
    assert listed.headers["X-RateLimit-Limit"] != "2"


async def test_version_1_11_does_not_limit_creates() -> None:
    async with client() as bot:
        statuses = [(await bot.ask("POST")).status for _ in range(4)]

    assert statuses == [200, 200, 200, 400]


async def test_pelican_deletes_the_primary_and_leaves_the_server_without_one() -> None:
    async with client(Flavour.PELICAN) as bot:
        deleted = await bot.ask("DELETE", "+/1")
        listed = await bot.ask("GET")
        healed = await bot.ask("POST", "+/2/primary")

    assert deleted.status == 204
    assert [row["attributes"]["is_default"] for row in listed.document["data"]] == [False]
    assert healed.document["attributes"]["is_default"] is True


@pytest.mark.parametrize("limit", [0, None])
async def test_pelican_too_deletes_nothing_without_a_limit(limit: int | None) -> None:
    async with client(Flavour.PELICAN) as bot:
        bot.server.limit = limit
        got = await bot.ask("DELETE", "+/2")

    assert (got.status, got.code) == (400, "DisplayException")


async def test_a_deleted_row_is_handed_to_the_next_server_with_its_alias() -> None:
    async with client() as bot:
        state = bot.panel.state
        state.allocations[2].ip_alias, state.allocations[2].notes = "old.example.com", "private"
        neighbour = state.add_server(state.users[1], "Creative", ports=(25600,), free_ports=())
        for row in list(state.allocations.values()):
            if row.server_id is None:
                del state.allocations[row.id]
        await bot.ask("DELETE", "+/2")
        got = await bot.ask("POST", f"/api/client/servers/{neighbour.identifier}/network/allocations")

    attributes = got.document["attributes"]
    assert (attributes["id"], attributes["ip_alias"], attributes["notes"]) == (2, "old.example.com", None)


async def test_a_range_on_an_ip_stored_in_another_spelling_fails_and_leaves_a_row_behind() -> None:
    async with client() as bot:
        state = bot.panel.state
        state.range_start, state.range_end = 30000, 30001
        server = state.add_server(
            state.users[1], "IPv6", ip="2001:0DB8:0:0::0016", ports=(25565,), free_ports=(), first_allocation_id=500
        )
        got = await bot.ask("POST", f"/api/client/servers/{server.identifier}/network/allocations")

    assert (got.status, got.code) == (404, "NotFoundHttpException")
    left = [row for row in state.allocations.values() if row.id > 500]
    assert [(row.ip, row.server_id) for row in left] == [("2001:db8::16", None)]


async def test_the_same_seed_picks_the_same_rows() -> None:
    picked = []
    for _ in range(2):
        async with client() as bot:
            picked.append([(await bot.ask("POST")).document["attributes"]["id"] for _ in range(3)])

    assert picked[0] == picked[1]


async def test_the_panel_changes_when_its_state_does() -> None:
    async with client() as bot:
        state = bot.panel.state
        state.maintenance = Maintenance(retry=5)
        down = await bot.ask("GET")
        state.maintenance = None
        state.revoke(bot.key)
        revoked = await bot.ask("GET")

    assert (down.status, down.headers["Retry-After"]) == (503, "5")
    assert (revoked.status, revoked.code) == (401, "AuthenticationException")


def test_generated_keys_have_the_panels_form_and_are_the_same_in_every_run() -> None:
    first, second = PanelState(), PanelState()
    keys = [(s.add_key(u := s.add_user("x")), s.add_key(u, application=True)) for s in (first, second)]

    assert keys[0] == keys[1]
    assert [len(key) for key in keys[0]] == [48, 48]
    assert [key[:5] for key in keys[0]] == ["ptlc_", "ptla_"]
