"""Others at the same server, node or moment: whose a new row is, who waits for whom, and what did not stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour, Server
from bot.demo.panel.page import WebPage
from bot.demo.panel.records import Allocation
from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.e2e.recorded import exported, lines
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import offers_undo, unnamed
from tests.world import World

SURVIVAL = "5e000001"
CREATION = "*/network/allocations"


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which answers can be lost; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    opened.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner, who may read the panel's log of it."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
async def bob(stage: TroubledStage, world: World) -> Person:
    """Return somebody who may add to Survival and see it, but not read the panel's log."""
    world.survival.subusers[2] = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]
    return await stage.linked("bob", world.bob)


class Unlogged(WebPage):
    """The panel's page, whose lines in the log come later than the answers."""

    def _log(self, server: Server, what: str, row: Allocation, **properties: str | None) -> None:
        """Write nothing yet."""


def page_of(world: World, name: str) -> WebPage:
    """Return the panel's page in the hands of one of its users."""
    return WebPage(world.state, next(user for user in world.state.users.values() if user.username == name))


async def told_later(stage: TroubledStage, person: Person) -> str:
    """Let the time of the second look pass; return what the person's message says then."""
    await stage.env.advance_time(6)
    return person.saw(person.seen.result).text


async def lost_while_another_adds(stage: TroubledStage, person: Person, page: WebPage, world: World) -> str:
    """Let a creation get lost, while somebody adds a row on the panel's page; return what they are told at last."""
    hold = stage.panel.faults.hold(method="POST")
    stage.watch_requests()
    async with stage.waiting_for("POST"):
        waiting = await person.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
        page.create(world.survival, 25577)
    await stage.env.advance_time(13)
    for _ in range(11):
        await stage.env.advance_time(1)
    return person.saw(waiting.result).text


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


# ----------------------------------------------------------------------------------- a slow or a killed panel


