"""How many panel calls each action makes, and which."""

from __future__ import annotations

from pathlib import Path

from bot.demo import stage as demo
from bot.demo.games import JavaGame
from tests.e2e.checks import CheckingStage, free_port, place
from tests.names import undo_of
from tests.stage import Stage
from tests.world import World, fill_up

SERVER = "/servers/5e000001"
ROWS = f"{SERVER}/network/allocations"
VIEW = f"GET {SERVER}"
LIST = f"GET {ROWS}"
CREATE = f"POST {ROWS}"


async def test_link_makes_two_calls(stage: Stage, world: World) -> None:
    await stage.person("ann").link(world.ann)

    assert stage.asked == ["GET /account", "GET /"]


async def test_servers_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("servers")

    assert stage.asked == ["GET /"]


async def test_list_and_refresh_make_one_call_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations list", server="Survival")
    await ann.press("Refresh")

    assert stage.asked == [VIEW, VIEW]


async def test_list_with_an_identifier_and_nothing_known_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations list", server="5e000001")

    assert stage.asked == [VIEW]


async def test_list_with_a_name_and_nothing_known_makes_two_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations list", server="Survival")

    assert stage.asked == ["GET /", VIEW]


async def test_an_allocations_own_page_and_its_notes_form_make_one_call_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    await ann.choose("203.0.113.7:25566")
    shown = list(stage.asked)
    await ann.press("Edit notes")

    assert shown == [VIEW]
    assert stage.asked == [VIEW, VIEW]


async def test_the_address_players_type_makes_one_call_shown_given_or_cleared(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations address", server="Survival")
    await ann.run("allocations address", server="Survival", name="play.example.org")
    await ann.press("Clear")

    # The second finds its server in the list as it was just read; giving it a name has that read anew.
    assert stage.asked == [VIEW, VIEW, VIEW]


async def test_notes_make_two_calls_the_read_and_the_write(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="x")
    by_option = list(stage.asked)
    await ann.choose("203.0.113.7:25566")
    await ann.press("Edit notes")
    stage.panel.requests.clear()
    await ann.fill(notes="y")

    assert by_option == stage.asked == [VIEW, f"POST {ROWS}/2"]


async def test_notes_with_an_identifier_and_nothing_known_make_two_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations notes", server="5e000001", allocation="25566", text="x")

    assert stage.asked == [VIEW, f"POST {ROWS}/2"]


async def test_notes_that_say_it_already_make_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="voice lobby")

    assert stage.asked == [VIEW]


