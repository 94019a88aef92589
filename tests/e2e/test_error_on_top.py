"""An error of whatever is pressed on the way of a server stands on top of that server's message as it is now."""

from __future__ import annotations

import re

import pytest

from tests.e2e.scenes import SCENES, furnish
from tests.names import buttons_on
from tests.security.evidence import database_file, run_sql
from tests.stage import Stage
from tests.world import World, add_servers

NO = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'
OF_NO_SERVER = frozenset(
    {
        *("link.open", "link.submit", "swap.start", "pasted.delete", "pasted.keep", "left.gone"),
        *("account.show", "account.export", "account.names", "unlink.ask", "unlink.confirm"),
        *("servers.list", "servers.others", "servers.turn", "again.run", "again.form"),
        # What a record or a search over all servers shows is no server's list.
        *("history.list", "history.pick", "named.history", "search.list", "search.open", "everyone.list"),
    }
)
OF_A_TEXT = frozenset({"find.form", "notes.edit", "notes.save", "notes.typed"})
"""The first opens its form without the panel, the last is on no message; the others leave what was typed as it is."""
OF_A_PLAN = frozenset({"several.go", "several.stop"})


@pytest.mark.parametrize("verb", sorted(SCENES.keys() - OF_NO_SERVER - OF_A_TEXT - OF_A_PLAN))
async def test_an_error_stands_on_top_of_the_servers_message_whatever_was_pressed(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann, scene = await stage.linked("ann", world.ann), SCENES[verb]
    shown = await scene.way(stage, ann)
    message = shown.message.id if shown.answered else None
    stage.panel.faults.answer(400, NO, path="/api/client/*", times=1)

    seen = await scene.play(ann, shown)

    first, *rest = (seen.embed.description or "").splitlines()
    assert message in (None, seen.message.id)
    assert first.startswith("❌ **")
    if verb.startswith("join.") or verb in ("named.address", "named.join"):
        assert (seen.embed.title or "").startswith("Players' address · ")
        assert "Show allocations" in buttons_on(seen)
        return
    assert re.search(r"\d+ of \d+ ports (used|with)", "\n".join(rest)) or "Port 25566" in (seen.embed.title or "")
    assert {"Refresh", "Back"} & set(buttons_on(seen))


async def test_what_was_typed_for_several_ports_is_not_lost_with_what_is_wrong_in_it(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await SCENES["several.named"].way(stage, ann)

    seen = await ann.fill(on=form, lines="lobby\n" + "x" * 300)

    assert (seen.embed.description or "").startswith("❌ **These notes are too long")
    assert "> lobby\n> xxx" in seen.text
    assert "2 of 5 ports used" in seen.text
    assert "Add several…" in seen.buttons


# ------------------------------------------------------------------------------------------- the message of a plan


async def test_a_question_that_cannot_be_carried_out_now_keeps_its_button_below_the_error(
    stage: Stage, world: World
) -> None:
    servers = add_servers(world, 3)
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(50, method="POST", path="*/network/allocations", times=None)
    for server in servers:
        await ann.run("allocations create", server=server, count=2)
    question = await SCENES["several.go"].way(stage, ann)

    seen = await ann.press("Add 2 ports")

    assert seen.message.id == question.message.id
    assert (seen.embed.description or "").startswith("❌ **One moment, please**")
    assert "I am adding ports to 3 of your servers already." in seen.text
    assert "▫️ query\n▫️ RCON" in seen.text
    assert {"Add 2 ports", "Back"} <= set(seen.buttons)


async def test_go_on_that_cannot_be_now_keeps_what_is_there_and_its_button_below_the_error(
    stage: Stage, world: World
) -> None:
    servers = add_servers(world, 3)
    ann = await stage.linked("ann", world.ann)
    await SCENES["several.go"].way(stage, ann)
    world.survival.limit = 3
    stopped = await ann.press("Add 2 ports")
    stage.panel.faults.rate_limited(50, method="POST", path="*/network/allocations", times=None)
    for server in servers:
        await ann.run("allocations create", server=server, count=2)

    seen = await ann.press("Go on", on=stopped)

    assert seen.message.id == stopped.message.id
    assert (seen.embed.description or "").startswith("❌ **One moment, please**")
    assert "1 of 2 ports added" in seen.text
    assert "Go on" in seen.buttons


async def test_a_plan_that_is_no_longer_known_turns_into_the_list_with_the_error_on_top(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await SCENES["several.go"].way(stage, ann)
    run_sql(database_file(stage), "DELETE FROM plans")

    seen = await ann.press("Add 2 ports", on=question)

    assert seen.message.id == question.message.id
    assert (seen.embed.description or "").startswith("❌ **I no longer know what was to be added**")
    assert "2 of 5 ports used" in seen.text
    assert stage.changes == []


async def test_a_button_of_an_earlier_version_without_the_server_tells_the_error_alone(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await SCENES["several.go"].way(stage, ann)

    seen = await stage.forge(ann, f"v1:several.go:{ann.id}:77", on=question)

    assert "I no longer know what was to be added" in seen.text
    assert buttons_on(seen) == ["My servers"]
    assert stage.changes == []


@pytest.mark.parametrize("forged", ["v0:alloc.list:{me}:5e000001:0", "v1:alloc.list:{me}:%", "v1:no.verb:{me}", "v1:"])
async def test_a_button_that_cannot_be_read_leaves_no_old_buttons_beside_what_is_told(
    stage: Stage, world: World, forged: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    before = len(stage.channel.history(viewer=ann.actor))

    told = await stage.forge(ann, forged.format(me=ann.id), on=panel)
    words, offered, where = told.text, buttons_on(told), told.message.id
    seen = await ann.press("My servers", on=told)

    assert "This message is from an earlier version of me" in words
    assert (where, offered) == (panel.message.id, ["My servers"])
    assert len(stage.channel.history(viewer=ann.actor)) == before
    assert "Survival" in seen.text
    assert stage.changes == []
