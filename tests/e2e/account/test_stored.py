"""What is stored of a person: seeing it on the card, and getting it as a file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from tests.names import FIRST_STEP, buttons_on
from tests.security.evidence import database_file, run_sql
from tests.stage import Stage
from tests.world import World


async def test_account_shows_the_panel_account_the_masked_key_and_when(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    seen = await ann.run("account")

    assert seen.ephemeral
    assert "**Panel account**: ann (id 1)" in seen.text
    assert f"**Panel**: `{stage.settings.panel_origin}`" in seen.text
    assert f"`ptlc_…{world.ann[-4:]}`" in seen.text
    assert "**Linked**: <t:" in seen.text
    assert "**Last used**: <t:" in seen.text
    assert f"**Last server**: `{world.survival.identifier}`" in seen.text
    assert list(seen.buttons) == [
        "Replace the key",
        "Swap it for a key of my own",
        "Get it all as JSON",
        "Unlink…",
        f"See your keys on {stage.bot.site.name}",
    ]
    assert stage.asked == []


async def test_account_never_shows_more_of_the_key_than_prefix_and_last_four(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("account")

    shown = seen.text + str(seen.components)
    assert world.ann not in shown
    assert world.ann[5:-4] not in shown
    assert world.ann[:16] not in shown


async def test_account_says_so_where_no_server_was_used_yet(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("account")

    assert "**Last server**: none yet" in seen.text


async def test_replace_the_key_opens_the_form_and_stores_the_new_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("account")

    await ann.press("Replace the key")
    seen = await ann.fill(key=world.dan)

    assert "The earlier key was replaced." in seen.text
    await ann.run("servers")
    assert stage.panel.requests[-1].key == world.dan


async def test_everything_stored_comes_as_a_json_file_with_the_key_masked(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("account")

    seen = await ann.press("Get it all as JSON")
    (file,) = seen.message.attachments
    content = (await file.read()).decode()

    assert seen.ephemeral
    assert file.filename == "berth-account.json"
    assert world.ann not in content
    data = json.loads(content)
    assert data["discord_user_id"] == str(ann.id)
    assert data["panel"] == stage.settings.panel_origin
    assert data["panel_account"] == {"id": 1, "username": "ann", "administrator": False}
    assert data["api_key"] == {
        "masked": f"ptlc_…{world.ann[-4:]}",
        "stored": "encrypted",
        "made_by_the_bot": False,
        "description": None,
        "works_from": None,
    }
    assert (data["pasted_key"], data["keys_to_remove"]) == (None, [])
    assert data["last_server"] == world.survival.identifier
    assert [change["after"] for change in data["changes"]] == [{"notes": "query"}]


async def test_who_unlinked_elsewhere_finds_no_live_card_where_the_file_was_asked_for(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    card = await ann.run("account")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    seen = await ann.press("Get it all as JSON", on=card)

    assert "You are not linked, and I store nothing about you." in seen.text
    assert seen.message.id == card.message.id
    assert buttons_on(seen) == FIRST_STEP


async def test_a_file_that_cannot_be_had_now_leaves_the_card_as_it_is(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    card = await ann.run("account")
    shown, offered = card.text, buttons_on(card)
    await stage.bot.work.drain(1)
    refused = await ann.press("Get it all as JSON", on=card)
    await stage.restart()
    words, beside, left = refused.text, refused.message.id, (card.text, buttons_on(card))

    seen = await ann.press("Try again", on=refused)

    assert "I am restarting" in words
    assert beside != card.message.id
    assert left == (shown, offered)
    assert "Your data" in seen.text


SAID_ON_THE_PAGE = {
    "panel": "**Panel**: ",
    "panel_account": "**Panel account**: ",
    "api_key": "**API key**: ",
    "linked_at": "**Linked**: ",
    "last_used_at": "**Last used**: ",
    "last_server": "**Last server**: ",
    "changes": "a record of your changes (</allocations history:",
    "several": "several ports that you asked for at once",
    "names": "the names that you gave for players to type",
}
"""Of what is in the file, where the page speaks of it; of a pasted key and of keys left behind where there are any."""


async def test_the_page_says_everything_that_is_stored(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("account")).text
    (file,) = (await ann.press("Get it all as JSON")).message.attachments
    stored = json.loads((await file.read()).decode())

    assert set(stored) - {"discord_user_id", "exported_at", "pasted_key", "keys_to_remove"} == set(SAID_ON_THE_PAGE)
    assert [words for words in SAID_ON_THE_PAGE.values() if words not in page] == []
    assert "**Get it all as JSON** shows everything that I store about you, except such texts." in page


IN_THE_FILE = {
    "links": {
        "user_id": ("discord_user_id",),
        "panel_origin": ("panel",),
        "panel_user_id": ("panel_account", "id"),
        "panel_username": ("panel_account", "username"),
        "is_admin": ("panel_account", "administrator"),
        "masked_key": ("api_key", "masked"),
        "linked_at": ("linked_at",),
        "last_used_at": ("last_used_at",),
        "last_server": ("last_server",),
        "own_description": ("api_key", "description"),
        "own_allowed_ips": ("api_key", "works_from"),
        "pasted_masked": ("pasted_key", "masked"),
        "pasted_mark": ("pasted_key", "mark"),
    },
    "intents": {
        "user_id": (),
        "panel_origin": (),
        "description": ("description",),
        "begun_at": ("since",),
    },
    "changes": {
        "id": ("number",),
        "user_id": (),
        "at": ("at",),
        "server": ("server", "identifier"),
        "server_name": ("server", "name"),
        "verb": ("change",),
        "allocation_id": ("allocation", "id"),
        "address": ("allocation", "address"),
        "before": ("before",),
        "after": ("after",),
        "outcome": ("outcome",),
    },
}
"""Where in the file each column of a person's rows is; whose all the changes are stands above them."""


