"""Keys linked, replaced and removed while something else is under way."""

from __future__ import annotations

from bot.demo.people import Person, Seen
from tests.e2e.races.asked import ROWS
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


async def test_an_answer_for_the_earlier_key_is_not_kept_for_the_new_one(
    stage: Stage, world: World, ann: Person
) -> None:
    await stage.restart()
    await ann.run("link")
    form = ann.seen

    async with stage.slow_panel():
        await ann.suggest("allocations list", "server", "")
        await ann.run("allocations list", server="5e000001")
        await ann.fill(on=form, key=world.dan)

    found = await ann.suggest("allocations list", "server", "")
    assert list(found.values()) == [world.solo.identifier]
    assert await ann.suggest("allocations notes", "allocation", "", server="5e000001") == {}


async def test_a_change_under_way_while_unlinking_leaves_nothing_stored(
    stage: Stage, world: World, ann: Person
) -> None:
    async with stage.slow_panel(lambda request: request.method == "POST"):
        changing = await ann.run("allocations notes", server="Survival", allocation="25566", text="late")
        await ann.run("unlink")
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert world.state.allocations[2].notes == "late"
    assert "`: late" in ann.saw(changing.result).text
    assert stage.stored_of(ann) == []


async def unlink(person: Person, key: str) -> Seen:
    """Unlink by the question and its button."""
    await person.run("unlink")
    return await person.press(f"Unlink ptlc_…{key[-4:]}")


async def test_after_unlinking_no_further_request_of_a_creation_goes_out_with_that_key(
    stage: Stage, world: World, ann: Person
) -> None:
    stage.panel.requests.clear()

    async with stage.slow_panel(lambda request: request.method == "POST"):
        creating = await ann.run("allocations create", server="Survival", notes="mine", primary=True)
        gone = await unlink(ann, world.ann)
        words = gone.text

    assert "Everything I stored about you is gone." in words
    assert stage.asked[-1] == f"POST {ROWS}"  # the one that was on its way
    assert len(stage.changes) == 1
    assert world.survival.primary_id == 1
    told = ann.saw(creating.result).text
    assert "✅ Added" in told
    assert "I stopped using your earlier key" in told
    assert "You unlinked while this was under way" in told
    assert stage.stored_of(ann) == []


async def test_after_linking_a_key_anew_a_creation_goes_on_with_neither(
    stage: Stage, world: World, ann: Person
) -> None:
    other = world.state.add_key(world.state.users[1])
    form = await ann.run("link")
    stage.panel.requests.clear()

    async with stage.slow_panel(lambda request: request.method == "POST"):
        creating = await ann.run("allocations create", server="Survival", notes="mine", primary=True)
        linked = await ann.fill(on=form, key=other)
        words = linked.text

    assert "The earlier key was replaced." in words
    assert "You linked a key anew while this was under way" in ann.saw(creating.result).text
    assert stage.changes == [f"POST {ROWS}"]
    assert world.survival.primary_id == 1


async def test_unlinking_while_a_key_is_checked_keeps_that_key_from_being_stored(
    stage: Stage, world: World, ann: Person
) -> None:
    form = await ann.run("link")
    stage.panel.requests.clear()

    async with stage.slow_panel():
        linking = await ann.fill(on=form, key=world.dan)
        gone = await unlink(ann, world.ann)
        words = gone.text

    assert "Everything I stored about you is gone." in words
    assert "This key was not stored" in ann.saw(linking.result).text
    assert stage.stored_of(ann) == []
    assert stage.asked == ["GET /account"]  # the list was not asked for any more


async def test_of_two_keys_linked_at_once_the_later_is_kept_though_the_earlier_is_ready_last(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.ann)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        later = await eve.fill(on=forms[1], key=world.dan)
        words = later.text

    assert f"You are **dan** on {stage.bot.site.name}; the key sees 1 server." in words
    assert "This key was not stored" in eve.saw(earlier.result).text
    assert "**Panel account**: dan" in (await eve.run("account")).text
    assert list((await eve.suggest("allocations list", "server", "")).values()) == [world.solo.identifier]


async def test_of_two_keys_linked_at_once_the_earlier_is_replaced_by_the_one_that_is_ready_after_it(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.dan)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        words = earlier.text
        later = await eve.fill(on=forms[1], key=world.dan)

    assert f"You are **ann** on {stage.bot.site.name}; the key sees 2 servers." in words
    assert "The earlier key was replaced." in eve.saw(later.result).text
    assert "**Panel account**: dan" in (await eve.run("account")).text


async def test_a_later_key_that_the_panel_refuses_does_not_keep_the_earlier_from_being_stored(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.ann)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        later = await eve.fill(on=forms[1], key="ptlc_" + "x" * 43)
        words = later.text

    assert "{panel} refused your key" in unnamed(words)
    assert "✅ Linked" in eve.saw(earlier.result).text
    assert len(stage.stored_of(eve)) == 1
