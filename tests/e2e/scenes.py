"""One way to every component the bot has: the message or form it is on, how to use it, and what that shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from discord.utils import utcnow

from bot.demo.panel import Maintenance
from bot.demo.people import Person, Seen
from bot.domain.models import ApiKey
from tests.stage import Stage
from tests.world import World, add_servers, fill_up

Way = Callable[[Stage, Person], Awaitable[Seen]]


@dataclass(frozen=True)
class Scene:
    """The way to a component, and what using it shows.

    `use` is how a button's label begins, or "select:VALUE", or "form:FIELD=VALUE".
    """

    way: Way
    use: str
    shows: str
    changes: bool = False
    forgotten: str | None = None
    """What it shows after a restart, where that needs what was in memory alone."""

    async def play(self, person: Person, seen: Seen) -> Seen:
        """Use the component."""
        kind, _, rest = self.use.partition(":")
        if kind == "select":
            return await person.choose(rest, on=seen)
        if kind == "form":
            name, _, value = rest.partition("=")
            return await person.fill(on=seen, **{name: value})
        return await person.press(self._label(seen), on=seen)

    async def forge(self, stage: Stage, person: Person, seen: Seen, custom_id: str) -> Seen:
        """Use a component of this kind with another custom_id, or as another person."""
        kind, _, rest = self.use.partition(":")
        if kind == "form":
            name, _, value = rest.partition("=")
            return await stage.forge_form(person, custom_id, **{name: value})
        values, number = ([rest], 3) if kind == "select" else ((), 2)
        return await stage.forge(person, custom_id, on=seen, values=values, kind=number)

    def custom_id(self, seen: Seen) -> str:
        """Return the custom_id of the component."""
        if self.use.startswith("form:"):
            return str(seen.form["custom_id"])
        if self.use.startswith("select:"):
            return str(next(part["custom_id"] for part in seen.components if part["type"] == 3))
        return seen.custom_id(self._label(seen))

    def _label(self, seen: Seen) -> str:
        return next(label for label in seen.buttons if label.startswith(self.use))


def running(command: str, **options: str) -> Way:
    """Return the way that is one command."""

    async def way(_: Stage, person: Person) -> Seen:
        return await person.run(command, **options)

    return way


async def _detail(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.choose("203.0.113.7:25566")


async def _asked_before_the_primary(stage: Stage, person: Person) -> Seen:
    row = stage.panel.state.allocations[2]
    row.notes = "voice chat"
    next(server for server in stage.panel.state.servers.values() if server.id == row.server_id).primary_id = 1
    await _detail(stage, person)
    return await person.press("Make primary")


async def _notes_form(stage: Stage, person: Person) -> Seen:
    await _detail(stage, person)
    return await person.press("Edit notes")


async def _conflict(stage: Stage, person: Person) -> Seen:
    form = await _notes_form(stage, person)
    stage.panel.state.allocations[2].notes = "somebody else's"
    return await person.fill(on=form, notes="mine")


async def _form_that_came_too_soon(stage: Stage, person: Person) -> Seen:
    stage.panel.state.allocations[2].notes = None
    async with stage.slow_panel():
        waiting = await person.run("allocations notes", server="5e000001", allocation="25566")
        await stage.env.advance_time(1.9)
    return person.saw(waiting.result)


async def _administrators_servers(stage: Stage, person: Person) -> Seen:
    stage.panel.state.users[1].admin = True
    dan = stage.panel.state.users[4]
    stage.panel.state.add_server(dan, "Duo", limit=3, ip="203.0.113.99", ports=(25565,), free_ports=())
    await person.link(KEY)
    return await person.run("servers")


async def _restart_question(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Restart…")


async def _share_question(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Post address here")


def _twice(command: str, **options: str) -> Way:
    """Return the way of a command whose port Survival has on two addresses."""

    async def way(stage: Stage, person: Person) -> Seen:
        stage.panel.state.add_allocation("203.0.113.50", 25566).server_id = 1
        return await person.run(command, server="5e000001", allocation="25566", **options)

    return way


async def _many_ports(stage: Stage, person: Person) -> Seen:
    state = stage.panel.state
    server = next(server for server in state.servers.values() if server.name == "Survival")
    for port in range(27000, 27020):
        state.assign(server, port)
    return await person.run("allocations list", server="Survival")


async def _find_form(stage: Stage, person: Person) -> Seen:
    await _many_ports(stage, person)
    return await person.press("Find")


async def _typed_twice(stage: Stage, person: Person) -> Seen:
    form = await _form_that_came_too_soon(stage, person)
    stage.panel.state.add_allocation("203.0.113.50", 25566).server_id = 1
    return await person.fill(on=form, notes="typed twice")


async def _history(_: Stage, person: Person) -> Seen:
    for number in range(11):
        await person.run("allocations notes", server="Survival", allocation="25566", text=f"note {number}")
    return await person.run("allocations history")


async def _change_of_history(stage: Stage, person: Person) -> Seen:
    await _history(stage, person)
    return await person.choose("11")


async def _swapped(_: Stage, person: Person) -> Seen:
    await person.run("account")
    return await person.press("Swap it for a key of my own")


async def _left_behind(stage: Stage, person: Person) -> Seen:
    intents = stage.bot.services.keyring._intents
    await intents.begin(person.id, "Berth, Discord ann 5e", ApiKey("ptlc_" + "x" * 43), at=utcnow())
    await intents.give_up(person.id, "Berth, Discord ann 5e")
    return await person.run("account")


def _in_maintenance(command: str, **options: str) -> Way:
    """Return the way of a command that the panel was in maintenance for, and is no more."""

    async def way(stage: Stage, person: Person) -> Seen:
        stage.panel.state.maintenance = Maintenance()
        seen = await person.run(command, **options)
        stage.panel.state.maintenance = None
        return seen

    return way


async def _several(stage: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Add several…")


async def _several_form(stage: Stage, person: Person) -> Seen:
    await _several(stage, person)
    return await person.choose("Other")


async def _several_question(stage: Stage, person: Person) -> Seen:
    await _several(stage, person)
    return await person.choose_several("Query", "RCON")


async def _several_waiting(stage: Stage, person: Person) -> Seen:
    await _several_question(stage, person)
    stage.panel.faults.rate_limited(50, method="POST", path="*/network/allocations")
    return await person.press("Add 2 ports")


async def _account_with_a_name(stage: Stage, person: Person) -> Seen:
    await person.run("allocations address", server="Survival", name="play.example.org")
    return await person.run("account")


KEY = "ptlc_0000000000100000000000000000000000000000001"
"""Ann's key in the small world."""


