"""How little a list asks of the database, whichever list it is and whatever is in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.e2e.postgres.counted import Counted, do, noted
from tests.e2e.statements import traced
from tests.stage import Stage, open_stage
from tests.world import SURVIVAL, World, add_servers, fill_up

Step = str | tuple[str, dict[str, str]]
LIST, FIND = "allocations list", "allocations find"
SERVERS: Step = ("servers", {})
OTHERS = "press: Other people's servers"
LISTS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "typed": ("ann", ((LIST, {"server": "Survival"}),)),
    "typed, of another server than the last": ("ann", ((LIST, {"server": "Creative"}),)),
    "typed, the only server": ("dan", ((LIST, {"server": "Solo"}),)),
    "the name that players type": ("ann", ((LIST, {"server": "play.example.com"}),)),
    "a name that nobody has": ("ann", ((LIST, {"server": "nonsense"}),)),
    "chosen from the suggestions": ("ann", ((LIST, {"server": SURVIVAL}),)),
    "chosen, of another server than the last": ("ann", ((LIST, {"server": "5e000002"}),)),
    "a UUID": ("ann", ((LIST, {"server": "5e000001-0000-4000-8000-000000000001"}),)),
    "a pasted address": ("ann", ((LIST, {"server": "http://127.0.0.1/server/5e000002/network"}),)),
    "found in it": ("ann", ((LIST, {"server": "Creative", "find": "25565"}),)),
    "its next page": ("ann", ((LIST, {"server": "Survival"}), "press: Next")),
    "after none was named": ("dan", ((LIST, {}),)),
    "a picker": ("ann", ((LIST, {}),)),
    "a picker's next page": ("ann", ((LIST, {}), "press: Next")),
    "chosen from a picker": ("ann", ((LIST, {}), "choose: Creative")),
    "servers": ("ann", (SERVERS,)),
    "servers, of which there is one": ("dan", (SERVERS,)),
    "found on all servers": ("ann", ((FIND, {"text": "25566"}),)),
    "an administrator's servers": ("ada", (SERVERS,)),
    "the servers of others": ("ada", (SERVERS, OTHERS)),
    "chosen of the servers of others": ("ada", (SERVERS, OTHERS, "choose: Solo")),
    "typed, a server of others": ("ada", ((LIST, {"server": "Solo"}),)),
    "found on the servers of others": ("ada", ((FIND, {"text": "25566"}), OTHERS)),
}
"""Each list, by whose it is and what leads there; the last step is the one that is counted."""


@pytest.fixture
async def people(on_server: Counted, world: World) -> dict[str, Person]:
    """Return people who have looked at Survival, as far as they see it, and whom the bot has in memory."""
    add_servers(world, 10)
    fill_up(world, world.survival, 30)
    admin = world.state.add_user("ada", admin=True)
    for name in ("Office", "Annex"):
        world.state.add_server(admin, name, limit=3, ip="203.0.113.20", ports=(25565,), free_ports=())
    keys = {"ann": world.ann, "ada": world.state.add_key(admin), "dan": world.dan}
    found = {name: await on_server.stage.linked(name, key) for name, key in keys.items()}
    for person in found.values():
        await person.run(LIST, server=SURVIVAL)
    await noted(on_server.stage)
    return found


@pytest.mark.parametrize("which", LISTS)
async def test_whichever_list_it_is_it_costs_at_most_two_statements_on_a_server(
    on_server: Counted, people: dict[str, Person], which: str
) -> None:
    name, (*way, last) = LISTS[which]
    asked = []
    for fresh in (False, True):
        for step in way:
            await do(people[name], step)
        if fresh:
            await on_server.restart_after_a_minute()
        await noted(on_server.stage)
        before = on_server.executed
        await do(people[name], last)
        await noted(on_server.stage)
        asked.append(on_server.executed - before)

    # Of somebody in memory the claim alone; else the link with it. What is noted by the way costs none.
    assert asked == [1, 2]


async def test_what_is_over_is_told_along_with_the_next_claim_and_costs_no_statement(
    on_server: Counted, people: dict[str, Person]
) -> None:
    ann = people["ann"]
    before = on_server.executed

    for _ in range(10):
        await ann.run("allocations list", server="Survival")
    asked = on_server.executed - before
    left = on_server.found("SELECT count(*) FROM claims WHERE NOT over")

    # One may fall into these ten, for what is over is told after five seconds where nothing else is asked.
    assert 10 <= asked <= 11
    assert left[0][0] <= 1


@pytest.mark.parametrize("fresh", [False, True], ids=["known", "after a restart"])
async def test_a_list_costs_at_most_two_statements_on_a_file(world: World, tmp_path: Path, fresh: bool) -> None:
    async with open_stage(world.state, tmp_path) as stage:
        kept = await asked_of_a_file(stage, world, fresh=fresh)

    assert fresh <= len(kept) <= 2, kept


async def asked_of_a_file(stage: Stage, world: World, *, fresh: bool) -> list[str]:
    """Return the statements of a list."""
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await ann.run("allocations list", server="Survival")
    if fresh:
        await stage.restart()
        await bob.run("allocations list", server="Survival")
    await noted(stage)
    statements = await traced(stage)

    await ann.run("allocations list", server="Survival")
    await noted(stage)
    return [statement for statement in statements if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]
