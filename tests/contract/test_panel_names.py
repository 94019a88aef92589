"""What a path and a key name is compared as the panel's database compares it."""

from __future__ import annotations

import pytest

from bot.demo.panel import Engine, Flavour

from .clients import client

CASES = [
    (Flavour.PTERODACTYL_1_11, None, True),
    (Flavour.PTERODACTYL_1_12, None, True),
    (Flavour.PELICAN, None, False),
    (Flavour.PELICAN, Engine.MARIADB, True),
]
on_each_database = pytest.mark.parametrize(("flavour", "engine", "ignores_case"), CASES)


@on_each_database
async def test_a_key_is_deleted_by_its_identifier_in_lower_case_where_the_database_ignores_case(
    flavour: Flavour, engine: Engine | None, ignores_case: bool
) -> None:
    async with client(flavour) as bot:
        bot.panel.state.engine = engine
        made = await bot.ask("POST", "/api/client/account/api-keys", json={"description": "x", "allowed_ips": []})
        bot.panel.state.keys[-1].token = f"ptlc_AbCdEfGhIjK{made.document['meta']['secret_token']}"
        deleted = await bot.ask("DELETE", "/api/client/account/api-keys/ptlc_abcdefghijk")

    assert deleted.status == (204 if ignores_case else 404)


@on_each_database
async def test_a_key_with_its_identifier_in_another_case_opens_the_account_there(
    flavour: Flavour, engine: Engine | None, ignores_case: bool
) -> None:
    async with client(flavour) as bot:
        bot.panel.state.engine = engine
        secret = "SecretWithCapitals".ljust(32, "x")
        bot.panel.state.add_key(bot.panel.state.users[1], f"ptlc_AbCdEfGhIjK{secret}")
        statuses = [
            (await bot.ask("GET", "/api/client/account", headers={"Authorization": f"Bearer {key}"})).status
            for key in (f"ptlc_abcdefghijk{secret}", f"ptlc_AbCdEfGhIjK{secret.lower()}")
        ]

    assert statuses == [200 if ignores_case else 401, 401]


@on_each_database
async def test_a_server_is_found_by_its_identifier_in_upper_case_there(
    flavour: Flavour, engine: Engine | None, ignores_case: bool
) -> None:
    async with client(flavour) as bot:
        bot.panel.state.engine = engine
        names = (bot.server.identifier.upper(), bot.server.uuid.upper())
        statuses = [(await bot.ask("GET", f"/api/client/servers/{name}")).status for name in names]

    assert statuses == [200 if ignores_case else 404] * 2


async def test_a_key_that_was_deleted_answers_to_nothing() -> None:
    async with client() as bot:
        bot.panel.state.revoke(bot.key)
        again = await bot.ask("DELETE", f"/api/client/account/api-keys/{bot.key[:16]}")

    assert again.status == 401