async def _named_anew(stage: Stage, person: Person) -> Seen:
    return await person.run("allocations history", server="Extra")


async def _primarys_page(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.choose("play.example.com:25565")


async def _name_form(_: Stage, person: Person) -> Seen:
    await person.run("allocations address", server="Survival")
    return await person.press("Give a name…")


def _mistyped(command: str, **options: str) -> Way:
    """Return the way of a command that names a server which there is not."""
    return running(command, server="Survvival", allocation="25566", **options)


PORT_FORGOTTEN = "I no longer know which port you named"
FORGOTTEN = "I no longer have the text you typed"
NOTES_FORGOTTEN = "I no longer know the notes you gave"

SCENES = {
    "link.open": Scene(running("account"), "Replace the key", "Link your panel account"),
    "link.submit": Scene(running("link"), f"form:key={KEY}", "✅ Linked"),
    "swap.start": Scene(running("account"), "Swap it", "✅ Swapped for a key of my own"),
    "pasted.delete": Scene(_swapped, "Delete the key I pasted", "✅ The key you pasted is deleted"),
    "pasted.keep": Scene(_swapped, "Keep it", "✅ The key you pasted is kept"),
    "left.gone": Scene(_left_behind, "It is not there any more", "Your link"),
    "account.show": Scene(running("unlink"), "Cancel", "Your link"),
    "account.export": Scene(running("account"), "Get it all as JSON", "Your data"),
    "account.names": Scene(_account_with_a_name, "Names you gave", "1 name for players to type."),
    "unlink.ask": Scene(running("account"), "Unlink…", "Unlink your panel account?"),
    "unlink.confirm": Scene(running("unlink"), "Unlink ptlc_", "✅ Unlinked"),
    "servers.list": Scene(running("servers"), "Next", "Page 2 of 2"),
    "servers.others": Scene(_administrators_servers, "Other people's servers", "which you see as an administrator"),
    "servers.turn": Scene(running("allocations list"), "Next", "Which server?"),
    "servers.open": Scene(running("servers"), "select:5e000001", "12 of 100 ports used"),
    "servers.pick": Scene(running("allocations list"), "select:5e000001", "12 of 100 ports used"),
    "create.pick": Scene(running("allocations create"), "select:5e000001", "✅ Added", changes=True),
    "alloc.list": Scene(running("allocations list", server="Survival"), "Refresh", "12 of 100 ports used"),
    "alloc.pick": Scene(running("allocations list", server="Survival"), "select:2", "📝 voice lobby"),
    "alloc.copy": Scene(running("allocations list", server="Survival"), "Copy address", "play.example.com:25565"),
    "find.form": Scene(_many_ports, "Find", "Find a port · "),
    "find.submit": Scene(_find_form, "form:words=voice", "Found 1 of 32 ports with “voice”"),
    "find.pick": Scene(running("allocations list", find="voice"), "select:5e000001", "Found 1 of 12 ports"),
    "alloc.show": Scene(
        running("allocations delete", server="Survival", allocation="25566"), "Cancel", "📝 voice lobby"
    ),
    "alloc.add": Scene(
        running("allocations list", server="Survival"), "Add port", "13 of 100 ports used", changes=True
    ),
    "alloc.primary": Scene(_detail, "Make primary", "✅ Made primary", changes=True),
    "alloc.promote": Scene(
        _asked_before_the_primary, "Make 203.0.113.7:25566 the primary", "✅ Made primary", changes=True
    ),
    "alloc.notes": Scene(_detail, "Edit notes", "voice lobby"),
    "notes.submit": Scene(_notes_form, "form:notes=from a form", "`: from a form", changes=True),
    "notes.typed": Scene(_form_that_came_too_soon, "form:notes=from a form", "`: from a form", changes=True),
    "notes.save": Scene(_conflict, "Save mine", "`: mine", changes=True, forgotten=FORGOTTEN),
    "notes.edit": Scene(_conflict, "Edit again", "This is your text", forgotten=FORGOTTEN),
    "alloc.ask": Scene(_detail, "Remove…", "Remove port "),
    "alloc.delete": Scene(
        running("allocations delete", server="Survival", allocation="25566"),
        "Remove 203.0.113.7:25566",
        "✅ Removed `203.0.113.7:25566`",
        changes=True,
    ),
    "power.ask": Scene(running("allocations list", server="Survival"), "Restart…", "Restart Survival?"),
    "check.ask": Scene(_detail, "Check", "I do not check"),
    "power.do": Scene(_restart_question, "Restart Survival", "has accepted it", changes=True),
    "alloc.share": Scene(
        running("allocations list", server="Survival"), "Post address here", "**What**: **Survival**: `play.example"
    ),
    "share.post": Scene(_share_question, "Post", "**Survival**: `play.example.com:25565`"),
    "several.ask": Scene(
        running("allocations list", server="Survival"), "Add several…", "Choose what the ports are for"
    ),
    "several.pick": Scene(_several, "select:voice", "▫️ voice chat"),
    "several.named": Scene(_several_form, "form:lines=lobby", "▫️ lobby"),
    "several.go": Scene(_several_question, "Add 2 ports", "2 of 2 ports added", changes=True),
    "several.stop": Scene(_several_waiting, "Stop", "▱▱ 0 of 2 ports added."),
    "pick.primary": Scene(_twice("allocations primary"), "select:2", "✅ Made primary", changes=True),
    "pick.delete": Scene(_twice("allocations delete"), "select:2", "Remove port "),
    "pick.form": Scene(_twice("allocations notes"), "select:2", "voice lobby"),
    "pick.notes": Scene(
        _twice("allocations notes", text="twice"), "select:2", "`: twice", changes=True, forgotten=NOTES_FORGOTTEN
    ),
    "pick.typed": Scene(_typed_twice, "select:2", "typed twice", changes=True, forgotten=NOTES_FORGOTTEN),
    "named.primary": Scene(
        _mistyped("allocations primary"),
        "Go on with",
        "✅ Made primary",
        changes=True,
        forgotten=PORT_FORGOTTEN,
    ),
    "named.delete": Scene(
        _mistyped("allocations delete"), "Go on with", "Remove port 25566 of", forgotten=PORT_FORGOTTEN
    ),
    "named.form": Scene(_mistyped("allocations notes"), "Go on with", "voice lobby", forgotten=PORT_FORGOTTEN),
    "named.notes": Scene(
        _mistyped("allocations notes", text="named"),
        "Go on with",
        "`: named",
        changes=True,
        forgotten=PORT_FORGOTTEN,
    ),
    "named.history": Scene(_named_anew, "select:5e000004", "No changes of yours on this server"),
    "named.address": Scene(
        running("allocations address", server="Extra"), "select:5e000004", "Nobody has given it a name yet"
    ),
    "named.join": Scene(
        running("allocations address", server="Survvival", name="play.example.org"),
        "Go on with",
        "✅ Players type `play.example.org`",
        forgotten="I no longer know the name you gave",
    ),
    "join.show": Scene(_primarys_page, "Players' address", "That is its alias on"),
    "join.form": Scene(
        running("allocations address", server="Survival"), "Give a name…", "Players' address · Survival"
    ),
    "join.submit": Scene(_name_form, "form:name=play.example.org", "✅ Players type `play.example.org`"),
    "join.clear": Scene(
        running("allocations address", server="Survival", name="play.example.org"), "Clear", "✅ Cleared the name"
    ),
    "again.run": Scene(_in_maintenance("allocations list", server="5e000001"), "Try again", "12 of 100 ports used"),
    "again.form": Scene(
        _in_maintenance("allocations notes", server="5e000001", allocation="25566"), "Try again", "voice lobby"
    ),
    "history.list": Scene(_history, "Next", "Page 2 of 2"),
    "history.pick": Scene(_history, "select:11", "Your change · "),
    "search.list": Scene(running("allocations find", text="25565"), "Next", "Page 2 of 2"),
    "search.open": Scene(running("allocations find", text="voice"), "select:5e000001-2", "12 of 100 ports used"),
    "everyone.list": Scene(running("allocations history", server="5e000001"), "Everyone's changes", "'s own log has"),
    "history.undo": Scene(_change_of_history, "Notes back to", "`: note 9", changes=True),
}


def furnish(world: World) -> None:
    """Give ann so many servers and allocations that there are pages to turn."""
    add_servers(world, 10)
    fill_up(world, world.survival, 12)


def words_of(seen: Seen) -> str:
    """Return what can be read, be it a message or a form."""
    return seen.text if seen.answered else str(seen.form)
