"""When the name that players type goes: by hand, by an unlink, and what is exported and kept before."""

from __future__ import annotations

import json

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.naming.given import NAME, VIEW, named
from tests.stage import Stage
from tests.world import World, add_servers


async def test_it_is_deleted_by_hand_with_an_empty_name_or_the_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    by_name = (await named(ann, "")).text
    await named(ann)
    await ann.run("allocations address", server="Survival")

    by_button = await ann.press("Clear")

    assert by_name.startswith("Players' address · Survival\n✅ Cleared the name.")
    assert "✅ Cleared the name." in by_button.text
    assert "Clear" not in by_button.buttons
    assert (await named(ann, "")).text.count("There was no name to clear") == 1


async def test_who_gave_it_may_clear_it_without_the_permission_and_another_may_not(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(bob)
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])

    own = (await bob.run("allocations address", server="Survival")).buttons
    cleared = (await bob.press("Clear")).text
    await named(ann)
    others = await bob.run("allocations address", server="Survival")
    off = others.buttons["Clear"]
    refused = await stage.forge(bob, f"v1:join.clear:{bob.id}:5e000001", on=others)

    assert (own["Change name…"], own["Clear"]) == (False, True)
    assert "✅ Cleared the name" in cleared
    assert off is False
    assert "You may not change the name that players type" in refused.text


async def _lost(stage: Stage, world: World, how: str) -> tuple[Person, Person, Seen]:
    """Return ann, bob who gave Survival its name and has lost the server since, and the page he still has open."""
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(bob)
    page = await bob.run("allocations address", server="Survival")
    if how == "deleted":
        world.state.remove_server(world.survival)
    else:
        world.state.remove_subuser(world.survival, world.state.users[2])
    stage.panel.requests.clear()
    return ann, bob, page


@pytest.mark.parametrize("how", ["deleted", "removed"])
@pytest.mark.parametrize("by", ["page still open", "command"])
async def test_who_gave_it_and_lost_the_server_clears_it_by_hand_all_the_same(
    stage: Stage, world: World, how: str, by: str
) -> None:
    _, bob, page = await _lost(stage, world, how)

    if by == "command":
        page = await bob.run("allocations address", server="5e000001")
        told, ways = page.text, list(page.buttons)
        stage.panel.requests.clear()
        assert f"I still keep the name that you gave it, `{NAME}`. **Clear** deletes it." in told
        assert ways == ["Clear", "Names you gave", "My servers"]
    seen = await bob.press("Clear", on=page)

    assert seen.text.startswith(f"Players' address · Survival\n✅ Cleared the name.\nBefore: `{NAME}`")
    assert "knows no such server of yours any more" in seen.text
    assert list(seen.buttons) == ["Names you gave", "My servers"]
    assert stage.asked == [VIEW]
    assert NAME not in str(stage.stored_of(bob))


async def test_account_leads_to_the_name_of_a_lost_server_whose_identifier_nobody_remembers(
    stage: Stage, world: World
) -> None:
    _, bob, _ = await _lost(stage, world, "removed")
    # Nor does the bot remember what it was called.
    await stage.restart()

    await bob.run("account")
    names = (await bob.press("Names you gave")).text
    calls = list(stage.asked)
    page = (await bob.choose(NAME)).text
    cleared = await bob.press("Clear")
    after = await bob.run("account")

    assert "1 name for players to type. Choose it to see where it leads, or to clear it" in names
    assert f"▫️ `{NAME}` · `5e000001`" in names
    assert calls == []
    assert f"I still keep the name that you gave it, `{NAME}`." in page
    assert "✅ Cleared the name." in cleared.text
    assert "Names you gave" not in after.buttons


async def test_from_a_lost_servers_name_and_from_its_clearing_a_button_leads_back_to_the_names_one_gave(
    stage: Stage, world: World
) -> None:
    _, bob, _ = await _lost(stage, world, "removed")
    await bob.run("account")
    await bob.press("Names you gave")
    await bob.choose(NAME)

    listed = (await bob.press("Names you gave")).text
    await bob.choose(NAME)
    await bob.press("Clear")
    after = await bob.press("Names you gave")

    assert f"▫️ `{NAME}`" in listed
    assert "I keep no name that you gave for players to type." in after.text


