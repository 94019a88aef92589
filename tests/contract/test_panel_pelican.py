"""What the simulated Pelican does beyond the recorded exchanges: settings, roles, and servers without a primary."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.panel import Engine, Flavour, Server, User

from .clients import NOON, Client, Got, client

PTERODACTYLS = [Flavour.PTERODACTYL_1_11, Flavour.PTERODACTYL_1_12]


@pytest.fixture
async def bot() -> AsyncIterator[Client]:
    """Yield a client of a Pelican panel."""
    async with client(Flavour.PELICAN) as bot:
        yield bot


def key_of(bot: Client, name: str, *permissions: str, **what: bool) -> tuple[User, str]:
    """Add a user with these permissions on the server; return also a key of theirs."""
    user = bot.panel.state.add_user(name, **what)
    if permissions:
        bot.panel.state.add_subuser(bot.server, user, permissions)
    return user, bot.panel.state.add_key(user)


async def view(bot: Client, server: Server, key: str | None = None, what: str = "") -> Got:
    """Look at a server, with another key if one is given."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return await bot.ask("GET", f"/api/client/servers/{server.identifier}{what}", headers=headers)


# ------------------------------------------------------------------------------------------------------- creation


async def test_creation_works_with_the_range_a_panel_is_usually_set_up_with(bot: Client) -> None:
    got = await bot.ask("POST")

    assert got.status == 200
    assert 25000 <= got.document["attributes"]["port"] <= 25999


@pytest.mark.parametrize("bounds", [("", ""), (25000, None), (None, 25999), ("abc", "def")])
async def test_creation_fails_without_a_whole_range(bot: Client, bounds: tuple[int | str | None, int | str]) -> None:
    bot.panel.state.range_start, bot.panel.state.range_end = bounds

    got = await bot.ask("POST")

    assert (got.status, got.code) == (500, "InvalidArgumentException")
    assert bot.rows() == [1, 2]


async def test_free_rows_outside_the_range_are_never_handed_out(bot: Client) -> None:
    state = bot.panel.state
    state.range_start, state.range_end = 30000, 30005
    made = await bot.ask("POST")
    state.creates_new_rows = False
    refused = await bot.ask("POST")

    assert 30000 <= made.document["attributes"]["port"] <= 30005
    assert (refused.status, refused.code) == (400, "NoAutoAllocationSpaceAvailableException")


async def test_a_server_without_a_primary_gets_a_row_of_any_ip_of_its_node_and_no_primary(bot: Client) -> None:
    state = bot.panel.state
    for row in state.allocations.values():
        row.ip = "203.0.113.200" if row.server_id is None else row.ip
    bot.server.primary_id = None

    got = await bot.ask("POST")
    listed = await bot.ask("GET")

    attributes = got.document["attributes"]
    assert (attributes["ip"], attributes["is_default"]) == ("203.0.113.200", False)
    assert [row["attributes"]["is_default"] for row in listed.document["data"]] == [False, False, False]
    assert bot.server.primary_id is None