async def test_every_column_of_a_persons_rows_is_in_the_file_but_the_sealed_key(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("account")
    await ann.press("Swap it for a key of my own")
    run_sql(
        database_file(stage),
        "INSERT INTO intents SELECT user_id, panel_origin, 'left behind', linked_at, sealed_key FROM links",
    )
    run_sql(database_file(stage), "UPDATE links SET own_allowed_ips = '203.0.113.7'")
    await stage.restart()
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.run("account")
    seen = await ann.press("Get it all as JSON")
    (file,) = seen.message.attachments
    data = json.loads((await file.read()).decode())
    holders = {"links": data, "changes": data["changes"][0], "intents": data["keys_to_remove"][0]}

    with closing(sqlite3.connect(database_file(stage))) as connection:
        connection.row_factory = sqlite3.Row
        rows = {
            table: dict(connection.execute(f"SELECT * FROM {table} WHERE user_id = ?", (ann.id,)).fetchone())  # noqa: S608
            for table in IN_THE_FILE
        }

    for table, sealed in (("links", {"sealed_key"}), ("intents", {"sealed_key"}), ("changes", set())):
        assert set(rows[table]) == {*IN_THE_FILE[table], *sealed}
    for table, places in IN_THE_FILE.items():
        for column, place in places.items():
            found = holders[table]
            for name in place:
                found = found[name]
            assert not place or _as_in_the_file(column, rows[table][column]) == found, (table, column)


def _as_in_the_file(column: str, value: Any) -> Any:
    """Return a stored value as the file shows it."""
    if value is None:
        return None
    if column == "own_allowed_ips":
        return value.split(",")
    if column in ("at", "linked_at", "last_used_at", "begun_at"):
        return datetime.fromtimestamp(value, UTC).isoformat()
    if column in ("before", "after"):
        return json.loads(value)
    if column == "is_admin":
        return bool(value)
    return str(value) if column == "user_id" else value


async def test_getting_the_file_leaves_the_account_message_as_it_was(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    account = await ann.run("account")

    file = await ann.press("Get it all as JSON")

    assert file.message.id != account.message.id
    assert "Your link" in account.text
    assert "Unlink…" in account.buttons
