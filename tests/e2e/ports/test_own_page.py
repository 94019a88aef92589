"""One allocation: what can be done to it, and what is off and why."""

from __future__ import annotations

import re

import pytest

from bot.demo.people import Seen
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World, fill_up

TROUBLES: dict[str, tuple[str, str | None, int | None, str]] = {
    "suspended": ("ann", "suspended", 5, "The server is suspended"),
    "not installed": ("ann", "install_failed", 5, "The server is not installed"),
    "no limit": ("ann", None, None, "no allocation limit set"),
    "limit 0": ("ann", None, 0, "allocation limit is 0"),
    "no permission": ("bob", None, 5, "You lack the panel permission"),
    "all at once": ("bob", "suspended", None, "The server is suspended"),
}
"""Who looks, at a server in which state and with which limit, and the words of the reason why something is off."""


def shape(seen: Seen) -> list[list[int]]:
    """Return the kinds of the components, row by row."""
    return [[part["type"] for part in row["components"]] for row in seen.message.components]


async def test_choosing_an_allocation_shows_it_with_its_six_buttons_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    seen = await ann.choose("203.0.113.7:25566")

    assert seen.message.id == panel.message.id
    assert "`203.0.113.7:25566`" in seen.text
    assert "📝 voice lobby" in seen.text
    assert "Survival" in seen.text
    assert seen.buttons == {
        "Make primary": True,
        "Edit notes": True,
        "Check": True,
        "Copy address": True,
        "Remove…": True,
        "Back": True,
    }


async def test_an_allocations_own_page_shows_what_the_panel_holds_now(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    world.state.allocations[2].notes = "written meanwhile"

    seen = await bob.choose("203.0.113.7:25566")

    assert "written meanwhile" in seen.text
    assert seen.buttons["Edit notes"] is True


async def test_an_allocation_that_was_deleted_meanwhile_is_not_shown_from_memory(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.release(world.state.allocations[2])

    seen = await ann.choose("203.0.113.7:25566")

    assert "That port is no longer there" in seen.text


async def test_notes_are_shown_in_full_on_the_detail_screen(stage: Stage, world: World) -> None:
    notes = "x" * 191
    world.state.allocations[2].notes = notes
    ann = await stage.linked("ann", world.ann)

    listed = (await ann.run("allocations list", server="Survival")).text
    seen = await ann.choose("203.0.113.7:25566")

    assert notes not in listed
    assert notes in seen.text


async def test_on_the_primary_promotion_and_deletion_are_off_and_say_why(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose("play.example.com:25565")

    assert seen.buttons == {
        "Make primary": False,
        "Edit notes": True,
        "Check": True,
        "Copy address": True,
        "Remove…": False,
        "Players' address": True,
        "Back": True,
    }
    assert seen.embed.title == "Port 25565 · Survival"
    assert "⭐ `play.example.com:25565` **Primary**\nIts IP address is `203.0.113.7:25565`." in seen.text
    assert (
        "**Make primary** and **Remove** are off. This is the primary, and the primary cannot be removed; "
        "make another port the primary first." in seen.text
    )


async def test_for_a_reader_every_change_is_off_and_names_permission_and_grantor(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")

    seen = await bob.choose("203.0.113.7:25566")

    assert seen.buttons == {
        "Make primary": False,
        "Edit notes": False,
        "Check": True,
        "Copy address": True,
        "Remove…": False,
        "Back": True,
    }
    assert (
        "**Make primary**, **Edit notes** and **Remove** are off. You lack the panel permissions `allocation.update` "
        "and `allocation.delete`. Ask the server's owner to grant them on {panel} under Users." in unnamed(seen.text)
    )
    assert seen.text.count("to grant") == 1


async def test_a_subuser_who_may_update_gets_those_two_controls_only(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")

    seen = await bob.choose("203.0.113.7:25566")

    assert seen.buttons == {
        "Make primary": True,
        "Edit notes": True,
        "Check": True,
        "Copy address": True,
        "Remove…": False,
        "Back": True,
    }


async def test_a_suspended_server_has_every_change_off_and_says_why(stage: Stage, world: World) -> None:
    world.survival.status = "suspended"
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose("203.0.113.7:25566")

    assert seen.buttons == {
        "Make primary": False,
        "Edit notes": False,
        "Check": True,
        "Copy address": True,
        "Remove…": False,
        "Back": True,
    }
    assert unnamed(seen.text).count("The server is suspended; {panel} allows no changes until that ends.") == 1


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("page", ["the list", "the primary", "another port"])
async def test_each_reason_is_said_once(stage: Stage, world: World, page: str, trouble: str) -> None:
    who, status, limit, reason = TROUBLES[trouble]
    world.survival.status, world.survival.limit = status, limit
    person = await stage.linked(who, getattr(world, who))

    seen = await person.run("allocations list", server="Survival")
    if page != "the list":
        seen = await person.choose("play.example.com:25565" if page == "the primary" else "203.0.113.7:25566")

    sentences = [part for part in re.split(r"(?<=[.!?])\s+|\n", seen.text) if len(part) > 1]
    assert len(sentences) == len(set(sentences)), seen.text
    assert False in seen.buttons.values()
    # On the primary's own page it is that which is in the way first.
    assert seen.text.count(reason) == 1 or (page == "the primary" and reason not in seen.text)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (None, "no allocation limit set, so {panel} removes none. Ask your host to set one."),
        (0, "allocation limit is 0, so {panel} removes none. Ask your host to raise it."),
    ],
)
async def test_without_a_limit_only_deletion_is_off_and_says_why(
    stage: Stage, world: World, limit: int | None, words: str
) -> None:
    world.survival.limit = limit
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose("203.0.113.7:25566")

    assert seen.buttons == {
        "Make primary": True,
        "Edit notes": True,
        "Check": True,
        "Copy address": True,
        "Remove…": False,
        "Back": True,
    }
    assert words in unnamed(seen.text)


async def test_back_returns_to_the_page_the_allocation_is_on(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    turned = await ann.press("Next")
    option = list(turned.options)[3]
    await ann.choose(option)

    seen = await ann.press("Back")

    assert "Page 2 of 3" in seen.text
    assert option in seen.options


async def test_a_choice_that_is_gone_meanwhile_says_so(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await stage.restart()
    world.state.release(world.state.allocations[2])

    seen = await ann.choose("203.0.113.7:25566")

    assert "That port is no longer there" in seen.text
    assert "</allocations list:" in seen.text


async def test_going_from_the_list_to_an_allocation_and_back_keeps_the_messages_height(
    stage: Stage, world: World
) -> None:
    fill_up(world, world.survival, 5)
    ann = await stage.linked("ann", world.ann)
    listed = await ann.run("allocations list", server="Survival")
    lines, rows, footer = len(listed.text.splitlines()), shape(listed), listed.embed.footer.text

    page = await ann.choose("203.0.113.7:26000")

    assert len(page.text.splitlines()) == lines
    assert len(shape(page)) == len(rows) == 3
    assert page.embed.footer.text == footer
    assert list(page.options) == list(listed.options)


async def test_the_select_of_an_allocations_page_shows_it_and_leads_to_the_next(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    page = await ann.choose("203.0.113.7:25566")
    chosen = [o["label"] for c in page.components if c["type"] == 3 for o in c["options"] if o.get("default")]
    seen = await ann.choose("play.example.com:25565")

    assert chosen == ["203.0.113.7:25566"]
    assert seen.embed.title == "Port 25565 · Survival"
