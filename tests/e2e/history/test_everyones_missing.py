"""Everyone's changes where there are none to show, or not all: it is said what the log does not have, and why."""

from __future__ import annotations

import pytest

from bot.demo.panel import WebPage
from bot.demo.people import Person
from tests.e2e.history.everyones import LABEL, everyone, lines, on_both, user
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


async def test_what_the_log_does_not_have_is_said(world: World, ann: Person) -> None:
    row = world.state.allocations[2]
    WebPage(world.state, None).make_primary(world.survival, row)
    gone = world.state.add_user("gone")
    WebPage(world.state, gone).write_notes(world.survival, row, "x")
    del world.state.users[gone.id]

    seen = await everyone(ann)

    assert [line.split(" · ")[0] for line in lines(seen)] == ["Somebody it does not name"] * 2
    assert "Not in the log**: what {panel} refused, whose key or which tool was used" in unnamed(seen.text)
    assert "It does not say which port was the primary before" in seen.text
    assert "Nobody is named where {panel} did it by itself, and where the account is gone" in unnamed(seen.text)


async def test_an_empty_log_says_so_and_leads_on(stage: Stage, ann: Person) -> None:
    seen = await everyone(ann)

    assert "{panel}'s own log has no lines about this server's ports." in unnamed(seen.text)
    assert seen.buttons == {
        "Ports": False,
        "Starts and stops": True,
        "Everything": True,
        "Refresh": True,
        "Your changes": True,
        "Show allocations": True,
        "My servers": True,
    }
    assert "Your changes" in (await ann.press("Your changes")).text


async def test_without_the_permission_it_says_which_and_who_grants_it(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    refused = await everyone(bob)
    words, offered = refused.text, list(refused.buttons)
    world.state.add_subuser(world.survival, user(world, "bob"), ["allocation.read", "activity.read"])
    seen = await everyone(bob)

    assert "does not show me this server's log" in words
    assert offered == ["Show allocations"]
    assert "lacks the permission `activity.read` on this server" in words
    assert "Ask the server's owner to grant it on" in words
    assert "{panel}'s own log has no lines" in unnamed(seen.text)


@on_both
@pytest.mark.parametrize("state", ["suspended", "installing", "transferring", "maintenance", "restoring_backup"])
async def test_a_server_in_a_state_that_blocks_its_log_is_told_in_the_panels_words(
    stage: Stage, world: World, ann: Person, state: str
) -> None:
    if state == "transferring":
        world.survival.transferring = True
    elif state == "maintenance":
        world.state.nodes[world.survival.node_id].maintenance = True
    else:
        world.survival.status = state

    seen = await everyone(ann)

    assert "does not show me this server's log" in seen.text
    assert "{panel} shows nobody the log of a server in this state" in unnamed(seen.text)
    assert "{panel} says: “" in unnamed(seen.text)
    assert "Look again when that is over" in seen.text
    assert list(seen.buttons) == ["Try again"]
    world.survival.status, world.survival.transferring = None, False
    world.state.nodes[world.survival.node_id].maintenance = False
    assert "{panel}'s own log has no lines" in unnamed((await ann.press("Try again")).text)


async def test_a_server_that_is_somebody_elses_is_unknown(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await everyone(dan, "5e000001")

    assert "knows no such server of yours" in seen.text


async def test_the_log_of_a_panel_that_hides_administrators_says_that_it_may(world: World, ann: Person) -> None:
    admin = world.state.add_user("ada", admin=True)
    WebPage(world.state, admin).make_primary(world.survival, world.state.allocations[2])
    world.state.hides_administrators = True

    seen = await everyone(ann)

    assert lines(seen) == []
    assert "Its operator may also leave administrators out of it" in seen.text


async def test_a_history_of_all_servers_has_no_such_button_as_no_server_is_named(ann: Person) -> None:
    seen = await ann.run("allocations history")

    assert LABEL not in seen.buttons
