"""One scene for every component the bot has."""

from __future__ import annotations

from bot.demo.people import Seen
from tests.e2e.scene import Scene
from tests.e2e.scene_ways import (
    KEY,
    account_with_a_name,
    administrators_servers,
    asked_before_the_primary,
    change_of_history,
    conflict,
    detail,
    find_form,
    form_that_came_too_soon,
    history,
    in_maintenance,
    left_behind,
    many_ports,
    mistyped,
    name_form,
    named_anew,
    notes_form,
    primarys_page,
    restart_question,
    running,
    several,
    several_form,
    several_question,
    several_waiting,
    share_question,
    swapped,
    twice,
    typed_twice,
)
from tests.world import World, add_servers, fill_up

PORT_FORGOTTEN = "I no longer know which port you named"
FORGOTTEN = "I no longer have the text you typed"
NOTES_FORGOTTEN = "I no longer know the notes you gave"
SCENES = {
    "link.open": Scene(running("account"), "Replace the key", "Link your panel account"),
    "link.submit": Scene(running("link"), f"form:key={KEY}", "✅ Linked"),
    "swap.start": Scene(running("account"), "Swap it", "✅ Swapped for a key of my own"),
    "pasted.delete": Scene(swapped, "Delete the key I pasted", "✅ The key you pasted is deleted"),
    "pasted.keep": Scene(swapped, "Keep it", "✅ The key you pasted is kept"),
    "left.gone": Scene(left_behind, "It is not there any more", "Your link"),
    "account.show": Scene(running("unlink"), "Cancel", "Your link"),
    "account.export": Scene(running("account"), "Get it all as JSON", "Your data"),
    "account.names": Scene(account_with_a_name, "Names you gave", "1 name for players to type."),
    "unlink.ask": Scene(running("account"), "Unlink…", "Unlink your panel account?"),
    "unlink.confirm": Scene(running("unlink"), "Unlink ptlc_", "✅ Unlinked"),
    "servers.list": Scene(running("servers"), "Next", "Page 2 of 2"),
    "servers.others": Scene(administrators_servers, "Other people's servers", "which you see as an administrator"),
    "servers.turn": Scene(running("allocations list"), "Next", "Which server?"),
    "servers.open": Scene(running("servers"), "select:5e000001", "12 of 100 ports used"),
    "servers.pick": Scene(running("allocations list"), "select:5e000001", "12 of 100 ports used"),
    "create.pick": Scene(running("allocations create"), "select:5e000001", "✅ Added", changes=True),
    "alloc.list": Scene(running("allocations list", server="Survival"), "Refresh", "12 of 100 ports used"),
    "alloc.pick": Scene(running("allocations list", server="Survival"), "select:2", "📝 voice lobby"),
    "alloc.copy": Scene(running("allocations list", server="Survival"), "Copy address", "play.example.com:25565"),
    "find.form": Scene(many_ports, "Find", "Find a port · "),
    "find.submit": Scene(find_form, "form:words=voice", "Found 1 of 32 ports with “voice”"),
    "find.pick": Scene(running("allocations list", find="voice"), "select:5e000001", "Found 1 of 12 ports"),
    "alloc.show": Scene(
        running("allocations delete", server="Survival", allocation="25566"), "Cancel", "📝 voice lobby"
    ),
    "alloc.add": Scene(
        running("allocations list", server="Survival"), "Add port", "13 of 100 ports used", changes=True
    ),
    "alloc.primary": Scene(detail, "Make primary", "✅ Made primary", changes=True),
    "alloc.promote": Scene(
        asked_before_the_primary, "Make 203.0.113.7:25566 the primary", "✅ Made primary", changes=True
    ),
    "alloc.notes": Scene(detail, "Edit notes", "voice lobby"),
    "notes.submit": Scene(notes_form, "form:notes=from a form", "`: from a form", changes=True),
    "notes.typed": Scene(form_that_came_too_soon, "form:notes=from a form", "`: from a form", changes=True),
    "notes.save": Scene(conflict, "Save mine", "`: mine", changes=True, forgotten=FORGOTTEN),
    "notes.edit": Scene(conflict, "Edit again", "This is your text", forgotten=FORGOTTEN),
    "alloc.ask": Scene(detail, "Remove…", "Remove port "),
    "alloc.delete": Scene(
        running("allocations delete", server="Survival", allocation="25566"),
        "Remove 203.0.113.7:25566",
        "✅ Removed `203.0.113.7:25566`",
        changes=True,
    ),
    "power.ask": Scene(running("allocations list", server="Survival"), "Restart…", "Restart Survival?"),
    "check.ask": Scene(detail, "Check", "I do not check"),
    "power.do": Scene(restart_question, "Restart Survival", "has accepted it", changes=True),
    "alloc.share": Scene(
        running("allocations list", server="Survival"), "Post address here", "**What**: **Survival**: `play.example"
    ),
    "share.post": Scene(share_question, "Post", "**Survival**: `play.example.com:25565`"),
    "several.ask": Scene(
        running("allocations list", server="Survival"), "Add several…", "Choose what the ports are for"
    ),
    "several.pick": Scene(several, "select:voice", "▫️ voice chat"),
    "several.named": Scene(several_form, "form:lines=lobby", "▫️ lobby"),
    "several.go": Scene(several_question, "Add 2 ports", "2 of 2 ports added", changes=True),
    "several.stop": Scene(several_waiting, "Stop", "▱▱ 0 of 2 ports added."),
    "pick.primary": Scene(twice("allocations primary"), "select:2", "✅ Made primary", changes=True),
    "pick.delete": Scene(twice("allocations delete"), "select:2", "Remove port "),
    "pick.form": Scene(twice("allocations notes"), "select:2", "voice lobby"),
    "pick.notes": Scene(
        twice("allocations notes", text="twice"), "select:2", "`: twice", changes=True, forgotten=NOTES_FORGOTTEN
    ),
    "pick.typed": Scene(typed_twice, "select:2", "typed twice", changes=True, forgotten=NOTES_FORGOTTEN),
    "named.primary": Scene(
        mistyped("allocations primary"),
        "Go on with",
        "✅ Made primary",
        changes=True,
        forgotten=PORT_FORGOTTEN,
    ),
    "named.delete": Scene(
        mistyped("allocations delete"), "Go on with", "Remove port 25566 of", forgotten=PORT_FORGOTTEN
    ),
    "named.form": Scene(mistyped("allocations notes"), "Go on with", "voice lobby", forgotten=PORT_FORGOTTEN),
    "named.notes": Scene(
        mistyped("allocations notes", text="named"),
        "Go on with",
        "`: named",
        changes=True,
        forgotten=PORT_FORGOTTEN,
    ),
    "named.history": Scene(named_anew, "select:5e000004", "No changes of yours on this server"),
    "named.address": Scene(
        running("allocations address", server="Extra"), "select:5e000004", "Nobody has given it a name yet"
    ),
    "named.join": Scene(
        running("allocations address", server="Survvival", name="play.example.org"),
        "Go on with",
        "✅ Players type `play.example.org`",
        forgotten="I no longer know the name you gave",
    ),
    "join.show": Scene(primarys_page, "Players' address", "That is its alias on"),
    "join.form": Scene(
        running("allocations address", server="Survival"), "Give a name…", "Players' address · Survival"
    ),
    "join.submit": Scene(name_form, "form:name=play.example.org", "✅ Players type `play.example.org`"),
    "join.clear": Scene(
        running("allocations address", server="Survival", name="play.example.org"), "Clear", "✅ Cleared the name"
    ),
    "again.run": Scene(in_maintenance("allocations list", server="5e000001"), "Try again", "12 of 100 ports used"),
    "again.form": Scene(
        in_maintenance("allocations notes", server="5e000001", allocation="25566"), "Try again", "voice lobby"
    ),
    "history.list": Scene(history, "Next", "Page 2 of 2"),
    "history.pick": Scene(history, "select:11", "Your change · "),
    "search.list": Scene(running("allocations find", text="25565"), "Next", "Page 2 of 2"),
    "search.open": Scene(running("allocations find", text="voice"), "select:5e000001-2", "12 of 100 ports used"),
    "everyone.list": Scene(running("allocations history", server="5e000001"), "Everyone's changes", "'s own log has"),
    "history.undo": Scene(change_of_history, "Notes back to", "`: note 9", changes=True),
}


def furnish(world: World) -> None:
    """Give ann so many servers and allocations that there are pages to turn."""
    add_servers(world, 10)
    fill_up(world, world.survival, 12)


def words_of(seen: Seen) -> str:
    """Return what can be read, be it a message or a form."""
    return seen.text if seen.answered else str(seen.form)
