"""What a swap, a link and an unlink find of earlier tries on the panel: they delete it, and say so."""

from __future__ import annotations

import pytest

from bot.demo.panel.records import ApiKey
from bot.demo.people import Person
from tests.e2e.swap.swapping import (
    MAKING,
    SWAP,
    SwapStage,
    own_key_pasted_with_its_intent_kept,
    swapped,
    unlink,
)
from tests.names import unnamed
from tests.security.evidence import database_file, run_sql
from tests.world import World


def strays(stage: SwapStage, world: World, count: int) -> list[ApiKey]:
    """Leave so many keys on the panel as tries that were cut off leave them, each with its intent."""
    made = []
    for number in range(count):
        token = world.state.add_key(world.state.users[1], description=f"Berth, for ann on Discord ({number:08x})")
        made.append(world.state.key(token))
        run_sql(
            database_file(stage),
            "INSERT INTO intents SELECT user_id, panel_origin, ?, unixepoch(), sealed_key FROM links",
            made[-1].description,
        )
    return made


def deleted(keys: int, *, begin: str = "I also") -> str:
    """Return what is said of so many of them."""
    return f"{begin} deleted {'1 key' if keys == 1 else f'{keys} keys'} of mine on {{panel}} that nobody used any more."


@pytest.mark.parametrize("keys", [1, 3])
async def test_a_swap_tells_how_many_unused_keys_it_deleted_before(
    stage: SwapStage, world: World, ann: Person, keys: int
) -> None:
    strays(stage, world, keys)

    seen = await ann.press(SWAP)

    assert "✅ Swapped" in seen.text
    assert deleted(keys) in unnamed(seen.text)
    assert len(stage.own()) == 1
    assert stage.intents() == 0


async def test_a_swap_that_fails_tells_too_what_it_deleted_before(stage: SwapStage, world: World, ann: Person) -> None:
    strays(stage, world, 2)
    stage.panel.faults.html_bad_gateway(**MAKING)

    failed = (await ann.press(SWAP)).text
    seen = await ann.press("Try again")

    assert "I did not swap your key" in failed
    assert deleted(2, begin="Before that, I") in unnamed(failed)
    assert "✅ Swapped" in seen.text
    assert "nobody used any more" not in seen.text


async def test_a_swap_with_a_refused_key_tells_too_what_it_deleted_before(
    stage: SwapStage, world: World, ann: Person
) -> None:
    strays(stage, world, 1)
    stage.panel.faults.answer(401, '{"errors":[{"code":"x","status":"401","detail":"Unauthenticated."}]}', **MAKING)

    seen = await ann.press(SWAP)

    assert "{panel} refused your key" in unnamed(seen.text)
    assert deleted(1, begin="Before that, I") in unnamed(seen.text)


@pytest.mark.parametrize("keys", [1, 2])
async def test_linking_again_tells_how_many_unused_keys_it_deleted(
    stage: SwapStage, world: World, ann: Person, keys: int
) -> None:
    strays(stage, world, keys)

    told = (await ann.link(world.ann)).text
    again = (await ann.link(world.ann)).text

    assert "✅ Linked" in told
    assert deleted(keys) in unnamed(told)
    assert "nobody used any more" not in again
    assert stage.own() == []


async def test_linking_again_tells_the_unused_keys_apart_from_the_own_one(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    strays(stage, world, 2)
    stage.panel.faults.html_bad_gateway(method="DELETE", path=f"*/account/api-keys/{own.identifier}", times=2)

    seen = await ann.link(world.ann)

    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` is deleted on" in seen.text
    assert deleted(2) in unnamed(seen.text)
    assert stage.own() == []


@pytest.mark.parametrize("keys", [1, 2])
async def test_unlinking_tells_how_many_unused_keys_it_deleted(
    stage: SwapStage, world: World, ann: Person, keys: int
) -> None:
    strays(stage, world, keys)

    seen = await unlink(ann)

    assert "Everything I stored about you is gone." in seen.text
    assert deleted(keys) in unnamed(seen.text)
    assert stage.own() == []


async def test_a_second_press_on_unlink_tells_as_well_what_was_deleted(
    stage: SwapStage, world: World, ann: Person
) -> None:
    strays(stage, world, 1)
    question = await ann.run("unlink")
    label = next(label for label in question.buttons if label.startswith("Unlink"))

    async with stage.slow_panel():
        await ann.press(label, on=question)
        await ann.press(label, on=question)

    assert deleted(1) in unnamed(ann.saw(question.result).text)
    assert stage.own() == []


async def test_an_unlink_that_cannot_be_written_tells_what_was_deleted(
    stage: SwapStage, world: World, ann: Person
) -> None:
    strays(stage, world, 1)
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )

    seen = await unlink(ann)
    run_sql(database_file(stage), "DROP TRIGGER full")

    assert deleted(1, begin="I") in unnamed(seen.text)
    assert stage.own() == []


async def test_a_key_in_use_is_not_told_as_deleted(stage: SwapStage, world: World) -> None:
    ann, own = await own_key_pasted_with_its_intent_kept(stage, world.ann)
    before = stage.intents()

    seen = await ann.link(own.token)

    assert (before, stage.intents()) == (1, 0)
    assert "nobody used any more" not in seen.text
    assert stage.own() == [own]


async def test_what_was_deleted_before_a_deletion_failed_is_told_with_what_is_left(
    stage: SwapStage, world: World, ann: Person
) -> None:
    _, last = strays(stage, world, 2)
    stage.panel.faults.html_bad_gateway(method="DELETE", path=f"*/account/api-keys/{last.identifier}", times=None)

    seen = await unlink(ann)

    assert deleted(1) in unnamed(seen.text)
    assert f"If you see one named `{last.description}` there, delete it by hand." in seen.text
    assert stage.own() == [last]
