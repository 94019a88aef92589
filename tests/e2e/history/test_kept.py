"""How long changes stay on record, and what unlinking deletes."""

from __future__ import annotations

from tests.e2e.crowd import without_waiting
from tests.e2e.history.recorded import COMMAND, exported, lines
from tests.security.evidence import bytes_on_disk, database_file, run_sql
from tests.stage import Stage, changing
from tests.world import World

DAY = 86400


async def test_changes_are_kept_for_the_configured_days_and_then_deleted(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for days in (91, 89):
        await ann.run("allocations notes", server="Survival", allocation="25566", text=f"{days} days ago")
        run_sql(
            database_file(stage), "UPDATE changes SET at = at - ? WHERE id = (SELECT max(id) FROM changes)", days * DAY
        )

    with stage.env.time_context():
        await stage.bot.services.history.prune()
    seen = await ann.run(COMMAND)

    assert lines(seen) == ["✅ Noted `203.0.113.7:25566`: 91 days ago → 89 days ago · Survival"]


async def test_the_record_of_one_person_cannot_fill_the_disk(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    await dan.run("allocations notes", server="Solo", allocation="25565", text="dan's")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="the oldest")
    run_sql(
        database_file(stage),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "INSERT INTO changes (user_id, at, server, server_name, verb, outcome) "
        "SELECT user_id, at, server, server_name, verb, outcome FROM changes, n WHERE user_id = ?",
        ann.id,
    )

    with stage.env.time_context():
        deleted = await stage.bot.services.history.prune()

    assert deleted == 1
    assert len(await exported(ann)) == 5000
    assert len(await exported(dan)) == 1


async def test_unlinking_deletes_the_record_from_the_file_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="remember-me-not")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    file = database_file(stage)
    run_sql(file, "PRAGMA wal_checkpoint(TRUNCATE)")

    assert stage.stored_of(ann) == []
    assert b"remember-me-not" not in bytes_on_disk(file)


async def test_the_record_of_somebody_who_unlinked_and_linked_again_begins_anew(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    await ann.link(world.ann)

    seen = await ann.run(COMMAND)

    assert "No changes on record" in seen.text


async def test_a_change_still_waiting_when_its_owner_unlinks_is_neither_made_nor_recorded(
    stage: Stage, world: World
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    survival = world.survival.identifier
    for person in (ann, bob):
        await person.run("allocations list", server="Survival")
    question = await ann.run("unlink")

    async with stage.slow_panel():
        await bob.run("allocations notes", server=survival, allocation="25566", text="bob's")
        with without_waiting(stage):
            waiting = await ann.run("allocations notes", server=survival, allocation="25566", text="ann's")
            await ann.press(f"Unlink ptlc_…{world.ann[-4:]}", on=question)

    assert "You unlinked while this was under way" in ann.saw(waiting.result).text
    assert world.state.allocations[2].notes == "bob's"
    assert stage.stored_of(ann) == []


async def test_a_change_under_way_when_its_owner_unlinks_leaves_nothing_behind(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    async with stage.slow_panel(changing):
        waiting = await ann.run("allocations create", server=world.survival.identifier, primary=True)
        await ann.run("unlink")
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    told = ann.saw(waiting.result).text
    assert "✅ Added" in told
    assert "❌ The primary was not changed. I stopped using your earlier key" in told
    assert stage.stored_of(ann) == []
