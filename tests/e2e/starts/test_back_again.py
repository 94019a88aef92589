"""A primary that is the old one again, without a restart in between: nowhere is it said that a game waits for it.

Where it cannot be known what was the primary when the game was started, that is said.
"""

from __future__ import annotations

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.checks import HOURS, NOTHING, READ, SURVIVAL, CheckingStage, check, free_port
from tests.e2e.naming.given import SRV, named
from tests.e2e.power.restarting import state_of
from tests.names import undo_of
from tests.world import World

MARK = "⏳ **After the next start** these take effect:"
PERHAPS = "the game sees that at its next start, unless it listens there already. I cannot tell."
SURE = "that takes effect at the game's next start."
LISTENS = "⏳ A game that is running listens on"
RESTART = "🔁 The game server sees this at its next start: restart it when it suits your players."
THERE = "☑️ The game that runs listens there already: no restart is needed for this."
LOOK, LOG = f"{READ}/resources", f"{READ}/activity"
PERMISSIONS = ["allocation.read", "allocation.update", "control.restart"]


@pytest.fixture(autouse=True)
def has_run(stage: CheckingStage, world: World) -> None:
    """Have Survival run for two hours."""
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), HOURS)


def by_page(stage: CheckingStage, world: World, allocation: int, *, ago: float) -> None:
    """Let somebody make a port the primary on the panel's own page, so many seconds ago."""
    stage.panel.advance(-ago)
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[allocation])
    stage.panel.advance(ago)


def chosen_before_the_start(stage: CheckingStage, world: World) -> None:
    """Let the log tell that the first port was made the primary before the server was started."""
    by_page(stage, world, 1, ago=HOURS + 600)


async def to_the_first(person: Person) -> Seen:
    """Make the first port the primary by the bot."""
    return await person.run("allocations primary", server=SURVIVAL, allocation="25565")


async def page_of_the_first(stage: CheckingStage, person: Person) -> Seen:
    """Return the first port's own page."""
    await person.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()
    return await person.choose("play.example.com:25565")


@pytest.fixture
async def bob(stage: CheckingStage, world: World) -> Person:
    """Return somebody who may make ports the primary, and not read the log."""
    world.survival.subusers[2] = PERMISSIONS
    return await stage.linked("bob", world.bob)


# ------------------------------------------------------------------------- known: it was the primary at the start


