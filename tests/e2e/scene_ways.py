"""Ways to every message and form that has a component."""

from __future__ import annotations

from discord.utils import utcnow

from bot.demo.panel import Maintenance
from bot.demo.people import Person, Seen
from bot.domain.models import ApiKey
from tests.e2e.scene import Way
from tests.stage import Stage


def running(command: str, **options: str) -> Way:
    """Return the way that is one command."""

    async def way(_: Stage, person: Person) -> Seen:
        return await person.run(command, **options)

    return way


async def detail(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.choose("203.0.113.7:25566")


async def asked_before_the_primary(stage: Stage, person: Person) -> Seen:
    row = stage.panel.state.allocations[2]
    row.notes = "voice chat"
    next(server for server in stage.panel.state.servers.values() if server.id == row.server_id).primary_id = 1
    await detail(stage, person)
    return await person.press("Make primary")


async def notes_form(stage: Stage, person: Person) -> Seen:
    await detail(stage, person)
    return await person.press("Edit notes")


async def conflict(stage: Stage, person: Person) -> Seen:
    form = await notes_form(stage, person)
    stage.panel.state.allocations[2].notes = "somebody else's"
    return await person.fill(on=form, notes="mine")


async def form_that_came_too_soon(stage: Stage, person: Person) -> Seen:
    stage.panel.state.allocations[2].notes = None
    async with stage.slow_panel():
        waiting = await person.run("allocations notes", server="5e000001", allocation="25566")
        await stage.env.advance_time(1.9)
    return person.saw(waiting.result)


async def administrators_servers(stage: Stage, person: Person) -> Seen:
    stage.panel.state.users[1].admin = True
    dan = stage.panel.state.users[4]
    stage.panel.state.add_server(dan, "Duo", limit=3, ip="203.0.113.99", ports=(25565,), free_ports=())
    await person.link(KEY)
    return await person.run("servers")


async def restart_question(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Restart…")


async def share_question(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Post address here")


def twice(command: str, **options: str) -> Way:
    """Return the way of a command whose port Survival has on two addresses."""

    async def way(stage: Stage, person: Person) -> Seen:
        stage.panel.state.add_allocation("203.0.113.50", 25566).server_id = 1
        return await person.run(command, server="5e000001", allocation="25566", **options)

    return way


async def many_ports(stage: Stage, person: Person) -> Seen:
    state = stage.panel.state
    server = next(server for server in state.servers.values() if server.name == "Survival")
    for port in range(27000, 27020):
        state.assign(server, port)
    return await person.run("allocations list", server="Survival")


async def find_form(stage: Stage, person: Person) -> Seen:
    await many_ports(stage, person)
    return await person.press("Find")


async def typed_twice(stage: Stage, person: Person) -> Seen:
    form = await form_that_came_too_soon(stage, person)
    stage.panel.state.add_allocation("203.0.113.50", 25566).server_id = 1
    return await person.fill(on=form, notes="typed twice")


async def history(_: Stage, person: Person) -> Seen:
    for number in range(11):
        await person.run("allocations notes", server="Survival", allocation="25566", text=f"note {number}")
    return await person.run("allocations history")


async def change_of_history(stage: Stage, person: Person) -> Seen:
    await history(stage, person)
    return await person.choose("11")


async def swapped(_: Stage, person: Person) -> Seen:
    await person.run("account")
    return await person.press("Swap it for a key of my own")


async def left_behind(stage: Stage, person: Person) -> Seen:
    intents = stage.bot.services.keyring._intents
    await intents.begin(person.id, "Berth, Discord ann 5e", ApiKey("ptlc_" + "x" * 43), at=utcnow())
    await intents.give_up(person.id, "Berth, Discord ann 5e")
    return await person.run("account")


def in_maintenance(command: str, **options: str) -> Way:
    """Return the way of a command that the panel was in maintenance for, and is no more."""

    async def way(stage: Stage, person: Person) -> Seen:
        stage.panel.state.maintenance = Maintenance()
        seen = await person.run(command, **options)
        stage.panel.state.maintenance = None
        return seen

    return way


async def several(stage: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.press("Add several…")


async def several_form(stage: Stage, person: Person) -> Seen:
    await several(stage, person)
    return await person.choose("Other")


async def several_question(stage: Stage, person: Person) -> Seen:
    await several(stage, person)
    return await person.choose_several("Query", "RCON")


async def several_waiting(stage: Stage, person: Person) -> Seen:
    await several_question(stage, person)
    stage.panel.faults.rate_limited(50, method="POST", path="*/network/allocations")
    return await person.press("Add 2 ports")


async def account_with_a_name(stage: Stage, person: Person) -> Seen:
    await person.run("allocations address", server="Survival", name="play.example.org")
    return await person.run("account")


KEY = "ptlc_0000000000100000000000000000000000000000001"
"""Ann's key in the small world."""


async def named_anew(stage: Stage, person: Person) -> Seen:
    return await person.run("allocations history", server="Extra")


async def primarys_page(_: Stage, person: Person) -> Seen:
    await person.run("allocations list", server="Survival")
    return await person.choose("play.example.com:25565")


async def name_form(_: Stage, person: Person) -> Seen:
    await person.run("allocations address", server="Survival")
    return await person.press("Give a name…")


def mistyped(command: str, **options: str) -> Way:
    """Return the way of a command that names a server which there is not."""
    return running(command, server="Survvival", allocation="25566", **options)
