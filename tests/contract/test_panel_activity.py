"""The activity log of the simulated panel, as both real panels were recorded to answer it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha1
from typing import Any

import pytest

from bot.demo.panel import Flavour, User, WebPage

from .clients import Client, Got, client

PTERODACTYL, PELICAN = Flavour.PTERODACTYL_1_11, Flavour.PELICAN
BOTH = [PTERODACTYL, PELICAN]


@pytest.fixture
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """Yield a client of a panel."""
    async with client(getattr(request, "param", PTERODACTYL)) as bot:
        yield bot


on_both = pytest.mark.parametrize("bot", BOTH, indirect=True, ids=str)
on_pelican = pytest.mark.parametrize("bot", [PELICAN], indirect=True, ids=str)


async def log(bot: Client, query: str = "", *, key: str | None = None) -> Got:
    """Read the server's activity log, with another key if one is given."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return await bot.ask("GET", f"/api/client/servers/{bot.server.identifier}/activity{query}", headers=headers)


def lines(got: Got) -> list[dict[str, Any]]:
    return [line["attributes"] for line in got.document["data"]]


def events(got: Got) -> list[str]:
    return [line["event"].removeprefix("server:allocation.") for line in lines(got)]


def key_of(bot: Client, name: str, *permissions: str, admin: bool = False) -> tuple[User, str]:
    """Add a user with these permissions on the server; return also a key of theirs."""
    state = bot.panel.state
    user = state.add_user(name, admin=admin)
    if permissions:
        state.add_subuser(bot.server, user, permissions)
    return user, state.add_key(user)


async def all_four(bot: Client) -> None:
    """Make one change of each kind."""
    await bot.ask("POST", "+/2", json={"notes": "new"})
    await bot.ask("POST", "+/2/primary")
    await bot.ask("POST", "+/2", json={"notes": None})
    await bot.ask("DELETE", "+/1")
    await bot.ask("POST")


@on_both
async def test_every_change_is_logged_with_the_address_it_was_made_to(bot: Client) -> None:
    bot.panel.state.allocations[2].notes = "old"
    await all_four(bot)

    found = lines(await log(bot))

    nothing = "" if bot.panel.flavour is PELICAN else None
    created = next(row for row in bot.panel.state.allocations_of(bot.server) if row.id != 2)
    assert [(line["event"].removeprefix("server:allocation."), line["properties"]) for line in found] == [
        ("notes", {"allocation": "203.0.113.7:25566", "old": "old", "new": "new"}),
        ("primary", {"allocation": "203.0.113.7:25566"}),
        ("notes", {"allocation": "203.0.113.7:25566", "old": "new", "new": nothing}),
        ("delete", {"allocation": "203.0.113.7:25565"}),
        ("create", {"allocation": f"203.0.113.7:{created.port}"}),
    ]
    assert [line["id"] for line in found] == [
        sha1(str(number).encode(), usedforsecurity=False).hexdigest() for number in range(1, 6)
    ]
    assert {line["is_api"] for line in found} == {True}
    assert {line["timestamp"] for line in found} == {"2026-01-01T12:00:00+00:00"}


@on_both
async def test_the_keys_of_a_line_are_the_panels_own(bot: Client) -> None:
    await bot.ask("POST", "+/2/primary")

    (line,) = lines(await log(bot))

    keys = ["id", "batch", "event", "is_api", "ip", "description", "properties", "has_additional_metadata", "timestamp"]
    if bot.panel.flavour is PELICAN:
        keys.remove("batch")
    assert list(line) == keys


async def test_what_changes_nothing_or_is_refused_is_not_logged_but_the_same_primary_is(bot: Client) -> None:
    await bot.ask("POST", "+/2", json={"notes": None})
    await bot.ask("DELETE", "+/1")
    await bot.ask("DELETE", "+/999")
    await bot.ask("POST", "+/1/primary")

    assert events(await log(bot)) == ["primary"]


