"""What is one person's stays out of another's reach: on one server together, and after switching keys."""

from __future__ import annotations

import json

import pytest

from bot.demo.people import Person
from tests.names import LINKING, buttons_on, undo_of, unnamed
from tests.security.evidence import database_file, run_sql
from tests.stage import Stage
from tests.world import World


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return the owner of Survival and Creative."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
async def bob(stage: Stage, world: World) -> Person:
    """Return a subuser of Survival who may read and annotate."""
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    return await stage.linked("bob", world.bob)


@pytest.fixture
async def cid(stage: Stage, world: World) -> Person:
    """Return a subuser of Survival who may not read its allocations."""
    return await stage.linked("cid", world.cid)


# Two people on one server


async def test_each_person_on_a_shared_server_acts_with_the_own_key(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    for person, key in ((ann, world.ann), (bob, world.bob), (ann, world.ann)):
        stage.panel.requests.clear()

        await person.run("allocations list", server="Survival")
        await person.run("allocations notes", server="Survival", allocation="25566", text=f"for {person.id}")
        await person.run("allocations delete", server="Survival", allocation="25566")
        await person.suggest("allocations notes", "allocation", "", server=world.survival.identifier)

        assert {request.key for request in stage.panel.requests} == {key}


async def test_what_one_person_read_does_not_answer_another(
    stage: Stage, world: World, ann: Person, cid: Person
) -> None:
    await ann.run("allocations list", server="Survival")
    await ann.run("allocations list", server="Creative")

    suggested = await cid.suggest("allocations list", "server", "")
    rows = await cid.suggest("allocations notes", "allocation", "", server=world.survival.identifier)
    listed = await cid.run("allocations list", server="Survival")

    assert list(suggested.values()) == [world.survival.identifier]
    assert list(rows.values()) == ["#1"]
    assert "You see the primary only" in listed.text
    assert "25566" not in listed.text
    assert "voice lobby" not in listed.text


async def test_a_notes_form_is_never_prefilled_from_what_another_may_read(
    stage: Stage, world: World, ann: Person, cid: Person
) -> None:
    world.state.allocations[1].notes = "ann's secret"
    await ann.run("allocations list", server="Survival")

    seen = await cid.run("allocations notes", server=world.survival.identifier, allocation="#1")

    assert "Notes of" in str(seen.form)
    assert "ann's secret" not in str(seen.form)


async def test_a_server_of_the_owner_alone_is_unknown_to_the_subuser(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations list", server="Creative")

    by_name = await bob.run("allocations list", server="Creative")
    by_id = await bob.run("allocations list", server=world.creative.identifier)
    of_record = await bob.run("allocations history", server=world.creative.identifier)

    assert "None of your servers has that name" in by_name.text
    assert "no such server of yours" in by_id.text
    assert "No changes" in of_record.text
    assert "203.0.113.8" not in by_name.text + by_id.text + of_record.text


async def test_the_record_of_a_shared_server_shows_each_person_the_own_changes(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")
    await bob.run("allocations notes", server="Survival", allocation="25566", text="by bob")

    of_ann = await ann.run("allocations history", server="Survival")
    of_bob = await bob.run("allocations history", server="Survival")

    assert "by ann" in of_ann.text
    assert "by bob" not in of_ann.text
    assert "by bob" in of_bob.text
    assert "→ by ann" not in of_bob.text


async def test_an_export_holds_nothing_of_anybody_else(stage: Stage, world: World, ann: Person, bob: Person) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")
    await bob.run("allocations notes", server="Survival", allocation="25565", text="by bob")
    await bob.run("account")

    seen = await bob.press("Get it all as JSON")
    (file,) = seen.message.attachments
    content = (await file.read()).decode()

    assert json.loads(content)["discord_user_id"] == str(bob.id)
    assert str(ann.id) not in content
    assert "→ by ann" not in content


async def test_undo_does_not_overwrite_what_another_person_wrote_since(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")
    await bob.run("allocations notes", server="Survival", allocation="25566", text="by bob")
    listed = await ann.run("allocations history")

    seen = await ann.choose(next(iter(listed.options.values())))

    assert seen.buttons["Undo"] is False
    assert "**Undo** is off: The notes have been changed again since." in seen.text


async def test_two_members_with_one_panel_account_have_a_record_and_a_link_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    twin = await stage.linked("twin", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")
    await twin.run("unlink")
    await twin.press(f"Unlink ptlc_…{world.ann[-4:]}")

    record = await ann.run("allocations history")
    refused = await twin.run("allocations history")

    assert "by ann" in record.text
    assert "First, link your account on" in refused.text


async def test_somebody_removed_from_a_server_reaches_nothing_of_it(stage: Stage, world: World, bob: Person) -> None:
    panel = await bob.run("allocations list", server="Survival")
    world.state.remove_subuser(world.survival, world.state.users[2])

    refreshed = await bob.press("Refresh", on=panel)
    changed = await bob.run("allocations notes", server=world.survival.identifier, allocation="#2", text="mine")

    assert "no such server of yours" in refreshed.text
    assert "no such server of yours" in changed.text
    assert world.state.allocations[2].notes == "voice lobby"


async def test_a_row_copied_to_another_member_does_not_open(stage: Stage, world: World, ann: Person) -> None:
    eve = stage.person("eve")
    file = database_file(stage)
    columns = "panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at"
    run_sql(file, f"INSERT INTO links (user_id, {columns}) SELECT ?, {columns} FROM links", eve.id)  # noqa: S608

    seen = await eve.run("servers")

    assert "Please link your panel account again" in seen.text
    assert buttons_on(seen) == LINKING
    assert stage.asked == []


# One person who switches keys


async def test_after_switching_keys_nothing_is_asked_with_the_earlier_one(
    stage: Stage, world: World, ann: Person
) -> None:
    await ann.run("allocations list", server="Survival")
    await ann.link(world.dan)
    stage.panel.requests.clear()

    await ann.run("servers")
    await ann.run("allocations list", server="Solo")
    await ann.run("allocations create", server="Solo", notes="mine")
    await ann.run("allocations history")
    await ann.suggest("allocations notes", "allocation", "", server=world.solo.identifier)

    assert {request.key for request in stage.panel.requests} == {world.dan}


async def test_after_switching_keys_the_earlier_accounts_changes_cannot_be_undone(
    stage: Stage, world: World, ann: Person
) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    number = next(iter((await ann.run("allocations history")).options.values()))
    chosen = await ann.choose(number)
    undo = chosen.custom_id(undo_of(chosen))
    await ann.link(world.dan)
    await ann.run("allocations history")
    stage.panel.requests.clear()

    change = await ann.choose(number)
    looked = unnamed(change.text)
    undone = await stage.forge(ann, undo, on=change)

    assert "I could not look at the server now. {panel} knows no such server of yours." in looked
    assert "no such server of yours" in undone.text
    assert {request.key for request in stage.panel.requests} == {world.dan}
    assert world.state.allocations[2].notes == "query"


async def test_a_change_under_way_ends_with_the_key_it_began_with_and_leaves_nothing_to_the_next(
    stage: Stage, world: World, ann: Person
) -> None:
    await ann.run("allocations list", server="Survival")
    form = (await ann.run("link")).form["custom_id"]
    stage.panel.requests.clear()

    async with stage.slow_panel():
        waiting = await ann.run("allocations notes", server=world.survival.identifier, allocation="#2", text="query")
        await stage.forge_form(ann, form, key=world.dan)
    suggested = await ann.suggest("allocations list", "server", "")
    rows = await ann.suggest("allocations notes", "allocation", "", server=world.survival.identifier)

    assert "`: query" in ann.saw(waiting.result).text
    assert {request.key for request in stage.panel.requests if request.method == "POST"} == {world.ann}
    assert list(suggested.values()) == [world.solo.identifier]
    assert rows == {}


async def test_what_arrives_while_unlinking_answers_nothing_afterwards(stage: Stage, world: World, ann: Person) -> None:
    panel = await ann.run("allocations list", server="Survival")
    question = await ann.run("unlink")

    async with stage.slow_panel():
        await ann.press("Refresh", on=panel)
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}", on=question)
    shared = await ann.press("Post address here", on=panel)

    assert "First, link your account on" in shared.text
    assert shared.ephemeral
    assert await ann.suggest("allocations notes", "allocation", "", server=world.survival.identifier) == {}
