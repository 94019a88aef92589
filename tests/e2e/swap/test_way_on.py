"""After a swap, done or not: the button that helps, no try where none helps, and the way back to what was begun."""

from __future__ import annotations

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.swap.swapping import (
    BOTH_SEEN,
    CHECKING,
    DELETE,
    KEEP,
    LISTING,
    MAKING,
    SWAP,
    SwapStage,
    Ways,
    always,
    refusing,
)
from tests.names import buttons_on, unnamed
from tests.security.evidence import database_file, run_sql
from tests.world import World

ALWAYS = pytest.mark.parametrize("stage", [Ways(swap="always")], indirect=True)
KEYS = "See your keys on {panel}"
ACCOUNT = '{"object":"user","attributes":{"id":1,"admin":false,"username":"ann"}}'
"""As the panel answers who sees its account: to a probe, that it does not name the bot's address."""
GO_ON = "Go on with /allocations list"
NO_TRY_HELPS = {
    "description": refusing(422, "required", "The description is required."),
    "request": refusing(400, "DisplayException", "Keys of bots are not wanted here."),
}


async def looked_at_the_key(person: Person, seen: Seen) -> str:
    """Press **My account** on what is seen and return what that shows."""
    return (await person.press("My account", on=seen)).text


# --------------------------------------------------------------------------------------------- where no try helps


@BOTH_SEEN
async def test_where_no_key_can_be_locked_no_try_is_offered_but_the_key_that_works(
    stage: SwapStage, ann: Person
) -> None:
    stage.panel.faults.answer(200, ACCOUNT, **CHECKING)

    seen = await ann.press(SWAP)
    words, offered = seen.text, buttons_on(seen)
    account = await looked_at_the_key(ann, seen)

    assert "the setting `KEY_ALLOWED_IPS` asks for a key that works from my address only" in words
    assert offered == ["My account", "My servers", "Support"]
    assert "the one you pasted" in account


@pytest.mark.parametrize("why", NO_TRY_HELPS)
async def test_where_the_panel_will_not_make_such_a_key_no_try_is_offered_but_the_key_that_works(
    stage: SwapStage, ann: Person, why: str
) -> None:
    stage.panel.faults.answer(*NO_TRY_HELPS[why], **always(MAKING))

    seen = await ann.press(SWAP)
    words, offered = seen.text, buttons_on(seen)
    account = await looked_at_the_key(ann, seen)

    assert "I did not swap your key" in words
    assert "Try again" not in words
    assert offered == ["My account", "My servers", *(["Support"] if "ell whoever runs this bot" in words else [])]
    assert "the one you pasted" in account


