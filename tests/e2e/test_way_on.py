"""After an error: the message shows what is so now, with the error on top and the button that does what it advises."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.demo.panel import Maintenance
from bot.demo.people import Person, Seen
from bot.front import again
from bot.ui.text import clean, clip
from tests.e2e.scenes import SCENES, running
from tests.e2e.test_list import fill_up
from tests.names import LINKING, buttons_on, unnamed
from tests.stage import Stage
from tests.world import World

WRONG = "ptlc_" + "x" * 43


def messages(stage: Stage, person: Person) -> list[int]:
    """Return the messages of the channel that a person sees, whoever else does."""
    return [message.id for message in stage.channel.history(viewer=person.actor)]


async def _list(_: Stage, person: Person) -> Seen:
    return await person.run("allocations list", server="Survival")


async def _detail(stage: Stage, person: Person) -> Seen:
    await _list(stage, person)
    return await person.choose("2")


# -------------------------------------------------------------------------------- the panel message, as it is now


def _deleted(world: World) -> None:
    world.state.release(world.state.allocations[2])


def _made_primary(world: World) -> None:
    world.survival.primary_id = 2


def _filled_up(world: World) -> None:
    world.survival.limit = 2


@dataclass(frozen=True)
class Case:
    """A press on the panel message, what happened on the panel just before, and what is to be seen then."""

    way: Callable[[Stage, Person], Awaitable[Seen]]
    use: Callable[[Person, Seen], Awaitable[Seen]]
    meanwhile: Callable[[World], None]
    error: str
    now: str
    gone: str


CASES = {
    "choosing one that is gone": Case(
        _list,
        lambda who, on: who.choose("2", on=on),
        _deleted,
        "That port is no longer there",
        "1 of 5",
        ":25566`",
    ),
    "editing the notes of one that is gone": Case(
        _detail, lambda who, on: who.press("Edit notes", on=on), _deleted, "no longer there", "1 of 5", "voice lobby"
    ),
    "making one primary that is gone": Case(
        _detail, lambda who, on: who.press("Make primary", on=on), _deleted, "no longer there", "1 of 5", "voice lobby"
    ),
    "deleting one that became the primary": Case(
        _detail,
        lambda who, on: who.press("Remove…", on=on),
        _made_primary,
        "The primary cannot be removed",
        "⭐ `203.0.113.7:25566` **Primary**",
        "▫️ `203.0.113.7:25566`",
    ),
    "adding over the limit": Case(
        _list,
        lambda who, on: who.press("Add port", on=on),
        _filled_up,
        "The allocation limit is reached",
        "2 of 2",
        "of 5",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_an_error_pressed_from_the_panel_message_redraws_it_as_it_is_now(
    stage: Stage, world: World, name: str
) -> None:
    case = CASES[name]
    ann = await stage.linked("ann", world.ann)
    panel = await case.way(stage, ann)
    before = set(panel.wire_values)
    case.meanwhile(world)

    seen = await case.use(ann, panel)

    first = (seen.embed.description or "").splitlines()[0]
    assert seen.message.id == panel.message.id
    assert messages(stage, ann).count(seen.message.id) == 1
    assert first.startswith("❌ **")
    assert case.error in first
    assert "**What to do**: " in seen.text
    assert case.now in seen.text
    assert case.gone not in seen.text
    assert not before & set(seen.wire_values)
    assert stage.changes == []


async def test_notes_that_could_not_be_saved_can_still_be_read(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _detail(stage, ann)
    form = await ann.press("Edit notes")
    _deleted(world)

    seen = await ann.fill(on=form, notes="the web map")

    assert seen.message.id == panel.message.id
    assert "no longer there" in seen.text
    assert "> the web map" in seen.text
    assert "1 of 5" in seen.text


async def test_a_key_entered_as_notes_is_not_shown_again_and_comes_with_the_page_to_delete_it(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _detail(stage, ann)
    form = await ann.press("Edit notes")

    seen = await ann.fill(on=form, notes=f"key {world.dan}")

    assert seen.message.id == panel.message.id
    assert "That looks like an API key" in seen.text
    assert world.dan not in seen.text
    assert "voice lobby" in seen.text
    assert {"See your keys on {panel}", "I have my key", "Edit notes"} <= set(buttons_on(seen))


# ------------------------------------------------------------------------------------------ where nothing is known


@pytest.mark.parametrize("label", ["Refresh", "Add port"])
async def test_where_the_panel_does_not_tell_no_live_button_of_the_old_picture_is_left(
    stage: Stage, world: World, label: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    world.state.maintenance = Maintenance()

    seen = await ann.press(label)

    assert seen.message.id == panel.message.id
    assert unnamed(seen.text).startswith("❌ {panel} is in maintenance")
    assert "I do not know what the server holds now" in seen.text
    assert "25566" not in seen.text
    # A change is never repeated by a button of its error.
    assert buttons_on(seen) == ["Try again" if label == "Refresh" else "Show allocations"]


async def test_try_again_on_such_a_message_shows_the_list_in_its_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    world.state.maintenance = Maintenance()
    await ann.press("Refresh")
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert seen.message.id == panel.message.id
    assert "2 of 5 ports used" in seen.text
    assert "❌" not in seen.text


async def test_a_choice_is_made_again_by_try_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    world.state.maintenance = Maintenance()
    await ann.choose("2")
    await stage.restart()
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert seen.message.id == panel.message.id
    assert "Port 25566" in seen.text
    assert "voice lobby" in seen.text


async def test_a_message_that_a_later_action_used_is_left_to_that(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    world.state.revoke(world.ann)

    async with stage.slow_panel():
        refreshed = await ann.press("Refresh", on=panel)
        account = await stage.forge(ann, f"v1:account.show:{ann.id}", on=panel)
    refused = ann.saw(refreshed.result)

    assert account.message.id == panel.message.id
    assert "Your link" in account.text
    assert "refused your key" in refused.text
    assert refused.message.id != panel.message.id


# ---------------------------------------------------------------------------------------------- what is to be done

COMMANDS = {
    "servers": ({}, "2 servers"),
    "allocations list": ({"server": "Survival"}, "2 of 5 ports used"),
    "allocations delete": ({"server": "5e000001", "allocation": "25566"}, "Remove"),
    "allocations notes": ({"server": "5e000001", "allocation": "25566"}, "voice lobby"),
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_try_again_runs_the_same_command_in_the_place_of_its_error_after_a_restart_too(
    stage: Stage, world: World, command: str
) -> None:
    options, shows = COMMANDS[command]
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance()
    failed = await ann.run(command, **options)
    offered = buttons_on(failed)
    world.state.maintenance = None
    await stage.restart()

    seen = await ann.press("Try again", on=failed)

    assert offered == ["Try again"]
    assert shows in (seen.text if seen.answered else str(seen.form))
    assert not seen.answered or seen.message.id == failed.message.id
    assert stage.changes == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("allocations create", {"server": "5e000001"}),
        ("allocations notes", {"server": "5e000001", "allocation": "#2", "text": "map"}),
        ("allocations primary", {"server": "5e000001", "allocation": "#2"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_change_that_failed_is_never_repeated_by_a_button_but_shown(
    stage: Stage, world: World, command: str, options: dict[str, str]
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance()
    offered = buttons_on(await ann.run(command, **options))
    world.state.maintenance = None

    seen = await ann.press("Show allocations")

    assert offered == ["Show allocations"]
    assert "2 of 5 ports used" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize(
    ("server", "title"), [("Nowhere", "No such server"), ("ffffffff", "{panel} knows no such server of yours")]
)
async def test_an_error_that_sends_to_the_servers_opens_them(
    stage: Stage, world: World, server: str, title: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    failed = await ann.run("allocations list", server=server)
    words = unnamed(failed.text)
    seen = await ann.press("My servers")

    assert title in words
    assert "Survival" in seen.text
    assert seen.message.id == failed.message.id


async def test_no_button_that_repeats_belongs_to_a_change(stage: Stage) -> None:
    changing = {verb for verb, scene in SCENES.items() if scene.changes}

    assert not changing & (again.PRESSES | again.CHOICES)
    assert stage.bot.router.verbs >= again.PRESSES | again.CHOICES
    assert set(again.COMMANDS) <= set(stage.bot.mentions)


@pytest.mark.parametrize(
    "forged",
    [
        "again.run:{me}:allocations-create:server:NWUwMDAwMDE",
        "again.run:{me}:allocations-notes:server:NWUwMDAwMDE:allocation:IzI:text:bWFw",
        "again.run:{me}:allocations-list:server:%",
        "again.run:{me}:allocations-delete:server:NWUwMDAwMDE",
        "again.run:{me}:allocations-list:colour:NWUwMDAwMDE",
        "again.run:{me}:allocations-list:server",
        "again.run:{me}:no-command",
        "again.run:{me}",
        "again.choose:{me}:pick-primary:5e000001:none:2",
        "again.choose:{me}:alloc-delete:5e000001:2:0:00000000",
        "again.choose:{me}:alloc-pick",
    ],
)
async def test_a_forged_repetition_changes_nothing(stage: Stage, world: World, forged: str) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await running("help")(stage, ann)

    seen = await stage.forge(ann, "v1:" + forged.format(me=ann.id), on=panel)

    assert "This message is from an earlier version of me" in seen.text
    assert stage.changes == []


# ------------------------------------------------------------------------------------------------- the wrong key


@pytest.mark.parametrize("command", ["servers", "link"])
async def test_five_wrong_keys_leave_one_message(stage: Stage, world: World, command: str) -> None:
    ann = stage.person("ann")
    first = await ann.run(command)
    if command == "link":
        first = await ann.fill(key=WRONG)

    for number in range(5):
        await ann.press("I have my key")
        seen = await ann.fill(key=f"ptlc_{number}" + "x" * 42)
        assert seen.message.id == first.message.id
        assert "{panel} refused your key" in unnamed(seen.text)
        assert buttons_on(seen) == LINKING
    left = messages(stage, ann)
    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)

    assert left == [first.message.id]
    assert "✅ Linked" in linked.text
    assert linked.message.id == first.message.id


async def _typed_anew(who: Person, key: str) -> Seen:
    await who.run("link")
    return await who.fill(key=key)


async def test_five_wrong_keys_each_with_a_command_typed_anew_leave_one_message_and_a_good_one_none_of_them(
    stage: Stage, world: World
) -> None:
    ann, bob = stage.person("ann"), stage.person("bob")
    others = await _typed_anew(bob, WRONG)

    refusals = [await _typed_anew(ann, f"ptlc_{number}" + "x" * 42) for number in range(5)]
    left, last = messages(stage, ann), refusals[-1].message.id
    words = unnamed(refusals[-1].text)
    linked = await _typed_anew(ann, world.ann)

    assert len({seen.message.id for seen in refusals}) == 5
    assert left == [last]
    assert "{panel} refused your key" in words
    assert "✅ Linked" in linked.text
    assert messages(stage, ann) == [linked.message.id]
    assert messages(stage, bob) == [others.message.id]


async def test_a_refusal_is_taken_back_although_its_form_was_opened_and_not_filled(stage: Stage) -> None:
    ann = stage.person("ann")
    await _typed_anew(ann, WRONG)
    await ann.press("I have my key")

    again = await _typed_anew(ann, WRONG)

    assert messages(stage, ann) == [again.message.id]


async def test_a_message_that_shows_something_else_since_is_not_taken_for_a_refusal(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await _typed_anew(ann, WRONG)
    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)

    refused = await _typed_anew(ann, WRONG)
    await _typed_anew(ann, WRONG)

    assert refused.message.id not in messages(stage, ann)
    assert linked.message.id in messages(stage, ann)


async def test_a_refusal_that_discord_no_longer_lets_go_keeps_nobody_from_the_next_key(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    refused = await _typed_anew(ann, WRONG)
    stage.env.backend.delete_message(stage.channel.id, refused.message.id)  # by its person

    linked = await _typed_anew(ann, world.ann)

    assert "✅ Linked" in linked.text
    assert messages(stage, ann) == [linked.message.id]


async def test_a_key_that_the_panel_cannot_check_now_is_entered_again_from_its_error(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    world.state.maintenance = Maintenance()
    failed = await ann.link(world.ann)
    world.state.maintenance = None

    await ann.press("Try again")
    seen = await ann.fill(key=world.ann)

    assert "✅ Linked" in seen.text
    assert seen.message.id == failed.message.id


# ------------------------------------------------------------- what was found, what is copied, what is restarted


async def test_an_error_on_what_was_found_keeps_to_what_was_found(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    rows = world.state.allocations_of(world.survival)
    for row in rows[30:40]:
        row.notes = "web map"
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival", find="web map")
    world.state.release(rows[33])

    seen = await ann.choose(str(rows[33].id))

    assert seen.message.id == panel.message.id
    assert "That port is no longer there" in seen.text
    assert "🔎 Found 9 of 59 ports with “web map”" in seen.text
    assert len(seen.options) == 9


async def test_words_to_find_are_not_lost_with_the_panel_and_found_by_try_again(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    form = await ann.press("Find")
    world.state.maintenance = Maintenance()
    failed = await ann.fill(on=form, words="26031")
    offered = buttons_on(failed)
    world.state.maintenance = None
    await stage.restart()

    seen = await ann.press("Try again")

    assert offered == ["Try again"]
    assert seen.message.id == panel.message.id
    assert "🔎 Found 1 of 60 ports with “26031”" in seen.text


def _refuses_once(stage: Stage, path: str) -> None:
    stage.panel.faults.answer(400, '{"errors":[{"code":"X","status":"400","detail":"no"}]}', path=path, times=1)


async def test_an_error_of_copy_on_a_ports_page_keeps_that_page(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _detail(stage, ann)
    _refuses_once(stage, "/api/client/servers/5e000001")

    seen = await ann.press("Copy address")

    assert seen.message.id == panel.message.id
    assert "refused the request" in seen.text
    assert seen.embed.title == "Port 25566 · Survival"


async def test_an_error_of_restart_redraws_the_list_it_was_pressed_on(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    _refuses_once(stage, "/api/client/servers/5e000001/resources")

    seen = await ann.press("Restart…")

    assert seen.message.id == panel.message.id
    assert "refused the request" in (seen.embed.description or "").splitlines()[0]
    assert "2 of 5 ports used" in seen.text
    assert stage.changes == []


async def test_what_a_server_does_is_asked_again_by_try_again_and_nothing_is_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await _list(stage, ann)
    world.state.maintenance = Maintenance()
    offered = buttons_on(await ann.press("Restart…"))
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert offered == ["Try again", "Show allocations"]
    assert "Restart Survival?" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("several", [True, False], ids=["several are meant", "one is meant"])
async def test_a_server_that_was_meant_is_chosen_again_by_try_again(
    stage: Stage, world: World, *, several: bool
) -> None:
    if several:
        world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9", free_ports=())
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="surv" if several else "urviva", allocation="25566")
    world.state.maintenance = Maintenance()
    failed = await (ann.choose("5e000001") if several else ann.press("Go on with Survival"))
    offered = buttons_on(failed)
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert offered == ["Try again", "Show allocations"]
    assert seen.message.id == failed.message.id
    assert "Remove port 25566 of Survival?" in seen.text
    assert stage.changes == []


async def test_where_nothing_can_be_posted_nothing_is_offered_to_be_tried_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await _list(stage, ann)
    world.survival.primary_id = 3

    seen = await ann.press("Post address here")

    assert seen.message.id == panel.message.id
    assert "Choose a port in the list and make it the primary first." in seen.text
    assert "Try again" not in seen.buttons


@pytest.mark.parametrize("name", ["Survi\nval\u202e", "\u200b", "x" * 191])
async def test_a_button_that_names_a_server_shows_one_line_of_it(stage: Stage, world: World, name: str) -> None:
    world.survival.name = name
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="5e000001")

    seen = await ann.press("Restart…")

    label = next(label for label in seen.buttons if label.startswith("Restart"))
    assert label == clip(clean(f"Restart {name}"), 80)
