"""Where it cannot be known what was the primary when the game was started, that is said."""

from __future__ import annotations

from bot.demo.nameserver import NameServer
from bot.demo.people import Person
from tests.e2e.checks import LOOK, READ, CheckingStage, check
from tests.e2e.naming.given import named
from tests.e2e.power.restarting import state_of
from tests.e2e.starts.back_again.primaries import (
    LISTENS,
    MARK,
    RESTART,
    THERE,
    by_page,
    chosen_before_the_start,
    page_of_the_first,
    to_the_first,
)
from tests.e2e.starts.pages import PERHAPS
from tests.ports import free_port
from tests.world import SURVIVAL, World


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
