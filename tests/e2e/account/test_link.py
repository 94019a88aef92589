"""Linking a panel account: the form, the check before anything is stored, and who is asked to link."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.names import FIRST_STEP, buttons_on, unnamed
from tests.stage import InDirectMessages, Stage
from tests.world import World

COMMANDS = {
    "account": {},
    "unlink": {},
    "servers": {},
    "allocations list": {},
    "allocations find": {"text": "25566"},
    "allocations create": {},
    "allocations notes": {"server": "Survival", "allocation": "25566"},
    "allocations primary": {"server": "Survival", "allocation": "25566"},
    "allocations delete": {"server": "Survival", "allocation": "25566"},
}


async def test_linking_names_the_panel_account_and_counts_its_servers(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    await ann.run("link")
    seen = await ann.fill(key=world.ann)

    assert seen.ephemeral
    assert "**ann**" in seen.text
    assert "2 servers" in seen.text
    assert world.ann not in seen.text


async def test_link_opens_a_form_that_says_what_the_key_is_for(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.run("link")

    words = str(seen.form)
    assert "Link your panel account" in words
    assert "stored" not in words.partition("store it encrypted")[0]
    assert "revoke it there at any time" in words
    assert f"[{stage.bot.site.name}]({stage.panel.url}/account/api)" in words
    assert stage.asked == []


async def test_a_key_is_checked_with_two_reads_before_it_is_stored(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    await ann.link(world.ann)

    assert stage.asked == ["GET /account", "GET /"]
    assert {request.key for request in stage.panel.requests} == {world.ann}
    assert len(stage.stored_of(ann)) == 1


PASTED = {
    "blanks": "  {}\t ",
    "backticks": "`{}`",
    "a block": "```\n{}\n```",
    "quotes": '"{}"',
    "typographic quotes": "“{}”",
    "angle brackets": "<{}>",
    "bold": "**{}**",
    "bearer": "Bearer {}",
    "a header": "Authorization: Bearer {}",
    "a quoted header": "'Authorization: Bearer {}'",
    "a label": "API key: {}",
    "a setting": "PANEL_KEY={}",
    "a sentence": "here is my key: {}.",
    "a byte order mark": "\ufeff{}",
    "zero-width characters": "\u200b{}\u200d\u2060",
    "directions": "\u202a{}\u202c",
    "a filler": "{}\u3164",
}


@pytest.mark.parametrize("around", PASTED)
async def test_a_key_is_taken_out_of_what_was_pasted(stage: Stage, world: World, around: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(PASTED[around].format(world.ann))

    assert "✅ Linked" in seen.text
    assert {request.key for request in stage.panel.requests} == {world.ann}


@pytest.mark.parametrize("between", ["\n", "\r\n", " ", "\u200b", "\u00ad", "\n  "])
async def test_a_key_that_was_cut_on_the_way_is_put_together(stage: Stage, world: World, between: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(f"{world.ann[:21]}{between}{world.ann[21:]}")

    assert "✅ Linked" in seen.text
    assert {request.key for request in stage.panel.requests} == {world.ann}


async def test_of_two_keys_pasted_together_neither_is_sent(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    seen = await ann.link(f"{world.ann} {world.dan}")

    assert "There is more than one key in it." in seen.text
    assert stage.asked == []


@pytest.mark.parametrize("around", ["`{}`", "Bearer {}", "\u200b{}", "key: {}"])
async def test_an_application_key_is_told_as_such_whatever_is_around_it(
    stage: Stage, world: World, around: str
) -> None:
    ann = stage.person("ann")

    seen = await ann.link(around.format(world.state.add_key(world.state.users[1], application=True)))

    assert "That is an application API key" in seen.text
    assert stage.asked == []


async def test_a_wrong_key_is_explained_and_not_stored(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.link("ptlc_" + "x" * 43)

    assert "{panel} refused your key" in unnamed(seen.text)
    assert "I have my key" in seen.buttons
    assert seen.ephemeral
    assert stage.stored_of(ann) == []


async def test_an_application_key_is_explained_and_never_sent(stage: Stage, world: World) -> None:
    key = world.state.add_key(world.state.users[1], application=True)
    ann = stage.person("ann")

    seen = await ann.link(key)

    assert "That is an application API key" in seen.text
    assert key not in seen.text
    assert stage.asked == []
    assert stage.stored_of(ann) == []


async def test_a_key_that_does_not_allow_the_bots_address_is_explained_with_that_address(
    stage: Stage, world: World
) -> None:
    key = world.state.add_key(world.state.users[1], allowed_ips=["198.51.100.1"])
    ann = stage.person("ann")

    seen = await ann.link(key)

    assert "does not allow this bot's address" in seen.text
    assert "`127.0.0.1`" in seen.text
    assert stage.stored_of(ann) == []


async def test_something_that_is_no_key_is_not_sent_anywhere(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.link("my password is hunter2")

    assert "That is not a client API key" in seen.text
    assert "hunter2" not in seen.text
    assert stage.asked == []


async def test_linking_again_replaces_the_key_and_says_so(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.link(world.dan)

    assert "**dan**" in seen.text
    assert "The earlier key was replaced." in seen.text
    assert len(stage.stored_of(ann)) == 1


async def test_a_failed_link_leaves_the_earlier_key_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.link("ptlc_" + "x" * 43)
    seen = await ann.run("allocations list", server="Survival")

    assert "2 of 5 ports used" in seen.text
    assert stage.panel.requests[-1].key == world.ann


async def test_after_relinking_nothing_of_the_earlier_account_can_be_seen(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    refresh, pick = panel.custom_id("Refresh"), panel.components[0]["custom_id"]

    await ann.link(world.dan)

    assert list((await ann.suggest("allocations list", "server", "")).values()) == [world.solo.identifier]
    assert await ann.suggest("allocations list", "server", "Surv") == {}
    assert await ann.suggest("allocations notes", "allocation", "", server=world.survival.identifier) == {}
    guessed = await ann.run("allocations list", server="Survival")
    assert "None of your servers has that name" in guessed.text
    assert guessed.embed.title == "Solo"
    stage.panel.requests.clear()
    for seen in (
        await ann.run("allocations list", server=world.survival.identifier),
        await stage.forge(ann, refresh, on=panel),
        await stage.forge(ann, pick, on=panel, values=["2"], kind=3),
    ):
        assert "no such server of yours" in seen.text
        assert "25566" not in seen.text
    assert {request.key for request in stage.panel.requests} == {world.dan}


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_of_somebody_not_linked_explains_and_offers_to_link(stage: Stage, command: str) -> None:
    ann = stage.person("ann")

    seen = await ann.run(command, **COMMANDS[command])

    assert seen.ephemeral
    assert "First, link your account on" in seen.text
    assert "Account, API Credentials (on Pelican Profile, API Keys)" in seen.text
    assert buttons_on(seen) == FIRST_STEP
    assert stage.asked == []


async def test_the_link_button_opens_the_form_and_the_message_turns_into_the_confirmation(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    offered = await ann.run("servers")

    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)
    shown = await ann.press("My servers")

    assert linked.message.id == offered.message.id
    assert shown.message.id == offered.message.id
    assert "Survival" in shown.text


async def test_an_account_without_servers_is_linked_and_told_so(stage: Stage, world: World) -> None:
    eve = stage.person("eve")

    seen = await eve.link(world.state.add_key(world.state.add_user("eve")))

    assert "sees no servers yet" in seen.text
    assert list(seen.buttons) == ["My servers", "Swap it for a key of my own"]


async def test_linking_works_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")

    seen = await ann.link(world.ann)

    assert "2 servers" in seen.text
    assert seen.ephemeral


async def test_a_link_made_in_direct_messages_holds_in_a_server(stage: Stage, world: World) -> None:
    user = stage.env.create_user("ann")
    member = Person(stage.guild.add_member(user), stage.channel)
    await InDirectMessages(user).link(world.ann)

    seen = await member.run("allocations list", server="Survival")

    assert "2 of 5 ports used" in seen.text


async def test_of_two_keys_submitted_at_once_one_is_kept_with_its_own_servers(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    first, second = await ann.run("link"), await ann.run("link")

    async with stage.slow_panel():
        await ann.fill(on=first, key=world.ann)
        await ann.fill(on=second, key=world.dan)

    account = (await ann.run("account")).text
    found = list((await ann.suggest("allocations list", "server", "")).values())
    assert len(stage.stored_of(ann)) == 1
    assert found == ([world.solo.identifier] if "**Panel account**: dan" in account else ["5e000001", "5e000002"])


async def test_a_form_left_open_can_be_submitted_much_later(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    form = await ann.run("link")

    await stage.env.advance_time(14 * 60)
    seen = await ann.fill(on=form, key=world.ann)

    assert "✅ Linked" in seen.text
