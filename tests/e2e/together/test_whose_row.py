"""A new row after a lost answer: whose it is, and what is said where nobody can tell."""

from __future__ import annotations

from bot.demo.people import Person
from tests.e2e.history.recorded import exported, lines
from tests.e2e.together.others import CREATION, Unlogged, lost_while_another_adds, page_of
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World

# --------------------------------------------------------------------------------- whose a new allocation is


async def test_a_new_row_after_a_lost_answer_is_very_likely_ones_own_and_unknown_in_history(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")

    seen = await bob.run("allocations create", server=SURVIVAL)
    history = await bob.run("allocations history")

    new = world.state.allocations_of(world.survival)[-1]
    assert seen.text.startswith(f"Survival\n❔ Very likely added: `203.0.113.7:{new.port}`")
    assert "✅" not in seen.text
    assert lines(history) == [f"❔ Perhaps added `203.0.113.7:{new.port}` · Survival"]


async def test_a_row_of_somebody_else_is_not_claimed_without_the_log(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    text = await lost_while_another_adds(stage, bob, page_of(world, "ann"), world)

    assert "❔ Very likely added: `203.0.113.7:25577`" in text
    assert "somebody else may have added it" in text
    assert "✅" not in text


async def test_the_panels_log_settles_that_a_new_row_is_ones_own(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")

    seen = await ann.run("allocations create", server=SURVIVAL)
    (change,) = await exported(ann)

    new = world.state.allocations_of(world.survival)[-1]
    assert f"✅ Added `203.0.113.7:{new.port}`, as {{panel}}'s own log says." in unnamed(seen.text)
    assert (change["outcome"], change["allocation"]) == ("done", {"id": new.id, "address": f"203.0.113.7:{new.port}"})


async def test_the_panels_log_settles_which_of_several_new_rows_is_ones_own(
    stage: TroubledStage, ann: Person, bob: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST", path=CREATION)
    hold = stage.panel.faults.hold(method="GET", path=f"*/servers/{SURVIVAL}/network/allocations")
    stage.watch_requests()
    async with stage.waiting_for("GET"):
        waiting = await ann.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
        page_of(world, "bob").create(world.survival, 25579)
        mine = next(row for row in world.state.allocations_of(world.survival) if row.id > 2 and row.port != 25579)
        hold.release()
    await stage.env.settle()

    text = ann.saw(waiting.result).text

    assert f"✅ Added `203.0.113.7:{mine.port}`, as {{panel}}'s own log says." in unnamed(text)


async def test_a_row_that_the_log_says_is_somebody_elses_is_not_claimed(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    text = await lost_while_another_adds(stage, ann, page_of(world, "bob"), world)

    assert "❔ I do not know whether a port was added" in text
    assert "Very likely" not in text


async def test_an_own_line_about_the_same_address_from_earlier_does_not_make_somebody_elses_row_ones_own(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.chance.row = lambda rows: next(row for row in rows if row.port == 25577)
    earlier = await ann.run("allocations create", server=SURVIVAL)
    assert "25577" in earlier.text
    await ann.run("allocations delete", server=SURVIVAL, allocation="25577")
    await ann.press("Remove 203.0.113.7:25577")

    page = Unlogged(world.state, page_of(world, "bob").user)
    text = await lost_while_another_adds(stage, ann, page, world)

    assert "✅" not in text
    assert "❔ Very likely added: `203.0.113.7:25577`" in text


async def test_a_log_that_is_slow_to_tell_whose_a_new_row_is_does_not_make_it_one_that_was_not_added(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"ErrorException","status":"500","detail":"An unexpected error was encountered."}]}'
    stage.panel.faults.answer(500, body, method="POST", apply=True)
    hold = stage.panel.faults.hold(method="GET", path="*/activity")
    stage.watch_requests()
    async with stage.waiting_for("GET"):
        waiting = await ann.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
    await stage.env.advance_time(2.5)
    hold.release()
    for _ in range(4):
        await stage.env.advance_time(1)

    text = ann.saw(waiting.result).text

    new = world.state.allocations_of(world.survival)[-1]
    assert "No port was added" not in text
    assert f"✅ Added `203.0.113.7:{new.port}`, as {{panel}}'s own log says." in unnamed(text)


async def test_a_creation_is_compared_with_the_reading_before_it_not_with_one_made_meanwhile(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    panel = await bob.run("allocations list", server=SURVIVAL)
    held = stage.panel.faults.hold(method="POST", before_apply=False)
    stage.watch_requests()
    async with stage.waiting_for("POST"):
        waiting = await bob.run("allocations create", server=SURVIVAL)
        await held.arrived.wait()
        refreshed = await bob.press("Refresh", on=panel)
        assert "3 of 5 ports used" in refreshed.text
    await stage.env.advance_time(13)
    await stage.env.advance_time(1)

    assert "❔ Very likely added" in bob.saw(waiting.result).text


async def test_after_a_change_of_unknown_outcome_there_is_nothing_to_compare_the_next_with(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")
    await bob.run("allocations create", server=SURVIVAL)
    first = world.state.allocations_of(world.survival)[-1]
    stage.panel.faults.reset_before(method="POST")

    seen = await stage.looked(await bob.run("allocations create", server=SURVIVAL), bob)

    assert "❔ I do not know whether a port was added" in seen.text
    assert f"added: `203.0.113.7:{first.port}`" not in seen.text
