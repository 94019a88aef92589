"""A key of the bot's own that could not be looked for in a day: its person is told which to delete by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from bot.demo.people import Person, Seen
from tests.e2e.swap.swapping import LISTING, MAKING, SWAP, SwapStage, always, written
from tests.names import buttons_on, unnamed
from tests.security.evidence import database_file
from tests.world import World


async def given_up(stage: SwapStage, ann: Person) -> str:
    """Let a key be left on the panel that could not be looked for in a day; return its description."""
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    written(stage, seconds_ago=25 * 3600)
    await stage.bot.services.keyring.tidy_all()
    (stray,) = stage.own()
    return stray.description


def of_keys(stage: SwapStage) -> int:
    """Return how many intents hold a key."""
    with closing(sqlite3.connect(database_file(stage))) as connection:
        (count,) = connection.execute("SELECT count(*) FROM intents WHERE length(sealed_key) > 0").fetchone()
    return int(count)


async def test_what_could_not_be_looked_for_in_a_day_is_no_longer_looked_for_nor_is_its_key_kept(
    stage: SwapStage, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    keyring = stage.bot.services.keyring

    written(stage, seconds_ago=23 * 3600)
    await keyring.tidy_all()
    before = of_keys(stage)
    written(stage, seconds_ago=25 * 3600)
    await keyring.tidy_all()
    stage.panel.requests.clear()
    await keyring.tidy_all()

    assert (before, of_keys(stage)) == (1, 0)
    assert stage.asked == []


async def test_at_their_next_visit_a_person_is_told_once_which_key_to_delete_by_hand_and_where(
    stage: SwapStage, ann: Person, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)
    name = await given_up(stage, ann)

    listed = await ann.run("servers")
    shown = stage.channel.history(viewer=ann.actor)[-1]
    told = Seen(listed.result, shown)
    await ann.run("servers")
    again = [message.embeds[0].title for message in stage.channel.history(viewer=ann.actor) if message.embeds]
    await bob.run("servers")
    others = [message.embeds[0].title for message in stage.channel.history(viewer=bob.actor) if message.embeds]

    assert told.embed.title == "🔑 A key to delete by hand"
    assert f"`{name}`" in told.text
    assert [unnamed(part.label) for part in shown.components[0].children] == [
        "See your keys on {panel}",
        "It is not there any more",
    ]
    assert again.count(told.embed.title) == 1
    assert told.embed.title not in others


async def test_the_account_names_the_key_to_delete_by_hand_until_its_person_says_that_it_is_gone(
    stage: SwapStage, ann: Person
) -> None:
    name = await given_up(stage, ann)

    account = await ann.run("account")
    words, offered = account.text, buttons_on(account)
    messages = len(stage.channel.history(viewer=ann.actor))
    done = await ann.press("It is not there any more")
    await stage.restart()
    await stage.bot.services.keyring.tidy_all()
    later = await ann.run("account")

    assert f"named `{name}` there, delete it by hand" in words
    assert {"See your keys on {panel}", "It is not there any more"} <= set(offered)
    # What the account says is not told a second time beside it.
    assert [message.embeds[0].title for message in stage.channel.history(viewer=ann.actor)][messages - 1] == "Your link"
    assert done.message.id == account.message.id
    assert name not in done.text + later.text
    assert stage.intents() == 0


async def test_what_was_said_of_one_key_is_not_taken_for_another_that_was_not_shown(
    stage: SwapStage, ann: Person
) -> None:
    first = await given_up(stage, ann)
    account = await ann.run("account")
    gone = account.custom_id("It is not there any more")
    stage.panel.faults.reset_after(**MAKING)
    await ann.press(SWAP)
    written(stage, seconds_ago=25 * 3600)
    await stage.bot.services.keyring.tidy_all()
    (second,) = {key.description for key in stage.own()} - {first}

    seen = await stage.forge(ann, gone, on=account)
    words, left = seen.text, stage.intents()
    await ann.press("It is not there any more")

    assert f"`{first}`" in words
    assert f"`{second}`" in words
    assert left == 2
    assert stage.intents() == 0


async def test_after_a_restart_who_has_not_said_that_the_key_is_gone_is_reminded(stage: SwapStage, ann: Person) -> None:
    name = await given_up(stage, ann)
    await ann.run("servers")
    await stage.restart()
    await stage.bot.services.keyring.tidy_all()

    await ann.run("servers")

    newest = stage.channel.history(viewer=ann.actor)[-1]
    assert newest.embeds[0].title == "🔑 A key to delete by hand"
    assert name in (newest.embeds[0].description or "")


async def test_a_key_that_was_given_up_is_deleted_after_all_when_its_person_links_anew(
    stage: SwapStage, ann: Person, world: World
) -> None:
    name = await given_up(stage, ann)
    stage.panel.faults.clear()

    await ann.link(world.ann)

    assert stage.own() == []
    assert stage.intents() == 0
    assert name not in (await ann.run("account")).text
