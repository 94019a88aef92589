"""It is known that the game was started on that primary: nothing waits for a restart."""

from __future__ import annotations

from bot.demo.nameserver import NameServer
from bot.demo.people import Person
from tests.e2e.checks import HOURS, LOOK, NOTHING, READ, CheckingStage, check
from tests.e2e.naming.given import SRV, named
from tests.e2e.power.restarting import state_of
from tests.e2e.starts.back_again.primaries import (
    LOG,
    MARK,
    by_page,
    chosen_before_the_start,
    page_of_the_first,
    to_the_first,
)
from tests.ports import free_port
from tests.world import SURVIVAL, World


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