@on_both
async def test_the_actor_is_told_when_asked_for(bot: Client) -> None:
    user, key = key_of(bot, "helper", "allocation.update")
    await bot.ask("POST", "+/2/primary", headers={"Authorization": f"Bearer {key}"})

    with_actor = lines(await log(bot, "?include=actor"))[0]["relationships"]["actor"]
    without = lines(await log(bot))[0]

    assert with_actor["object"] == "user"
    more = {"language", "admin", "root_admin", "updated_at"} if bot.panel.flavour is PELICAN else set()
    assert set(with_actor["attributes"]) == {"uuid", "username", "email", "image", "2fa_enabled", "created_at"} | more
    assert (with_actor["attributes"]["uuid"], with_actor["attributes"]["username"]) == (user.uuid, "helper")
    assert "relationships" not in without


@on_both
async def test_an_address_is_shown_to_its_own_actor_and_to_administrators_only(bot: Client) -> None:
    _, reader = key_of(bot, "reader", "activity.read")
    _, admin = key_of(bot, "admin", admin=True)
    await bot.ask("POST", "+/2/primary")

    shown = [lines(await log(bot, key=key))[0]["ip"] for key in (None, reader, admin)]

    assert shown == ["127.0.0.1", None, "127.0.0.1"]


@on_both
async def test_what_somebody_does_on_the_panels_page_is_logged_as_made_without_a_key(bot: Client) -> None:
    user, _ = key_of(bot, "helper", "allocation.create")
    page, row = WebPage(bot.panel.state, user), bot.panel.state.allocations[2]
    page.create(bot.server, 30000)
    page.write_notes(bot.server, row, "theirs")
    page.make_primary(bot.server, row)
    page.delete(bot.server, bot.panel.state.allocations[1])

    got = await log(bot, "?include=actor")

    assert events(got) == ["create", "notes", "primary", "delete"]
    assert {line["is_api"] for line in lines(got)} == {False}
    assert {line["relationships"]["actor"]["attributes"]["username"] for line in lines(got)} == {"helper"}
    assert bot.server.primary_id == 2
    assert row.notes == "theirs"


@on_both
async def test_nobody_and_deleted_users_are_null(bot: Client) -> None:
    user, _ = key_of(bot, "gone", "allocation.create")
    row = bot.panel.state.allocations[2]
    for actor in (None, user):
        WebPage(bot.panel.state, actor).make_primary(bot.server, row)
    del bot.panel.state.users[user.id]

    actors = [line["relationships"]["actor"] for line in lines(await log(bot, "?include=actor"))]

    assert actors == [{"object": "null_resource", "attributes": None}] * 2


@on_both
async def test_lines_come_oldest_first_and_newest_first_when_asked_but_not_within_a_second(bot: Client) -> None:
    await bot.ask("POST", "+/2/primary")
    await bot.ask("POST", "+/2", json={"notes": "x"})
    bot.panel.advance(1)
    await bot.ask("DELETE", "+/1")

    assert events(await log(bot)) == ["primary", "notes", "delete"]
    assert events(await log(bot, "?sort=timestamp")) == ["primary", "notes", "delete"]
    assert events(await log(bot, "?sort=-timestamp")) == ["delete", "primary", "notes"]
    refused = await log(bot, "?sort=-id")
    assert (refused.status, refused.code) == (400, "InvalidSortQuery")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("filter[event]=server:allocation", 5),
        ("filter[event]=ALLOCATION.NOTES", 2),
        ("filter[event]=allocation.create,allocation.delete", 2),
        ("filter[event]=power", 0),
        ("filter[event]=", 5),
        ("filter[event][]=primary", 1),
        ("filter=x", 5),
        ("filter[event]=server%25create", 1),
    ],
)
async def test_events_are_filtered_by_what_they_contain(bot: Client, asked: str, found: int) -> None:
    await all_four(bot)

    got = await log(bot, f"?{asked}")

    assert (len(lines(got)), got.document["meta"]["pagination"]["total"]) == (found, found)


@on_pelican
async def test_pelican_knows_no_wildcard(bot: Client) -> None:
    await all_four(bot)

    assert events(await log(bot, "?filter[event]=%25")) == []


async def test_other_filters_are_refused(bot: Client) -> None:
    got = await log(bot, "?filter[actor]=1")

    assert (got.status, got.code) == (400, "InvalidFilterQuery")
    assert "Allowed filter(s) are `event`." in got.document["errors"][0]["detail"]


