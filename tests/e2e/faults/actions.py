"""The actions of the matrix: what a person does, and what it says of a change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.people import Person, Seen
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World


@dataclass(frozen=True)
class Action:
    """Something a person does; the fault is for its request of this verb and path."""

    do: Callable[[Person, World], Awaitable[Seen]]
    verb: str
    path: str = "*"
    done: str = ""
    not_done: str = ""
    unknown: str = ""
    """What a change says when it is, or is not, in effect, or when that is not known."""

    @property
    def is_change(self) -> bool:
        """Whether it changes anything on the panel."""
        return self.verb != "GET"


ROWS = "*/network/allocations"
ACTIONS = {
    "link": Action(lambda who, world: who.fill(key=world.ann), "GET"),
    "servers": Action(lambda who, _: who.run("servers"), "GET", "/api/client"),
    "list": Action(lambda who, world: who.run("allocations list", server=world.survival.identifier), "GET"),
    "check": Action(lambda who, _: who.press("Check"), "GET"),
    "address": Action(
        lambda who, world: who.run("allocations address", server=world.survival.identifier, name="play.example.org"),
        "GET",
    ),
    "find": Action(lambda who, _: who.run("allocations find", text="nobody has this"), "GET", "/api/client"),
    "everyone": Action(lambda who, _: who.press("Everyone's changes"), "GET", "*/activity"),
    "create": Action(
        lambda who, world: who.run("allocations create", server=world.survival.identifier, notes="query", primary=True),
        "POST",
        ROWS,
        "✅ Added",
        "❌ No port was added",
        "❔ I do not know whether a port was added",
    ),
    "notes": Action(
        lambda who, world: who.run(
            "allocations notes", server=world.survival.identifier, allocation="25566", text="map"
        ),
        "POST",
        f"{ROWS}/2",
        "✅ Noted `",
        "❌ The notes were not changed",
        "❔ I do not know whether the notes were saved",
    ),
    "primary": Action(
        lambda who, world: who.run("allocations primary", server=world.survival.identifier, allocation="25566"),
        "POST",
        f"{ROWS}/2/primary",
        "✅ Made primary",
        "❌ The primary was not changed",
        "❔ I do not know whether the primary was changed",
    ),
    "delete": Action(
        lambda who, _: who.press("Remove 203.0.113.7:25566"),
        "DELETE",
        f"{ROWS}/2",
        "✅ Removed",
        "❌ The port was not removed",
        "❔ I do not know whether the port was removed",
    ),
}

READS = [name for name, action in ACTIONS.items() if not action.is_change]
CHANGES = [name for name, action in ACTIONS.items() if action.is_change]


async def ready(stage: TroubledStage, world: World, action: str) -> Person:
    """Return a person just before the action."""
    if action == "link":
        stage.watch_requests()
        ann = stage.person("ann")
        await ann.run("link")
        return ann
    ann = await stage.linked("ann", world.ann)
    if action == "delete":
        await ann.run("allocations delete", server=world.survival.identifier, allocation="25566")
    elif action == "everyone":
        await ann.run("allocations history", server=world.survival.identifier)
    elif action == "check":
        await ann.run("allocations list", server=world.survival.identifier)
        await ann.choose("203.0.113.7:25566")
    elif ACTIONS[action].is_change:
        await ann.run("allocations list", server=world.survival.identifier)
    stage.watch_requests()
    return ann


def titled(seen: Seen, title: str) -> bool:
    """Tell whether this error is the whole message, or stands on top of what the message is about."""
    first, second, *_ = unnamed(seen.text).split("\n")
    return second == f"❌ **{title}**" or first.split(" · ")[0] == f"❌ {title}"


def in_effect(world: World, action: str) -> bool:
    """Tell whether the panel holds the change of an action."""
    rows = world.state.allocations
    return {
        "create": len(world.state.allocations_of(world.survival)) == 3,
        "notes": rows[2].notes == "map",
        "primary": world.survival.primary_id == 2,
        "delete": rows[2].server_id is None,
    }[action]