async def test_the_question_before_a_restart_does_not_say_that_it_takes_effect(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    chosen_before_the_start(stage, world)
    by_page(stage, world, 2, ago=600)
    by_page(stage, world, 1, ago=300)

    assert MARK not in (await state_of(ann)).text


async def test_its_own_page_does_not_say_that_it_takes_effect(stage: CheckingStage, ann: Person, world: World) -> None:
    chosen_before_the_start(stage, world)
    by_page(stage, world, 2, ago=600)
    await to_the_first(ann)

    seen = await page_of_the_first(stage, ann)

    assert "through me" not in seen.text
    assert stage.asked == [READ, LOOK, LOG]


async def test_a_check_of_it_does_not_say_that_the_game_does_not_know_it(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    first, port = world.state.allocations[1], free_port()
    first.ip, first.port, first.ip_alias = "127.0.0.1", port, None
    chosen_before_the_start(stage, world)
    by_page(stage, world, 2, ago=600)
    by_page(stage, world, 1, ago=300)

    seen = await check(ann, port)

    assert f"{NOTHING} The server was started <t:" in seen.text
    assert "became the primary" not in seen.text


async def test_what_dns_says_after_the_change_does_not_say_that_the_game_listens_elsewhere(
    stage: CheckingStage, ann: Person, world: World, names: NameServer
) -> None:
    await named(ann)
    chosen_before_the_start(stage, world)
    by_page(stage, world, 2, ago=600)
    stage.panel.requests.clear()

    seen = await to_the_first(ann)

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in seen.text
    assert "listens on" not in seen.text
    assert stage.asked[-2:] == [LOOK, LOG]


async def test_stale_dns_after_the_change_is_not_excused_by_a_restart_that_is_to_come(
    stage: CheckingStage, ann: Person, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    await named(ann)
    chosen_before_the_start(stage, world)
    by_page(stage, world, 2, ago=600)

    seen = await to_the_first(ann)

    assert "⚠️ DNS still leads to `:25566`; the primary became `:25565` <t:" in seen.text
    assert "will not find it until the record is changed." in seen.text
    assert "Once it listens" not in seen.text
    assert "listens on" not in seen.text


async def test_what_is_done_does_not_ask_for_a_restart_that_changes_nothing(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    await named(ann)
    there = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    words = there.text
    stage.panel.requests.clear()

    back = await to_the_first(ann)

    assert RESTART in words
    assert THERE not in words
    assert THERE in back.text
    assert "next start" not in back.text
    assert stage.asked[-2:] == [LOOK, LOG]


async def test_nor_does_going_back_by_its_button(stage: CheckingStage, ann: Person, names: NameServer) -> None:
    await named(ann)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await ann.press(undo_of(ann.seen))

    assert THERE in seen.text
    assert "next start" not in seen.text


async def test_there_and_back_by_the_bot_alone_is_known_by_the_record_where_the_log_is_silent_on_it(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    await named(ann)
    there = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    words = there.text

    back = await to_the_first(ann)

    assert "A game that is running listens on `:25565` until it restarts. Once it listens on `:25566`, players" in words
    assert "listens on" not in back.text
    assert "through me" not in (await page_of_the_first(stage, ann)).text
    assert MARK not in (await state_of(ann)).text


async def test_the_start_is_looked_for_among_all_changes_and_not_those_of_today(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    by_page(stage, world, 1, ago=HOURS + 600)
    by_page(stage, world, 2, ago=HOURS + 300)
    by_page(stage, world, 1, ago=300)

    seen = await state_of(ann)

    assert "▫️ `play.example.com:25565` became the primary <t:" in seen.text
    assert "I cannot tell" not in seen.text


# ---------------------------------------------------------------------- not known what was the primary at the start


async def test_where_the_log_does_not_reach_back_the_question_says_that_it_cannot_be_told(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    by_page(stage, world, 2, ago=600)
    by_page(stage, world, 1, ago=300)

    seen = await state_of(ann)

    assert MARK in seen.text
    assert seen.text.count("became the primary <t:") == 1
    assert ":R>, unless the game knows that already: I cannot tell" in seen.text


async def test_where_the_log_begins_with_the_change_to_it_the_game_does_not_know_it(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    by_page(stage, world, 2, ago=300)

    seen = await state_of(ann)

    assert "▫️ `203.0.113.7:25566` became the primary <t:" in seen.text
    assert "I cannot tell" not in seen.text


async def test_where_the_primary_is_another_than_the_log_says_nothing_is_concluded_from_it(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    by_page(stage, world, 1, ago=300)
    # As an administrator does, whose changes this log does not have.
    world.survival.primary_id = 2

    seen = await state_of(ann)

    assert MARK not in seen.text


async def test_a_primary_that_the_log_does_not_have_is_not_taken_for_the_one_at_the_start(
    stage: CheckingStage, ann: Person, world: World, names: NameServer
) -> None:
    await named(ann)
    chosen_before_the_start(stage, world)
    # As an administrator did before the start, whose changes this log does not have.
    world.survival.primary_id = 2

    words = (await to_the_first(ann)).text

    assert THERE not in words
    assert MARK in (await state_of(ann)).text


async def test_one_that_became_the_primary_twice_is_told_once(stage: CheckingStage, ann: Person, world: World) -> None:
    chosen_before_the_start(stage, world)
    for allocation, ago in ((2, 900), (1, 600), (2, 300)):
        by_page(stage, world, allocation, ago=ago)

    seen = await state_of(ann)

    assert seen.text.count("`203.0.113.7:25566` became the primary <t:") == 1


async def test_ones_own_record_alone_does_not_tell_what_others_did_and_that_is_said_on_its_page(
    stage: CheckingStage, bob: Person, world: World
) -> None:
    by_page(stage, world, 2, ago=600)
    await to_the_first(bob)

    seen = await page_of_the_first(stage, bob)

    assert "🔁 You made it the primary through me <t:" in seen.text
    assert PERHAPS in seen.text
    assert stage.asked == [READ, LOOK]


async def test_nor_does_it_in_the_question(stage: CheckingStage, bob: Person, world: World) -> None:
    by_page(stage, world, 2, ago=600)
    await to_the_first(bob)

    seen = await state_of(bob)

    assert "`play.example.com:25565` became the primary <t:" in seen.text
    assert ", unless the game knows that already: I cannot tell" in seen.text


async def test_nor_does_it_for_a_check(stage: CheckingStage, bob: Person, world: World) -> None:
    first, port = world.state.allocations[1], free_port()
    first.ip, first.port, first.ip_alias = "127.0.0.1", port, None
    by_page(stage, world, 2, ago=600)
    await bob.run("allocations primary", server=SURVIVAL, allocation=str(port))

    seen = await check(bob, port)

    assert "This port became the primary <t:" in seen.text
    assert "unless it was that at the start, the game knows that only after a restart. I cannot tell." in seen.text
    assert "Restart…" in seen.buttons


async def test_nor_does_it_beside_what_dns_says(
    stage: CheckingStage, bob: Person, world: World, names: NameServer
) -> None:
    await named(bob)
    by_page(stage, world, 2, ago=600)
    stage.panel.requests.clear()

    seen = await to_the_first(bob)

    assert f"{LISTENS} what was the primary when it was started, until it restarts: from then on" in seen.text
    assert RESTART in seen.text
    assert THERE not in seen.text
    assert stage.asked[-1] == LOOK


async def test_where_its_name_leads_elsewhere_going_back_asks_for_no_restart_either(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    names.zone = {}
    await named(ann)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await to_the_first(ann)

    assert THERE in seen.text
    assert "next start" not in seen.text


async def test_without_a_name_going_back_asks_for_no_restart_that_changes_nothing_either(
    stage: CheckingStage, ann: Person
) -> None:
    there = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    words, first = there.text, list(stage.asked)
    stage.panel.requests.clear()

    back = await ann.press(undo_of(there))

    assert RESTART in words
    assert not {LOOK, LOG} & set(first)
    assert THERE in back.text
    assert "next start" not in back.text
    assert stage.asked[-2:] == [LOOK, LOG]


async def test_without_a_name_it_does_after_a_restart_in_between(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    stage.panel.advance(60)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 10.0)
    stage.panel.advance(30)

    seen = await to_the_first(ann)

    assert RESTART in seen.text
    assert THERE not in seen.text


async def test_without_a_name_it_does_where_ones_own_record_alone_cannot_tell(
    stage: CheckingStage, bob: Person
) -> None:
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")
    stage.panel.requests.clear()

    seen = await to_the_first(bob)

    assert RESTART in seen.text
    assert stage.asked[-1] == LOOK


async def test_a_panel_that_is_slow_to_tell_what_runs_holds_up_no_answer(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    async with stage.slow_panel(lambda request: request.url.path.endswith("/resources")):
        waiting = await to_the_first(ann)
        await stage.env.advance_time(0.6)
        words = ann.saw(waiting.result).text
    after = ann.saw(waiting.result).text

    assert RESTART in words
    assert THERE in after
    assert RESTART not in after


async def test_a_port_that_was_not_the_primary_before_is_not_asked_about(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await ann.run("allocations create", server=SURVIVAL, primary=True)

    assert not {LOOK, LOG} & set(stage.asked)


async def test_a_record_that_says_the_same_before_the_start_and_after_is_believed(
    stage: CheckingStage, bob: Person, world: World, names: NameServer
) -> None:
    await named(bob)
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")
    await to_the_first(bob)
    stage.execute("UPDATE changes SET at = at - 7800")
    there = await bob.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "A game that is running listens on `:25565` until it restarts." in there.text
    assert "listens on" not in (await to_the_first(bob)).text
