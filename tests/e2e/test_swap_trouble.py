"""What can go wrong with a swap, and with parting from a key of the bot's own: nothing is lost, and nothing left."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.panel.faults import Which
from bot.demo.people import Person, Seen
from tests.e2e.swapping import ADDRESS, DELETE, KEEP, SWAP, SwapStage, Ways, open_swap_stage, swapped
from tests.e2e.trouble import Arrivals
from tests.names import buttons_on, unnamed
from tests.security.evidence import database_file, run_sql
from tests.world import World

KEYS = "/account/api-keys"
MAKING: Which = {"method": "POST", "path": "*/account/api-keys"}
LISTING: Which = {"method": "GET", "path": "*/account/api-keys"}
REMOVING: Which = {"method": "DELETE", "path": "*/account/api-keys/*"}
CHECKING: Which = {"method": "GET", "path": "*/account"}
BOTH = pytest.mark.parametrize("stage", [Ways(), Ways(Flavour.PELICAN)], indirect=True, ids=["pterodactyl", "pelican"])
BOTH_SEEN = pytest.mark.parametrize(
    "stage",
    [Ways(allowed="seen"), Ways(Flavour.PELICAN, allowed="seen")],
    indirect=True,
    ids=["pterodactyl", "pelican"],
)


@pytest.fixture
async def stage(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SwapStage]:
    """Yield a stage with the ways of the parameter; a test in which the bot has a bug fails."""
    async with open_swap_stage(world.state, tmp_path, getattr(request, "param", Ways())) as opened:
        yield opened
    opened.env.raise_errors()


@pytest.fixture
async def ann(stage: SwapStage, world: World) -> Person:
    """Return a member who has linked, with the message that offers the swap in sight."""
    person = stage.person("ann")
    await person.link(world.ann)
    stage.panel.requests.clear()
    return person


async def still_works(stage: SwapStage, world: World, person: Person) -> bool:
    """Tell whether the pasted key is the one that is used, and the bot has left nothing on the panel."""
    return await stage.works_with(person, world.ann) and stage.own() == []


def always(which: Which) -> Which:
    """Return the same requests, however many there are."""
    return {**which, "times": None}


def written(stage: SwapStage, *, seconds_ago: int) -> None:
    """Let the intents be so old, by the clock that goes outside the simulation."""
    run_sql(database_file(stage), "UPDATE intents SET begun_at = unixepoch() - ?", seconds_ago)


# Making the key


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
    assert "What I had made until then I have deleted again." in seen.text
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


async def given_up(stage: SwapStage, ann: Person) -> str:
    """Let a key be left on the panel that could not be looked for in a day; return its description."""
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    written(stage, seconds_ago=25 * 3600)
    await stage.bot.services.keyring.tidy_all()
    (stray,) = stage.own()
    return stray.description


def of_keys(stage: SwapStage) -> int:
    """Return how many intents hold a key."""
    with closing(sqlite3.connect(database_file(stage))) as connection:
        (count,) = connection.execute("SELECT count(*) FROM intents WHERE length(sealed_key) > 0").fetchone()
    return int(count)


async def test_what_could_not_be_looked_for_in_a_day_is_no_longer_looked_for_nor_is_its_key_kept(
    stage: SwapStage, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    keyring = stage.bot.services.keyring

    written(stage, seconds_ago=23 * 3600)
    await keyring.tidy_all()
    before = of_keys(stage)
    written(stage, seconds_ago=25 * 3600)
    await keyring.tidy_all()
    stage.panel.requests.clear()
    await keyring.tidy_all()

    assert (before, of_keys(stage)) == (1, 0)
    assert stage.asked == []


async def test_at_their_next_visit_a_person_is_told_once_which_key_to_delete_by_hand_and_where(
    stage: SwapStage, ann: Person, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)
    name = await given_up(stage, ann)

    listed = await ann.run("servers")
    shown = stage.channel.history(viewer=ann.actor)[-1]
    told = Seen(listed.result, shown)
    await ann.run("servers")
    again = [message.embeds[0].title for message in stage.channel.history(viewer=ann.actor) if message.embeds]
    await bob.run("servers")
    others = [message.embeds[0].title for message in stage.channel.history(viewer=bob.actor) if message.embeds]

    assert told.embed.title == "🔑 A key to delete by hand"
    assert f"`{name}`" in told.text
    assert [unnamed(part.label) for part in shown.components[0].children] == [
        "See your keys on {panel}",
        "It is not there any more",
    ]
    assert again.count(told.embed.title) == 1
    assert told.embed.title not in others


async def test_the_account_names_the_key_to_delete_by_hand_until_its_person_says_that_it_is_gone(
    stage: SwapStage, ann: Person
) -> None:
    name = await given_up(stage, ann)

    account = await ann.run("account")
    words, offered = account.text, buttons_on(account)
    messages = len(stage.channel.history(viewer=ann.actor))
    done = await ann.press("It is not there any more")
    await stage.restart()
    await stage.bot.services.keyring.tidy_all()
    later = await ann.run("account")

    assert f"named `{name}` there, delete it by hand" in words
    assert {"See your keys on {panel}", "It is not there any more"} <= set(offered)
    # What the account says is not told a second time beside it.
    assert [message.embeds[0].title for message in stage.channel.history(viewer=ann.actor)][messages - 1] == "Your link"
    assert done.message.id == account.message.id
    assert name not in done.text + later.text
    assert stage.intents() == 0


async def test_after_a_restart_who_has_not_said_that_the_key_is_gone_is_reminded(stage: SwapStage, ann: Person) -> None:
    name = await given_up(stage, ann)
    await ann.run("servers")
    await stage.restart()
    await stage.bot.services.keyring.tidy_all()

    await ann.run("servers")

    newest = stage.channel.history(viewer=ann.actor)[-1]
    assert newest.embeds[0].title == "🔑 A key to delete by hand"
    assert name in (newest.embeds[0].description or "")


async def test_a_key_that_was_given_up_is_deleted_after_all_when_its_person_links_anew(
    stage: SwapStage, ann: Person, world: World
) -> None:
    name = await given_up(stage, ann)
    stage.panel.faults.clear()

    await ann.link(world.ann)

    assert stage.own() == []
    assert stage.intents() == 0
    assert name not in (await ann.run("account")).text


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
    assert list(seen.buttons) == [f"See your keys on {stage.panel_name}", "My servers"]
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
    assert "What I had made until then I have deleted again." in seen.text
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


# The address


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


# Parting


async def unlink(person: Person) -> Seen:
    """Unlink and return what is said."""
    question = await person.run("unlink")
    return await person.press(next(label for label in question.buttons if label.startswith("Unlink")))


@BOTH
async def test_an_unreachable_panel_does_not_keep_anybody_from_unlinking(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stage.transport.point_at("http://127.0.0.1:9/")

    seen = await unlink(ann)

    assert "Everything I stored about you is gone." in seen.text
    assert f"I could not delete my own key `{own.token[:5]}…{own.token[-4:]}` on" in seen.text
    assert f"Delete it there by hand: it is the one named `{own.description}`." in seen.text
    assert any(label.startswith("See your keys on") for label in seen.buttons)
    assert stage.stored_of(ann) == []


@BOTH
async def test_an_own_key_that_is_gone_already_is_said_to_be(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    world.state.revoke(own.token)

    seen = await unlink(ann)

    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` was gone from {stage.panel_name} already." in seen.text
    assert stage.stored_of(ann) == []


@BOTH
async def test_an_unlink_whose_answer_was_cut_off_finds_out_that_the_key_is_deleted(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    stage.panel.faults.reset_after(**REMOVING)

    seen = await unlink(ann)

    assert "is deleted on" in seen.text
    assert stage.own() == []
    assert len(stage.asked) == 2


async def test_an_unlink_that_cannot_be_written_tells_that_the_key_is_deleted_all_the_same(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )

    seen = await unlink(ann)
    run_sql(database_file(stage), "DROP TRIGGER full")
    again = await unlink(ann)

    assert "My key on {panel} is deleted, but that is all." in unnamed(seen.text)
    assert "was gone from" in again.text
    assert stage.stored_of(ann) == []


async def test_a_link_that_cannot_part_from_the_own_key_names_what_to_delete_and_goes_on_trying(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stage.panel.faults.html_bad_gateway(**always(REMOVING))

    seen = await ann.link(world.dan)
    stage.panel.faults.clear()
    await stage.bot.services.keyring.tidy_all()

    assert "✅ Linked" in seen.text
    assert f"it is the one named `{own.description}`" in seen.text
    assert stage.own() == []
    assert stage.intents() == 0
    assert "**Panel account**: dan" in (await ann.run("account")).text


async def test_who_unlinks_after_a_lost_answer_is_told_what_may_be_left(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    (own,) = stage.own()

    seen = await unlink(ann)

    assert f"If you see one named `{own.description}` there, delete it by hand." in seen.text
    assert stage.stored_of(ann) == []


async def test_the_pasted_key_is_not_forgotten_while_the_panel_cannot_be_reached(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    stage.panel.faults.html_bad_gateway(**REMOVING)

    refused = (await ann.press(DELETE)).text
    seen = await ann.press(DELETE)

    assert f"The web server in front of {stage.panel_name} failed" in refused
    assert f"The key you pasted, `ptlc_…{world.ann[-4:]}`, may still work on {stage.panel_name}" in refused
    assert "✅ The key you pasted is deleted" in seen.text
    assert [key.token for key in stage.client_keys()] == [stage.own()[0].token]


@pytest.mark.parametrize("fault", ["html_bad_gateway", "malformed_json", "maintenance", "reset_after"])
async def test_where_the_pasted_key_cannot_be_deleted_it_can_be_kept(
    stage: SwapStage, world: World, fault: str
) -> None:
    ann, _ = await swapped(stage, world.ann)
    getattr(stage.panel.faults, fault)(**always(LISTING))

    refused = await ann.press(DELETE)
    offered = list(refused.buttons)
    kept = await ann.press(KEEP)

    assert offered == [DELETE, KEEP, "My servers", f"See your keys on {stage.panel_name}"]
    assert "✅ The key you pasted is kept" in kept.text
    assert len(stage.client_keys()) == 2


async def test_a_key_deleted_for_an_earlier_try_is_not_taken_for_the_own_one(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stray = world.state.add_key(world.state.users[1], description="Berth, for ann on Discord (00000000)")
    run_sql(
        database_file(stage),
        "INSERT INTO intents SELECT user_id, panel_origin, ?, unixepoch(), sealed_key FROM links",
        world.state.key(stray).description,
    )
    stage.panel.faults.html_bad_gateway(method="DELETE", path=f"*/account/api-keys/{own.identifier}", times=None)

    seen = await unlink(ann)

    assert f"I could not delete my own key `{own.token[:5]}…{own.token[-4:]}` on" in seen.text
    assert f"it is the one named `{own.description}`" in seen.text
    assert stage.own() == [own]


async def test_a_second_press_on_unlink_tells_as_well_what_is_to_be_deleted_by_hand(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    question = await ann.run("unlink")
    label = next(label for label in question.buttons if label.startswith("Unlink"))
    stage.panel.faults.html_bad_gateway(**always(REMOVING))

    async with stage.slow_panel():
        await ann.press(label, on=question)
        await ann.press(label, on=question)
    seen = ann.saw(question.result)

    assert f"it is the one named `{own.description}`" in seen.text
    assert "There was nothing stored about you." not in seen.text
    assert stage.stored_of(ann) == []


async def test_what_a_failed_swap_left_is_looked_for_with_the_key_that_is_linked_next(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    while_read: Which = {**LISTING, "times": 3}
    stage.panel.faults.html_bad_gateway(**while_read)
    await ann.press(SWAP)
    left = len(stage.own())
    world.state.revoke(world.ann)

    seen = await ann.link(world.state.add_key(world.state.users[1]))

    assert "✅ Linked" in seen.text
    assert left == 1
    assert stage.own() == []
    assert stage.intents() == 0


@pytest.mark.parametrize("stage", [Ways(swap="always")], indirect=True)
async def test_always_tells_that_the_link_is_stored_where_the_swap_cannot_begin(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE INSERT ON intents BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )

    seen = await ann.link(world.ann)

    assert "✅ Linked" in seen.text
    assert "I did not swap the key. I cannot write to my own database" in seen.text
    assert await still_works(stage, world, ann)


async def test_a_panel_that_let_no_keys_be_made_is_asked_again_after_an_hour(
    stage: SwapStage, world: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.panel.faults.answer(405, '{"errors":[{"code":"HttpException","status":"405","detail":"No."}]}', **MAKING)
    await ann.press(SWAP)
    off = await ann.run("account")
    offered_then = SWAP in off.buttons
    monkeypatch.setattr("bot.services.swapping.ASKED_AGAIN", timedelta(0))

    await ann.run("account")
    seen = await ann.press(SWAP)

    assert not offered_then
    assert "✅ Swapped" in seen.text


async def test_who_left_while_the_key_was_made_is_told_to_link_and_has_the_buttons_for_it(
    stage: SwapStage, ann: Person
) -> None:
    async with stage.slow_panel(lambda request: request.method == "POST"):
        waiting = await ann.press(SWAP)
        run_sql(database_file(stage), "DELETE FROM links")  # as by another process

    seen = ann.saw(waiting.result)

    assert "You unlinked meanwhile." in seen.text
    assert "Run </link:" in seen.text
    assert "works as before" not in seen.text
    assert {"Create a key on {panel}", "I have my key"} <= set(buttons_on(seen))
    assert "Try again" not in seen.buttons


async def test_a_key_that_no_longer_allows_the_address_is_entered_anew_from_what_it_kept_from_happening(
    stage: SwapStage, ann: Person, world: World
) -> None:
    row = next(key for key in stage.panel.state.keys if key.token == world.ann)
    row.allowed_ips = ("198.51.100.9",)

    failed = await ann.press(SWAP)
    words, offered = failed.text, buttons_on(failed)
    row.allowed_ips = ()
    await ann.press("I have my key", on=failed)
    linked = await ann.fill(key=world.ann)

    assert "allow this bot's address" in words
    assert {"Create a key on {panel}", "I have my key"} <= set(offered)
    assert "Linked" in linked.text


async def test_a_pasted_key_that_is_not_deleted_for_the_own_ones_addresses_has_the_form_for_another(
    stage: SwapStage, world: World
) -> None:
    ann, seen = await swapped(stage, world.ann)
    (own,) = stage.own()
    own.allowed_ips = ("198.51.100.9",)

    failed = await ann.press(DELETE, on=seen)

    assert "allow this bot's address" in failed.text
    assert {"Create a key on {panel}", "I have my key"} <= set(buttons_on(failed))