async def test_a_page_has_25_lines_and_links_to_the_next(bot: Client) -> None:
    for _ in range(30):
        await bot.ask("POST", "+/2/primary")

    first, last, beyond = await log(bot), await log(bot, "?page=2"), await log(bot, "?page=9")
    few = (await log(bot, "?per_page=2&sort=-timestamp")).document["meta"]["pagination"]

    assert [len(lines(got)) for got in (first, last, beyond)] == [25, 5, 0]
    assert few["links"]["next"].endswith(f"{bot.server.identifier}/activity?per_page=2&sort=-timestamp&page=2")
    assert [len(lines(await log(bot, f"?per_page={asked}"))) for asked in (0, "abc", 500)] == [15, 30, 30]
    assert (await log(bot, "?per_page=-1")).code == "QueryException"


@on_pelican
async def test_pelican_names_the_alias_brackets_ipv6_and_strips_tags(bot: Client) -> None:
    state = bot.panel.state
    bare = state.add_server(state.users[1], "IPv6", ip="2001:db8::10", ports=(25565, 25566), alias="v6.example.test")
    first, second = state.allocations_of(bare)
    page = WebPage(state, state.users[1])
    page.write_notes(bare, first, "hi <@1> **you**")
    page.write_notes(bare, second, "<b>x</b>")

    got = await bot.ask("GET", f"/api/client/servers/{bare.identifier}/activity")

    assert [line["properties"] for line in lines(got)] == [
        {"allocation": "v6.example.test:25565", "old": "", "new": "hi  **you**"},
        {"allocation": "[2001:db8::10]:25566", "old": "", "new": "x"},
    ]


async def test_pterodactyl_spells_ipv6_without_brackets_and_gives_texts_raw(bot: Client) -> None:
    state = bot.panel.state
    server = state.add_server(state.users[1], "IPv6", ip="2001:db8::10", ports=(25565,), alias="v6.example.test")
    WebPage(state, state.users[1]).write_notes(server, state.allocations_of(server)[0], "hi <@1>")

    (line,) = lines(await bot.ask("GET", f"/api/client/servers/{server.identifier}/activity"))

    assert line["properties"] == {"allocation": "2001:db8::10:25565", "old": None, "new": "hi <@1>"}


@on_both
async def test_an_event_without_properties_has_the_panels_empty_value(bot: Client) -> None:
    bot.panel.state.log("server:power.start", actor=None, server=bot.server)

    got = await log(bot)

    assert lines(got)[0]["properties"] == ([] if bot.panel.flavour is PELICAN else {})


@on_both
async def test_the_log_needs_its_permission_and_a_usable_server(bot: Client) -> None:
    _, helper = key_of(bot, "helper", "allocation.read")
    _, stranger = key_of(bot, "stranger")
    _, admin = key_of(bot, "admin", admin=True)
    statuses = [(await log(bot, key=key)).status for key in (helper, stranger, admin)]
    bot.server.status = "suspended"
    statuses.append((await log(bot, key=admin)).status)

    assert statuses == [403, 404, 200, 409]


async def test_administrators_can_be_left_out(bot: Client) -> None:
    _, admin = key_of(bot, "admin", admin=True)
    await bot.ask("POST", "+/2/primary", headers={"Authorization": f"Bearer {admin}"})
    bot.panel.state.hides_administrators = True

    assert events(await log(bot)) == events(await log(bot, key=admin)) == []


@on_both
async def test_the_accounts_own_log_has_its_keys_and_nothing_of_servers(bot: Client) -> None:
    await bot.ask("POST", "+/2/primary")
    made = await bot.ask(
        "POST", "/api/client/account/api-keys", json={"description": "x", "allowed_ips": ["192.0.2.1"]}
    )
    new = made.document["attributes"]["identifier"]
    secret = made.document["meta"]["secret_token"]
    blocked = await bot.ask("GET", "/api/client", headers={"Authorization": f"Bearer {new}{secret}"})
    await bot.ask("DELETE", f"/api/client/account/api-keys/{new}")

    got = await bot.ask("GET", "/api/client/account/activity")

    assert blocked.status == 403
    assert [(line["event"], line["properties"]) for line in lines(got)] == [
        ("user:api-key.create", {"identifier": new}),
        ("auth:ip-blocked", {"identifier": new}),
        ("user:api-key.delete", {"identifier": new}),
    ]