async def test_on_a_panel_that_takes_14_seconds_a_creation_is_found_when_it_comes(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    hold = stage.panel.faults.hold(method="POST")
    stage.watch_requests()
    async with stage.waiting_for("POST"):
        waiting = await bob.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
    await stage.env.advance_time(12.5)
    await stage.env.advance_time(1.5)
    early = bob.saw(waiting.result).text
    hold.release()
    await stage.panel.idle()
    for _ in range(4):
        await stage.env.advance_time(1)

    text = bob.saw(waiting.result).text

    assert "❌" not in early
    assert "❔ Very likely added" in text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_list_asked_for_after_a_change_is_not_one_that_is_being_read_since_before_it(
    stage: TroubledStage, ann: Person
) -> None:
    hold = stage.panel.faults.hold(method="GET", path="/api/client", before_apply=False)
    stage.watch_requests()
    async with stage.waiting_for("GET"):
        await ann.run("servers")
        await hold.arrived.wait()
    await ann.run("allocations create", server=SURVIVAL)

    seen = await ann.run("servers")
    text = seen.text if seen.answered else ""
    hold.release()
    await stage.env.settle()

    assert "3 of 5 ports used" in text


async def test_while_it_looks_the_bot_says_so_and_offers_nothing_to_press(stage: TroubledStage, bob: Person) -> None:
    stage.panel.faults.reset_before(method="POST")

    seen = await bob.run("allocations notes", server=SURVIVAL, allocation="25566", text="map")

    assert "⏳ The answer from {panel} was lost" in unnamed(seen.text)
    assert "For up to 10 seconds" in seen.text
    assert seen.components == []


async def test_a_promotion_on_a_panel_that_was_killed_is_found_once_it_is_back(
    stage: TroubledStage, bob: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")
    stage.panel.faults.hold(method="GET").release()
    stage.panel.faults.html_bad_gateway(method="GET", times=3)

    seen = await stage.looked(await bob.run("allocations primary", server=SURVIVAL, allocation="25566"), bob)

    assert "✅ Made primary" in seen.text
    assert "so I looked: this is what the server has now" in seen.text


async def test_a_slow_promotion_is_found_when_it_comes_by_one_who_sees_the_primary_only(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations primary", server=SURVIVAL, allocation="#2")
    stage.panel.faults.reset_before(method="POST")

    early = (await cid.press("Make #2 the primary")).text
    await stage.env.advance_time(1)
    world.survival.primary_id = 2
    for _ in range(3):
        await stage.env.advance_time(1)
    text = cid.saw(cid.seen.result).text

    assert "For up to 10 seconds" in early
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`." in text


# ------------------------------------------------------------------------------------------- one node, one IP


async def test_two_creations_on_two_servers_of_one_node_are_not_told_the_same_address(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    user = next(user for user in world.state.users.values() if user.username == "dan")
    neighbour = world.state.add_server(user, "Neighbour", limit=5, ip="203.0.113.7", ports=(25700,), free_ports=())
    dan = await stage.linked("dan", world.dan)
    stage.panel.database.takes(0.08)
    stage.panel.chance.row = lambda rows: min(rows, key=lambda row: row.id)

    with without_waiting(stage):
        first = await ann.run("allocations create", server=SURVIVAL)
        second = await dan.run("allocations create", server=neighbour.identifier)
    await stage.env.settle()

    (mine,) = (row for row in world.state.allocations_of(world.survival) if row.id > 2)
    (others,) = (row for row in world.state.allocations_of(neighbour) if row.port != 25700)
    assert mine.id != others.id
    assert f"✅ Added `203.0.113.7:{mine.port}`" in ann.saw(first.result).text
    assert f"✅ Added `203.0.113.7:{others.port}`" in dan.saw(second.result).text


async def test_a_creation_holds_others_on_its_node_up_only_until_the_panel_has_answered_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    user = next(user for user in world.state.users.values() if user.username == "dan")
    neighbour = world.state.add_server(user, "Neighbour", limit=5, ip="203.0.113.7", ports=(25700,), free_ports=())
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel(lambda request: request.method == "POST" and request.url.name.isdigit()):
        mine = await ann.run("allocations create", server=SURVIVAL, notes="voice")
        others = await dan.run("allocations create", server=neighbour.identifier)

    assert "✅ Added" in others.text
    assert "✅ Added" in ann.saw(mine.result).text


async def test_a_creation_that_did_not_stay_is_corrected_in_message_and_record(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    new.server_id = world.creative.id

    text = await told_later(stage, ann)

    assert f"❌ `203.0.113.7:{new.port}` did not stay" in text
    assert "2 of 5 ports used" in text
    assert lines(await ann.run("allocations history")) == [f"❌ Not added `203.0.113.7:{new.port}` · Survival"]


async def test_a_promotion_that_did_not_stay_is_corrected_in_message_and_record(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    assert offers_undo(seen)
    page_of(world, "bob").make_primary(world.survival, world.state.allocations[1])

    text = await told_later(stage, ann)

    assert "❌ `203.0.113.7:25566` did not stay the primary: a few seconds later it is `play.example.com:25565`" in text
    assert "❌ Not made primary" in lines(await ann.run("allocations history"))[0]


async def test_of_a_new_primary_that_is_only_no_longer_the_primary_the_creation_stays_done(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL, primary=True)
    new = world.state.allocations_of(world.survival)[-1]
    page_of(world, "bob").make_primary(world.survival, world.state.allocations[2])

    text = await told_later(stage, ann)

    assert f"❌ `203.0.113.7:{new.port}` did not stay the primary: a few seconds later it is" in text
    assert "The port itself is still there." in text
    assert lines(await ann.run("allocations history")) == [
        f"❌ Not made primary `play.example.com:25565` → `203.0.113.7:{new.port}` · Survival",
        f"✅ Added `203.0.113.7:{new.port}` · Survival",
    ]


async def test_a_promotion_with_nothing_to_go_back_to_is_corrected_on_record_too(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])
    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    assert not offers_undo(seen)
    world.survival.primary_id = 1

    text = await told_later(stage, ann)

    assert "did not stay the primary: a few seconds later there is none" in text
    assert "❌ Not made primary" in lines(await ann.run("allocations history"))[0]


@pytest.mark.parametrize("command", ["primary", "create"])
async def test_a_promotion_that_did_not_stay_is_not_told_as_a_lost_allocation_where_others_cannot_be_seen(
    stage: TroubledStage, world: World, command: str
) -> None:
    world.survival.subusers[3] = ["allocation.create", "allocation.update"]
    cid = await stage.linked("cid", world.cid)
    if command == "primary":
        await cid.run("allocations primary", server=SURVIVAL, allocation="#2")
        await cid.press("Make #2 the primary")
    else:
        await cid.run("allocations create", server=SURVIVAL, primary=True)
    page_of(world, "ann").make_primary(world.survival, world.state.allocations[1])

    text = await told_later(stage, cid)

    assert "did not stay the primary: a few seconds later it is `play.example.com:25565`" in text
    assert "no longer had it" not in text


async def test_a_correction_does_not_overwrite_what_the_person_looks_at_by_then(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    detail = await ann.choose("203.0.113.7:25566")
    new.server_id = world.creative.id

    await stage.env.advance_time(6)

    assert "did not stay" not in stage.env.backend.get_message(detail.message.channel_id, detail.message.id).content
    texts = [str(call.json) for call in stage.env.http_requests[-2:]]
    assert any("did not stay" in text for text in texts)


async def test_what_stayed_is_not_touched_again(stage: TroubledStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    before = len(stage.env.http_requests)

    await stage.env.advance_time(60)

    assert stage.calls(before) == []


async def test_a_change_through_the_bot_meanwhile_is_not_taken_for_one_that_did_not_stay(
    stage: TroubledStage, ann: Person, bob: Person
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await bob.run("allocations primary", server=SURVIVAL, allocation="25565")
    before = len(stage.env.http_requests)

    await stage.env.advance_time(60)

    assert stage.calls(before) == []


# ------------------------------------------------------------------------------------------------- Pelican


async def test_a_primary_that_pelican_deleted_is_told_and_another_can_be_set(world: World, tmp_path: Path) -> None:
    async with open_troubled_stage(world.state, tmp_path, flavour=Flavour.PELICAN) as stage:
        ann = await stage.linked("ann", world.ann)
        await ann.run("allocations delete", server=SURVIVAL, allocation="25566")
        hold = stage.panel.database.hold(method="DELETE")
        stage.watch_requests()
        async with stage.waiting_for("DELETE"):
            waiting = await ann.press("Remove 203.0.113.7:25566")
            await hold.arrived.wait()
            page_of(world, "bob").make_primary(world.survival, world.state.allocations[2])
            hold.release()
        await stage.env.settle()
        told = ann.saw(waiting.result).text
        detail = await ann.choose("play.example.com:25565")

        assert "✅ Removed `203.0.113.7:25566`. Somebody had made it the primary just before" in told
        assert "⚠️ No port is the primary. Choose one below and make it the primary" in told
        assert "⭐" not in told
        assert detail.buttons["Make primary"] is True
        healed = await ann.press("Make primary")
        assert "✅ The primary is `play.example.com:25565`." in healed.text