async def test_the_creation_limit_is_the_operators_and_its_headers_name_it(bot: Client) -> None:
    bot.panel.state.creates_per_minute = 20
    bot.server.limit = 30

    answers = [await bot.ask("POST") for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["20", "20", "20"]
    assert answers[2].headers["X-RateLimit-Remaining"] == "17"


async def test_an_account_that_is_refused_speaks_with_its_own_limit_on_a_creation(bot: Client) -> None:
    bot.panel.state.requests_per_minute = 1
    await bot.ask("GET")

    got = await bot.ask("POST")

    assert (got.status, got.headers["X-RateLimit-Limit"]) == (429, "1")
    assert got.headers["X-RateLimit-Reset"] == str(int(NOON) + 60)


# ---------------------------------------------------------------------------------------- servers without a primary


@pytest.mark.parametrize(
    ("ports", "primary", "code"),
    [((25565, 25566), None, "Error"), ((), None, "Error"), ((25565, 25566), 999, "ErrorException")],
    ids=["no primary", "no allocation", "a primary that is not its own"],
)
async def test_a_server_without_a_primary_breaks_the_list_of_those_who_cannot_read(
    bot: Client, ports: tuple[int, ...], primary: int | None, code: str
) -> None:
    state = bot.panel.state
    broken = state.add_server(state.users[1], "Broken", ip="203.0.113.50", ports=ports, free_ports=())
    broken.primary_id = primary
    blind, blind_key = key_of(bot, "blind", "allocation.create")
    reader, reader_key = key_of(bot, "reader", "allocation.read")
    state.add_subuser(broken, blind, ["allocation.create"])
    state.add_subuser(broken, reader, ["allocation.read"])

    lists = [
        await bot.ask("GET", "/api/client", headers={"Authorization": f"Bearer {key}"})
        for key in (bot.key, reader_key, blind_key)
    ]
    views = [await view(bot, broken, key) for key in (None, reader_key, blind_key)]

    assert [answer.status for answer in lists] == [200, 200, 500]
    assert [answer.status for answer in views] == [200, 200, 500]
    assert (lists[2].code, views[2].code) == (code, code)
    assert (await view(bot, bot.server, blind_key)).status == 200
    assert len((await view(bot, broken)).document["attributes"]["relationships"]["allocations"]["data"]) == len(ports)


async def test_a_page_without_the_broken_server_still_works(bot: Client) -> None:
    state = bot.panel.state
    broken = state.add_server(state.users[1], "Broken", ip="203.0.113.50", ports=(), free_ports=())
    blind, key = key_of(bot, "blind", "allocation.create")
    state.add_subuser(broken, blind, ["allocation.create"])

    pages = [
        await bot.ask("GET", f"/api/client?per_page=1&page={page}", headers={"Authorization": f"Bearer {key}"})
        for page in (1, 2)
    ]

    assert [page.status for page in pages] == [200, 500]
    assert pages[0].document["meta"]["pagination"]["total"] == 2


async def test_another_server_that_got_the_deleted_primary_can_make_it_its_own(bot: Client) -> None:
    state = bot.panel.state
    other = state.add_server(state.users[1], "Creative", ports=(25600,), free_ports=())
    await bot.ask("DELETE", "+/1")
    state.assign(other, 25565)

    got = await bot.ask("POST", f"/api/client/servers/{other.identifier}/network/allocations/1/primary")

    assert got.status == 200
    assert bot.server.primary_id == other.primary_id == 1


# ------------------------------------------------------------------------------------------------------- who may what


async def test_a_failed_reinstallation_blocks_and_is_shown_as_installing(bot: Client) -> None:
    bot.server.status = "reinstall_failed"

    refused, shown = await bot.ask("GET"), await view(bot, bot.server)

    assert (refused.status, refused.code) == (409, "ServerStateConflictException")
    attributes = shown.document["attributes"]
    assert (attributes["status"], attributes["is_installing"]) == ("reinstall_failed", True)


@pytest.mark.parametrize("flavour", PTERODACTYLS)
async def test_a_failed_reinstallation_blocks_nothing_on_pterodactyl(flavour: Flavour) -> None:
    async with client(flavour) as bot:
        bot.server.status = "reinstall_failed"
        listed, shown = await bot.ask("GET"), await view(bot, bot.server)

    assert listed.status == 200
    assert shown.document["attributes"]["is_installing"] is False


async def test_two_factor_is_never_asked_of_keys(bot: Client) -> None:
    bot.panel.state.two_factor_level = 2

    assert (await bot.ask("GET")).status == 200


async def test_a_role_opens_every_server_but_no_list_and_no_log(bot: Client) -> None:
    _, key = key_of(bot, "staff", staff=True)
    headers = {"Authorization": f"Bearer {key}"}

    account = await bot.ask("GET", "/api/client/account", headers=headers)
    listed = [await bot.ask("GET", f"/api/client{query}", headers=headers) for query in ("", "?type=admin-all")]
    created = await bot.ask("POST", headers=headers)

    assert account.document["attributes"]["admin"] is False
    assert [answer.document["data"] for answer in listed] == [[], []]
    assert "*" in (await view(bot, bot.server, key)).document["meta"]["user_permissions"]
    assert created.status == 200
    assert (await view(bot, bot.server, key, "/activity")).status == 403


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_an_administrator_lists_own_servers_others_or_all_as_asked(flavour: Flavour) -> None:
    async with client(flavour) as bot:
        admin, key = key_of(bot, "admin", admin=True)
        bot.panel.state.add_server(admin, "Mine", ip="203.0.113.60")
        found = {}
        for who, asking in (("admin", key), ("owner", bot.key)):
            for kind in ("", "owner", "admin", "admin-all", "bogus"):
                headers = {"Authorization": f"Bearer {asking}"}
                got = await bot.ask("GET", f"/api/client?type={kind}", headers=headers)
                found[who, kind] = [row["attributes"]["name"] for row in got.document["data"]]

    assert found["admin", ""] == found["admin", "owner"] == found["admin", "bogus"] == ["Mine"]
    assert found["admin", "admin"] == ["Survival"]
    assert found["admin", "admin-all"] == ["Survival", "Mine"]
    assert found["owner", ""] == found["owner", "owner"] == found["owner", "bogus"] == ["Survival"]
    assert found["owner", "admin"] == found["owner", "admin-all"] == []


# -------------------------------------------------------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("flavour", "engine", "kept"),
    [
        (Flavour.PTERODACTYL_1_11, None, 191),
        (Flavour.PTERODACTYL_1_12, None, 191),
        (Flavour.PELICAN, Engine.MARIADB, 255),
        (Flavour.PELICAN, None, 256),
    ],
)
async def test_the_database_cuts_long_notes_and_says_nothing(
    flavour: Flavour, engine: Engine | None, kept: int
) -> None:
    async with client(flavour) as bot:
        bot.panel.state.engine = engine
        got = await bot.ask("POST", "+/2", json={"notes": 256 * "n"})
        stored = bot.panel.state.allocations[2].notes
        bot.panel.state.strict_db = True
        strict = await bot.ask("POST", "+/2", json={"notes": 256 * "m"})

    assert (got.status, got.document["attributes"]["notes"]) == (200, 256 * "n")
    assert stored == kept * "n"
    assert strict.status == (200 if kept == 256 else 500)