@ALWAYS
async def test_always_offers_no_try_either_where_none_helps(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    stage.panel.faults.answer(*NO_TRY_HELPS["request"], **always(MAKING))

    seen = await ann.link(world.ann)

    assert "✅ Linked, with the key you pasted" in seen.text
    assert buttons_on(seen) == ["My servers", "My account"]


# ---------------------------------------------------------------------------------------------- where a try helps


async def test_a_swap_that_failed_names_the_button_that_tries_again_and_it_does(stage: SwapStage, ann: Person) -> None:
    stage.panel.faults.answer(*refusing(401, "AuthenticationException", "Unauthenticated."), **CHECKING)

    seen = await ann.press(SWAP)
    words, offered = unnamed(seen.text), buttons_on(seen)
    done = await ann.press("Try again", on=seen)

    assert "{panel} made a key, but does not accept it." in words
    assert "**What to do**: Press **Try again**. Your key works as before." in words
    assert offered == ["Try again", "My servers"]
    assert "✅ Swapped" in done.text


async def test_two_step_verification_is_switched_on_by_a_button_and_the_swap_tried_again_by_one(
    stage: SwapStage, ann: Person, world: World
) -> None:
    world.state.two_factor_level = 2
    seen = await ann.press(SWAP)
    offered = buttons_on(seen)
    pages = [str(part["url"]) for part in seen.components if "url" in part]
    world.state.two_factor_level = 0

    done = await ann.press("Try again", on=seen)

    assert offered == ["Open your account on {panel}", "Try again", "My servers"]
    assert pages == [stage.bot.site.account_page]
    assert "✅ Swapped" in done.text


async def test_a_pasted_key_is_not_deleted_without_two_step_verification_and_the_page_for_it_opens(
    stage: SwapStage, ann: Person, world: World
) -> None:
    swapped = await ann.press(SWAP)
    world.state.two_factor_level = 2
    failed = await ann.press(DELETE, on=swapped)
    offered = buttons_on(failed)
    world.state.two_factor_level = 0

    done = await ann.press(DELETE, on=failed)

    assert offered == [DELETE, KEEP, "My servers", "Open your account on {panel}", KEYS]
    assert "✅ The key you pasted is deleted" in done.text


@ALWAYS
async def test_always_tries_a_swap_again_that_could_not_begin_by_the_button_of_its_advice(
    stage: SwapStage, world: World
) -> None:
    ann = stage.person("ann")
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE INSERT ON intents BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    seen = await ann.link(world.ann)
    words, offered = seen.text, buttons_on(seen)
    run_sql(database_file(stage), "DROP TRIGGER full")

    done = await ann.press("Try again", on=seen)

    assert "I did not swap the key. I cannot write to my own database" in words
    assert "**What to do**: Try again in a minute" in words
    assert offered == ["My servers", "Try again", "Support"]
    assert "✅ Swapped" in done.text
    assert len(stage.own()) == 1


@ALWAYS
async def test_always_leads_to_another_key_where_the_pasted_one_is_refused_meanwhile(
    stage: SwapStage, world: World
) -> None:
    ann = stage.person("ann")
    stage.panel.faults.answer(*refusing(401, "AuthenticationException", "Unauthenticated."), **MAKING)

    seen = await ann.link(world.ann)

    assert "I did not swap the key. {panel} refused your key" in unnamed(seen.text)
    assert buttons_on(seen) == ["My servers", "Create a key on {panel}", "I have my key"]


# ------------------------------------------------------------------------------- back to what they had begun with


async def asked_and_linked(stage: SwapStage, key: str) -> tuple[Person, Seen]:
    """Return somebody who has linked because a command asked for it, with the answer to that."""
    ann = stage.person("ann")
    await ann.run("allocations list", server="Survival")
    await ann.press("I have my key")
    return ann, await ann.fill(key=key)


async def test_who_swaps_in_the_middle_of_something_is_led_back_to_it(stage: SwapStage, world: World) -> None:
    ann, linked = await asked_and_linked(stage, world.ann)
    swapped = await ann.press(SWAP, on=linked)
    offered = buttons_on(swapped)

    seen = await ann.press(GO_ON, on=swapped)

    assert offered == [DELETE, KEEP, GO_ON, "My servers"]
    assert seen.embed.title == "Survival"
    assert "2 of 5 ports used" in seen.text


@pytest.mark.parametrize(("answer", "shows"), [(DELETE, "is deleted"), (KEEP, "is kept")])
async def test_who_also_answers_for_the_pasted_key_is_still_led_back(
    stage: SwapStage, world: World, answer: str, shows: str
) -> None:
    ann, linked = await asked_and_linked(stage, world.ann)
    swapped = await ann.press(SWAP, on=linked)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    failed = await ann.press(DELETE, on=swapped)
    still = buttons_on(failed)
    stage.panel.faults.clear()
    answered = await ann.press(answer, on=failed)
    words = answered.text

    seen = await ann.press(GO_ON, on=answered)

    assert GO_ON in still
    assert f"✅ The key you pasted {shows}" in words
    assert "2 of 5 ports used" in seen.text


async def test_who_has_to_try_the_swap_again_is_led_back_all_the_same(stage: SwapStage, world: World) -> None:
    ann, linked = await asked_and_linked(stage, world.ann)
    stage.panel.faults.html_bad_gateway(**MAKING)
    failed = await ann.press(SWAP, on=linked)
    offered = buttons_on(failed)
    swapped = await ann.press("Try again", on=failed)

    seen = await ann.press(GO_ON, on=swapped)

    assert offered == ["Try again", GO_ON, "My servers"]
    assert "2 of 5 ports used" in seen.text


@ALWAYS
async def test_always_leads_back_too_after_a_swap_that_had_to_be_tried_again(stage: SwapStage, world: World) -> None:
    stage.panel.faults.html_bad_gateway(**MAKING)
    ann, linked = await asked_and_linked(stage, world.ann)
    offered = buttons_on(linked)
    swapped = await ann.press("Try again", on=linked)
    still = buttons_on(swapped)

    seen = await ann.press(GO_ON, on=swapped)

    assert offered == [GO_ON, "My servers", "Try again"]
    assert still == [DELETE, KEEP, GO_ON, "My servers"]
    assert "2 of 5 ports used" in seen.text


async def test_who_swaps_a_key_later_is_led_back_to_nothing(stage: SwapStage, world: World) -> None:
    ann, _ = await asked_and_linked(stage, world.ann)
    await ann.run("account")

    seen = await ann.press(SWAP)

    assert buttons_on(seen) == [DELETE, KEEP, "My servers"]
