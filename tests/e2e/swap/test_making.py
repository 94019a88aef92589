"""What can go wrong while a key of the bot's own is made: the pasted one stays, and nothing is left."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.swap.swapping import (
    ADDRESS,
    BOTH,
    BOTH_SEEN,
    CHECKING,
    KEYS,
    MAKING,
    REMOVING,
    SWAP,
    SwapStage,
    always,
    still_works,
    swapped,
    written,
)
from tests.e2e.trouble import Arrivals
from tests.names import unnamed
from tests.security.evidence import database_file, run_sql
from tests.world import World


@BOTH
async def test_without_room_for_a_key_the_person_is_told_where_to_make_some(
    stage: SwapStage, world: World, ann: Person
) -> None:
    world.state.fill_keys(world.state.users[1])

    seen = await ann.press(SWAP)

    assert "I did not swap your key" in seen.text
    assert "no room for another API key" in seen.text
    assert f"Delete a key that nothing uses on {stage.panel_name}" in seen.text
    assert list(seen.buttons) == ["Try again", f"See your keys on {stage.panel_name}", "My servers"]
    assert stage.asked == [f"POST {KEYS}"]
    assert stage.intents() == 0
    assert await still_works(stage, world, ann)


async def test_once_there_is_room_the_same_message_swaps(stage: SwapStage, world: World, ann: Person) -> None:
    world.state.fill_keys(world.state.users[1])
    await ann.press(SWAP)
    world.state.revoke(stage.client_keys()[-1].token)

    seen = await ann.press("Try again")

    assert "✅ Swapped" in seen.text
    assert await stage.works_with(ann, stage.own()[0].token)


@BOTH
async def test_a_key_whose_answer_was_cut_off_is_found_by_its_description_and_deleted(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)

    seen = await ann.press(SWAP)

    assert [request.partition("/ptlc")[0].partition("/pacc")[0] for request in stage.asked] == [
        f"POST {KEYS}",
        f"GET {KEYS}",
        f"DELETE {KEYS}",
    ]
    assert "I did not swap your key" in seen.text
    assert "I have deleted what I had made by then." in seen.text
    assert "Try again" in seen.buttons
    assert stage.intents() == 0
    assert await still_works(stage, world, ann)


async def test_a_key_that_is_made_after_all_is_announced_and_found_later(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_before(**MAKING)

    seen = (await ann.press(SWAP)).text
    description = seen.partition("A key named `")[2].partition("`")[0]
    late = world.state.add_key(world.state.users[1], description=description)
    account = (await ann.run("account")).text
    await stage.bot.services.keyring.tidy_all()

    assert f"may be on {stage.panel_name} now or soon: I look for it every ten minutes" in seen
    assert f"**To be deleted**: a key named `{description}`" in account
    assert late not in [key.token for key in stage.client_keys()]
    assert stage.intents() == 0
    assert await still_works(stage, world, ann)


async def test_what_never_came_is_no_longer_looked_for_after_a_while(stage: SwapStage, ann: Person) -> None:
    stage.panel.faults.reset_before(**MAKING)
    await ann.press(SWAP)
    keyring = stage.bot.services.keyring

    written(stage, seconds_ago=110)
    await keyring.tidy_all()
    soon = stage.intents()
    written(stage, seconds_ago=130)
    await keyring.tidy_all()

    assert (soon, stage.intents()) == (1, 0)


@pytest.mark.parametrize("fault", ["html_bad_gateway", "malformed_json", "empty_body", "maintenance", "wrong_shape"])
async def test_whatever_the_panel_answers_the_pasted_key_stays(
    stage: SwapStage, world: World, ann: Person, fault: str
) -> None:
    getattr(stage.panel.faults, fault)(**MAKING)

    seen = await ann.press(SWAP)

    assert "I did not swap your key" in seen.text
    assert "Try again" in seen.buttons
    assert await still_works(stage, world, ann)


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_where_keys_are_switched_off_the_person_is_told_and_the_button_goes(
    stage: SwapStage, world: World, ann: Person, status: int
) -> None:
    body = f'{{"errors":[{{"code":"HttpException","status":"{status}","detail":"No."}}]}}'
    stage.panel.faults.answer(status, body, **always(MAKING))

    seen = await ann.press(SWAP)
    account = await ann.run("account")
    linked = await ann.link(world.ann)

    assert "does not let me make or delete API keys" in seen.text
    assert list(seen.buttons) == ["My account", f"See your keys on {stage.panel_name}", "My servers"]
    assert SWAP not in account.buttons
    assert SWAP not in linked.buttons
    assert await still_works(stage, world, ann)


async def test_a_pasted_key_that_was_revoked_meanwhile_is_refused_as_ever(
    stage: SwapStage, world: World, ann: Person
) -> None:
    world.state.revoke(world.ann)

    seen = await ann.press(SWAP)

    assert "refused your key" in seen.text
    assert stage.own() == []
    assert stage.intents() == 0


async def test_a_new_key_that_the_panel_does_not_take_is_deleted_again(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.answer(
        401, '{"errors":[{"code":"AuthenticationException","status":"401","detail":"Unauthenticated."}]}', **CHECKING
    )

    seen = await ann.press(SWAP)

    assert "{panel} made a key, but does not accept it." in unnamed(seen.text)
    assert "I have deleted what I had made by then." in seen.text
    assert await still_works(stage, world, ann)


@pytest.mark.parametrize("refuse", ["BEFORE UPDATE ON links", "BEFORE INSERT ON intents"])
async def test_a_key_that_cannot_be_stored_is_not_left_on_the_panel(
    stage: SwapStage, world: World, ann: Person, refuse: str
) -> None:
    run_sql(database_file(stage), f"CREATE TRIGGER full {refuse} BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    seen = await ann.press(SWAP)
    run_sql(database_file(stage), "DROP TRIGGER full")

    assert "I cannot write to my own database" in seen.text
    assert await still_works(stage, world, ann)


async def test_a_slow_panel_is_waited_for_and_the_step_is_told(stage: SwapStage, world: World, ann: Person) -> None:
    hold = stage.panel.faults.hold(**MAKING)
    stage.watch_requests()

    async with stage.waiting_for("POST"):
        waiting = await ann.press(SWAP)
        await hold.arrived.wait()
        await stage.env.advance_time(2)
    assert isinstance(stage.panel.requests, Arrivals)
    hold.release()
    await stage.panel.requests.of("GET")
    await stage.env.settle()
    seen = ann.saw(waiting.result)

    said = [str(call.json) for call in stage.env.http_requests]
    assert [text for text in said if "Step 2 of 3: I am checking that it works." in text]
    assert "✅ Swapped" in seen.text


@BOTH_SEEN
async def test_a_list_that_would_lock_the_bot_out_is_found_out_before_anything_is_deleted(
    stage: SwapStage, world: World, ann: Person
) -> None:
    refusal = (
        '{"errors":[{"code":"AccessDeniedHttpException","status":"403","detail":"This IP address (198.51.100.9) does '
        'not have permission to access the API using these credentials."}]}'
    )
    stage.panel.faults.answer(403, refusal, **CHECKING)

    seen = await ann.press(SWAP)

    assert "more than one address" in seen.text
    assert await still_works(stage, world, ann)


@BOTH_SEEN
async def test_the_probe_goes_where_the_panel_does_not_name_an_address(
    stage: SwapStage, world: World, ann: Person
) -> None:
    account = '{"object":"user","attributes":{"id":1,"admin":false,"username":"ann"}}'
    stage.panel.faults.answer(200, account, **CHECKING)

    seen = await ann.press(SWAP)

    assert "does not tell at which address it sees me" in seen.text
    assert "Tell whoever runs this bot: the setting `KEY_ALLOWED_IPS`" in seen.text
    assert await still_works(stage, world, ann)


@BOTH_SEEN
async def test_a_probe_whose_answer_or_deletion_was_cut_off_does_not_stay(
    stage: SwapStage, world: World, ann: Person
) -> None:
    for fault in (MAKING, REMOVING):
        stage.panel.faults.reset_after(**fault)
        seen = await ann.press(SWAP if fault is MAKING else "Try again")

        assert "I did not swap your key" in seen.text
        assert await still_works(stage, world, ann)
        await ann.run("account")
        await ann.press(SWAP)
        await ann.link(world.ann)
        assert stage.own() == []
        stage.panel.faults.html_bad_gateway(**MAKING)
        await ann.press(SWAP)


@BOTH_SEEN
async def test_an_own_key_that_no_longer_allows_the_bots_address_is_replaced_and_removed(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    own.allowed_ips = ("198.51.100.9",)

    refused = await ann.run("servers")
    linked = await ann.link(world.ann)

    assert f"`{ADDRESS}`" in refused.text
    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` is deleted on" in linked.text
    assert stage.own() == []
    assert stage.intents() == 0