@pytest.mark.parametrize(
    ("flavour", "kept"),
    [(Flavour.PTERODACTYL_1_11, "\u2800x\u00ad"), (Flavour.PTERODACTYL_1_12, "x"), (Flavour.PELICAN, "x")],
)
async def test_newer_frameworks_trim_invisible_characters_too(flavour: Flavour, kept: str) -> None:
    async with client(flavour) as bot:
        got = await bot.ask("POST", "+/2", json={"notes": " \u200b\u2800x\u00ad\u00a0 "})

    assert got.document["attributes"]["notes"] == kept


# --------------------------------------------------------------------------------------------------------------- keys


async def test_a_new_key_has_pelicans_form_and_there_are_25_at_most(bot: Client) -> None:
    answers = [await bot.ask("POST", "/api/client/account/api-keys", json={"description": "x"}) for _ in range(25)]

    assert [answer.status for answer in answers] == [200] * 24 + [400]
    attributes, meta = answers[0].document["attributes"], answers[0].document["meta"]
    assert (attributes["identifier"][:5], len(attributes["identifier"]), len(meta["secret_token"])) == ("pacc_", 16, 32)
    assert "account limit for number of API keys" in answers[24].document["errors"][0]["detail"]


@pytest.mark.parametrize(("flavour", "status"), [(Flavour.PTERODACTYL_1_11, 200), (Flavour.PELICAN, 422)])
async def test_null_for_addresses_is_refused_on_pelican_only(flavour: Flavour, status: int) -> None:
    async with client(flavour) as bot:
        got = await bot.ask("POST", "/api/client/account/api-keys", json={"description": "x", "allowed_ips": None})

    assert got.status == status


@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize("given", [[""], [5], "10.0.0.1", [f"10.0.0.{n}" for n in range(51)]])
async def test_addresses_that_are_none_are_refused(flavour: Flavour, given: object) -> None:
    async with client(flavour) as bot:
        got = await bot.ask("POST", "/api/client/account/api-keys", json={"description": "x", "allowed_ips": given})

    assert (got.status, got.code) == (422, "ValidationException")


async def test_the_key_of_a_deleted_user_opens_nothing(bot: Client) -> None:
    user, key = key_of(bot, "gone")
    del bot.panel.state.users[user.id]

    got = await bot.ask("GET", "/api/client/account", headers={"Authorization": f"Bearer {key}"})

    assert (got.status, got.code) == (401, "AuthenticationException")