async def test_primary_makes_three_calls_and_its_undo_two_more_for_whether_the_game_listens_there_still(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.press(undo_of(ann.seen))

    there, back = ([VIEW, f"POST {ROWS}/{row}/primary", LIST] for row in (2, 1))
    assert stage.asked == [*there, *back, f"{VIEW}/resources", f"{VIEW}/activity"]


async def test_primary_with_an_identifier_and_nothing_known_makes_three_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations primary", server="5e000001", allocation="25566")

    assert stage.asked == [VIEW, f"POST {ROWS}/2/primary", LIST]


async def test_create_makes_three_calls_the_read_the_write_and_the_read_back(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Survival")
    await ann.press("Add another")

    assert stage.asked == [VIEW, CREATE, LIST, VIEW, CREATE, LIST]


async def test_create_makes_one_call_more_for_notes_and_one_for_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Survival", notes="x")
    noted = list(stage.asked)
    stage.panel.requests.clear()
    await ann.run("allocations create", server="Survival", primary=True)
    promoted = list(stage.asked)
    stage.panel.requests.clear()
    await ann.run("allocations create", server="Survival", notes="x", primary=True)

    rows = [row.id for row in world.state.allocations_of(world.survival) if row.id > 2]
    assert noted[:2] == promoted[:2] == stage.asked[:2] == [VIEW, CREATE]
    assert noted[2] in {f"POST {ROWS}/{row}" for row in rows}
    assert promoted[2] in {f"POST {ROWS}/{row}/primary" for row in rows}
    assert [noted[3:], promoted[3:]] == [[LIST], [LIST]]
    new = world.survival.primary_id
    assert stage.asked == [VIEW, CREATE, f"POST {ROWS}/{new}", f"POST {ROWS}/{new}/primary", LIST]


async def test_a_creation_and_a_promotion_are_looked_at_once_more_by_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    for change in ("create", "primary"):
        options = {"allocation": "25566"} if change == "primary" else {}
        await ann.run(f"allocations {change}", server="Survival", **options)
        stage.panel.requests.clear()
        await stage.env.advance_time(60)

        assert stage.asked == [VIEW]


async def test_notes_and_deletions_are_not_looked_at_once_more(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="x")
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Remove 203.0.113.7:25566")
    stage.panel.requests.clear()

    await stage.env.advance_time(60)

    assert stage.asked == []


async def test_create_with_an_identifier_and_nothing_known_makes_three_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("allocations create", server="5e000001")

    assert "3 of 5 ports used" in seen.text
    assert stage.asked == [VIEW, CREATE, LIST]


async def test_delete_makes_one_call_to_ask_and_three_to_delete(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations delete", server="Survival", allocation="25566")
    asked = list(stage.asked)
    await ann.press("Remove 203.0.113.7:25566")

    assert asked == [VIEW]
    assert stage.asked == [VIEW, VIEW, f"DELETE {ROWS}/2", LIST]


async def test_delete_with_an_identifier_and_nothing_known_asks_with_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations delete", server="5e000001", allocation="25566")

    assert stage.asked == [VIEW]


async def test_cancelling_a_deletion_shows_the_allocation_as_it_is_now_with_one_call(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    stage.panel.requests.clear()

    await ann.press("Cancel")

    assert stage.asked == [VIEW]


async def test_posting_an_address_makes_one_call_to_ask_and_one_to_post(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    await ann.press("Post address here")
    asked = list(stage.asked)
    await ann.press("Post")

    assert asked == [VIEW]
    assert stage.asked == [VIEW, VIEW]


async def test_finding_a_port_by_option_or_form_and_copying_an_address_make_one_call_each(
    stage: Stage, world: World
) -> None:
    fill_up(world, world.survival, 30)
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations list", server="Survival", find="voice")
    by_option = list(stage.asked)
    form = await ann.press("Find")
    opened = list(stage.asked)
    await ann.fill(on=form, words="25566")
    by_form = list(stage.asked)
    await ann.press("Copy address")

    assert by_option == opened == [VIEW]
    assert by_form == [VIEW, VIEW]
    assert stage.asked == [VIEW, VIEW, VIEW]


async def test_suggestions_for_somebody_whose_servers_were_just_read_make_no_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.suggest("allocations list", "server", "Sur")
    await ann.suggest("allocations primary", "allocation", "255", server="5e000001")

    assert stage.asked == []


async def test_account_unlink_help_and_link_form_make_no_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    for command in ("account", "unlink", "help", "link"):
        await ann.run(command)

    assert stage.asked == []


async def test_every_request_carries_the_acting_persons_key_and_no_cookie(stage: Stage, world: World) -> None:
    people = {name: await stage.linked(name, getattr(world, name)) for name in ("ann", "bob", "dan")}

    for name, person in people.items():
        stage.panel.requests.clear()
        await person.run("servers")
        await person.run("allocations list", server="Survival" if name != "dan" else "Solo")
        await person.press("Refresh")

        assert {request.key for request in stage.panel.requests} == {getattr(world, name)}
        assert all("Cookie" not in request.headers for request in stage.panel.requests)
        assert all(request.headers["Accept"] == "application/json" for request in stage.panel.requests)


async def test_a_refused_change_is_sent_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.auto_allocation = False

    await ann.run("allocations create", server="Survival")

    assert stage.asked == [VIEW, CREATE]


async def test_a_creation_for_which_the_limit_leaves_no_room_is_not_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Creative")

    assert stage.asked == ["GET /servers/5e000002"]


async def test_a_check_that_is_answered_or_refused_makes_one_call_and_one_that_is_not_three(
    world: World, tmp_path: Path
) -> None:
    async with demo.open_stage(world.state, tmp_path, kind=CheckingStage) as stage, JavaGame() as game:
        ann = await stage.linked("ann", world.ann)
        asked = []
        for port, ip in ((game.port, "127.0.0.1"), (free_port(), "127.0.0.1"), (80, "169.254.169.254")):
            place(world, world.survival, port, ip=ip)
            await ann.run("allocations list", server="Survival")
            await ann.choose(f"{ip}:{port}")
            stage.panel.requests.clear()
            await ann.press("Check")
            asked.append(list(stage.asked))

    assert asked == [[VIEW], [VIEW, f"{VIEW}/resources", f"{VIEW}/activity"], [VIEW]]