async def test_account_lists_all_names_one_gave_page_by_page_and_nobody_elses(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    for server in ("Survival", *add_servers(world, 10)):
        await named(ann, f"{server.lower().replace(' ', '-')}.example.org", server=server)
    await ann.run("account")
    first = await ann.press("Names you gave")
    words, options = first.text, list(first.options)
    last = await ann.press("Next")
    rest = last.text
    back = await ann.press("Back")

    assert words.startswith("Names you gave\n11 names for players to type. Choose one")
    assert "▫️ `survival.example.org` · Survival" in words
    assert len(options) == 10
    assert "▫️ `extra-009.example.org` · Extra 009" in rest
    assert "Page 2 of 2" in rest
    assert "Your link" in back.text
    assert "Names you gave" not in (await bob.run("account")).buttons


async def test_who_lost_the_server_neither_changes_its_name_nor_clears_anothers(stage: Stage, world: World) -> None:
    ann, bob, page = await _lost(stage, world, "removed")
    changed = (await named(bob, "mine.example.org", server="5e000001")).text
    await named(ann, "anns.example.org")

    cleared = (await bob.press("Clear", on=page)).text

    assert "knows no such server of yours" in changed
    assert "knows no such server of yours" in cleared
    assert "Cleared" not in cleared
    assert "anns.example.org" in (await ann.run("allocations address", server="Survival")).text


async def test_unlink_deletes_what_the_person_gave_and_nobody_sees_it_any_more(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(bob)
    await named(ann, "creative.example.org", server="Creative")
    await ann.run("servers")
    await bob.run("unlink")
    await bob.press(next(label for label in bob.seen.buttons if label.startswith("Unlink")))

    servers = (await ann.run("servers")).text
    page = (await ann.run("allocations address", server="Survival")).text

    assert stage.stored_of(bob) == []
    assert NAME not in servers
    assert NAME not in page
    assert "creative.example.org" in servers


async def test_an_unlink_while_it_is_given_leaves_nothing(stage: Stage, world: World) -> None:
    ann, other = await stage.linked("ann", world.ann), stage.person("ann elsewhere")
    await other.link(world.ann)

    async with stage.slow_panel():
        giving = await named(ann)
        await stage.env.advance_time(1.6)
        unlinking = stage.bot.services.accounts.unlink(ann.id)
        await unlinking
    page = await other.run("allocations address", server="Survival")

    assert "✅" not in ann.saw(giving.result).text
    assert stage.stored_of(ann) == []
    assert NAME not in page.text


async def test_it_is_exported_to_who_gave_it_and_to_nobody_else(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(ann, f"{NAME}:25577")
    names = []
    for person in (ann, bob):
        await person.run("account")
        (file,) = (await person.press("Get it all as JSON")).message.attachments
        names.append(json.loads((await file.read()).decode())["names"])

    assert [(name["server"], name["name"]) for name in names[0]] == [("5e000001", f"{NAME}:25577")]
    assert names[0][0]["given_at"].endswith("+00:00")
    assert names[1] == []


async def test_it_is_kept_over_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    await stage.restart()

    seen = await ann.run("allocations list", server="Survival")

    assert f"🌐 Players type `{NAME}`" in seen.text


async def test_the_question_before_an_unlink_says_which_names_go_from_everybody(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    none = (await ann.run("unlink")).text
    await named(ann)
    shown = (await bob.run("allocations list", server="Survival")).text

    one = (await ann.run("unlink")).text
    await named(ann, "creative.example.org", server="Creative")
    await ann.run("account")
    two = (await ann.press("Unlink…")).text
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    gone = (await bob.run("allocations list", server="Survival")).text

    assert "name" not in none
    assert f"The name `{NAME}` that you gave a server goes too: nobody is shown it any more." in one
    assert f"The 2 names that you gave servers go too, `{NAME}` among them: nobody is shown them any more." in two
    assert NAME in shown
    assert NAME not in gone
