"""Which server is meant: a picker where a name fits several or none, a pasted address, and the only one at once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from tests.stage import Stage
from tests.world import World

BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"
COMMANDS: dict[str, dict[str, Any]] = {
    "allocations list": {},
    "allocations create": {"notes": "map"},
    "allocations notes": {"allocation": "25566", "text": "query"},
    "allocations primary": {"allocation": "25566"},
    "allocations delete": {"allocation": "25566"},
    "allocations history": {},
    "allocations address": {"name": "play.example.org"},
}


SHOWN_AT_ONCE = ("allocations list", "allocations history")


@pytest.fixture
def twins(world: World) -> str:
    """Give ann a second server whose name begins like Survival's; return its identifier."""
    server = world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9", free_ports=())
    return str(server.identifier)


async def went_on(stage: Stage, world: World, command: str, seen: Seen, person: Person) -> bool:
    """Tell whether what was wanted of Survival is done, or shown."""
    rows = world.state.allocations_of(world.survival)
    if command == "allocations list":
        return seen.embed.title == "Survival" and stage.changes == []
    if command == "allocations create":
        return len(rows) == 3 and rows[-1].notes == "map"
    if command == "allocations notes":
        return world.state.allocations[2].notes == "query"
    if command == "allocations primary":
        return world.survival.primary_id == 2
    if command == "allocations address":
        return "✅ Players type `play.example.org`" in seen.text
    if command == "allocations delete":
        await person.press("Remove 203.0.113.7:25566")
        return world.state.allocations[2].server_id is None
    return seen.embed.title == "Your changes · Survival"


# ------------------------------------------------------------------------------------------------- several


@BOTH
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_that_fits_several_asks_which_and_goes_on_with_what_was_wanted(
    stage: Stage, world: World, twins: str, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    picker = await ann.run(command, server="surv", **COMMANDS[command])
    words, options, changes = picker.text, picker.options, list(stage.changes)
    seen = await ann.choose("5e000001")

    assert "Which server do you mean?" in words
    assert "2 of your servers match what you typed. Choose the one" in words
    assert options == {"Survival": "5e000001", "Survival Two": twins}
    assert changes == []
    assert seen.message.id == picker.message.id
    assert await went_on(stage, world, command, seen, ann)


async def test_the_notes_form_of_a_name_that_fits_several_opens_after_the_choice(
    stage: Stage, world: World, twins: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="surv", allocation="25566")

    form = await ann.choose("5e000001")
    title = form.form["title"]
    await ann.fill(notes="from the form")

    assert title == "Notes of 203.0.113.7:25566"
    assert world.state.allocations[2].notes == "from the form"


async def test_after_the_choice_of_a_server_a_port_on_two_addresses_is_asked_about_too(
    stage: Stage, world: World, twins: str
) -> None:
    world.state.add_allocation("203.0.113.50", 25566).server_id = world.survival.id
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="surv", allocation="25566", text="which?")

    await ann.choose("5e000001")
    await ann.choose("203.0.113.50:25566")

    assert [row.notes for row in world.state.allocations_of(world.survival)][-1] == "which?"
    assert world.state.allocations[2].notes == "voice lobby"


async def test_the_picker_of_a_creation_says_which_cannot_get_one(stage: Stage, world: World) -> None:
    world.creative.name = "Survival Creative"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="surv")

    (select,) = [part for part in seen.components if part["type"] == 3]
    assert "Cannot get one: " in {o["label"]: o["description"] for o in select["options"]}["Survival Creative"]


async def test_more_servers_than_a_menu_holds_offer_the_first_and_say_so(stage: Stage, world: World) -> None:
    for number in range(30):
        world.state.add_server(world.state.users[1], f"Many {number:02d}", ip=f"198.51.100.{number + 1}", free_ports=())
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations history", server="many")

    assert len(seen.options) == 25
    assert "The first 25 are offered" in seen.text


async def test_asking_which_server_makes_no_call_where_the_list_was_just_read(
    stage: Stage, world: World, twins: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="surv", allocation="25566")
    to_ask = list(stage.asked)
    await ann.choose("5e000001")

    rows = "/servers/5e000001/network/allocations"
    assert to_ask == []
    assert stage.asked == [VIEW, f"POST {rows}/2/primary", f"GET {rows}"]


# ------------------------------------------------------------------------------------------------- none


@BOTH
@pytest.mark.parametrize("typed", ["survivl", "Survial", "vival"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_that_fits_none_offers_what_is_like_it_and_goes_on_with_that(
    stage: Stage, world: World, command: str, typed: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=typed, **COMMANDS[command])
    words, changes, buttons = seen.text, list(stage.changes), seen.buttons
    if command not in SHOWN_AT_ONCE:
        seen = await ann.press("Go on with Survival")

    assert "None of your servers has that name, identifier or UUID." in words
    assert "Creative" not in words
    assert changes == []
    assert seen.options == {} or command == "allocations list" or "Survival" not in seen.options
    assert ("Go on with Survival" in buttons) is (command not in SHOWN_AT_ONCE)
    assert await went_on(stage, world, command, seen, ann)


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_like_none_offers_all_of_the_persons_servers(stage: Stage, world: World, command: str) -> None:
    ann = await stage.linked("ann", world.ann)

    picker = await ann.run(command, server="xyzzy", **COMMANDS[command])
    options = list(picker.options)
    seen = await ann.choose("Survival")

    assert options == ["Survival", "Creative"]
    assert await went_on(stage, world, command, seen, ann)


async def test_the_likeliest_come_first_and_the_rest_is_left_out(stage: Stage, world: World) -> None:
    for name, ip in (("My Skyblock", "198.51.100.1"), ("Skyblok", "198.51.100.2"), ("Lobby", "198.51.100.3")):
        world.state.add_server(world.state.users[1], name, ip=ip, free_ports=())
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="skyblokc")

    assert list(seen.options) == ["Skyblok", "My Skyblock"]


async def test_an_administrator_is_offered_those_of_others_that_are_like_it(stage: Stage, world: World) -> None:
    user = world.state.add_user("ada", admin=True)
    world.state.add_server(user, "Sollo", limit=3, ip="203.0.113.20", ports=(25565,), free_ports=())
    ada = await stage.linked("ada", world.state.add_key(user))

    seen = await ada.run("allocations primary", server="soloo", allocation="25565")

    assert "None of your own or other people's servers has that name" in seen.text
    assert list(seen.options) == ["Sollo", "Solo"]


async def test_somebody_without_servers_is_told_that_there_is_none(stage: Stage, world: World) -> None:
    eve = await stage.linked("eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run("allocations primary", server="anything", allocation="25565")

    assert "No such server" in seen.text
    assert seen.options == {}


async def test_a_server_that_is_left_blank_is_asked_for_and_what_was_wanted_goes_on(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="  ", allocation="25566")
    await ann.choose("Survival")

    assert world.survival.primary_id == 2


async def test_nobody_gets_what_another_person_typed(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    picker = await ann.run("allocations notes", server="xyzzy", allocation="25565", text="ann's secret plan")
    custom_id = str(picker.components[0]["custom_id"]).replace(str(ann.id), str(dan.id))

    seen = await stage.forge(dan, custom_id, on=picker, values=["5e000003"], kind=3)

    assert "I no longer know which port you named" in seen.text
    assert stage.changes == []


# ------------------------------------------------------------------------------------------------- pasted


def forms(host: str) -> list[str]:
    """Return the ways in which the address of Survival's page comes out of a browser or a chat."""
    return [
        f"https://{host}/server/5e000001",
        f"http://{host}:8443/server/5E000001/network",
        f"https://{host}/server/5e000001/files?dir=%2F#edit",
        f"{host}/server/5e000001",
        f"<https://{host}/server/5e000001>",
        f"https://{host}/server/5e000001-0000-4000-8000-000000000001/console",
        f"https://{host}/panel/server/5e000001",
        "/server/5e000001",
        "server/5e000001/backups",
        f"https://{host}/server/5e000001/{'long/' * 30}",
    ]


@BOTH
@pytest.mark.parametrize("number", range(len(forms("x"))))
async def test_a_pasted_panel_address_is_a_server_and_costs_one_call(stage: Stage, world: World, number: int) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("allocations list", server=forms("127.0.0.1")[number])

    assert seen.embed.title == "Survival"
    assert stage.asked == [VIEW]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_pasted_panel_address_is_a_server_for_every_command(stage: Stage, world: World, command: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=f"{stage.panel.url}/server/5e000001/network", **COMMANDS[command])

    assert await went_on(stage, world, command, seen, ann)


@BOTH
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://panel.other.example/server/5e000001", "panel.other.example"),
        ("panel.other.example/server/5e000001", "panel.other.example"),
        ("https://127.0.0.1@panel.other.example/server/5e000001", "panel.other.example"),
        ("https://127.0.0.1.other.example/server/5e000001", "127.0.0.1.other.example"),
    ],
)
async def test_an_address_of_another_host_is_refused_and_nothing_is_asked(
    stage: Stage, world: World, command: str, typed: str, host: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=typed, **COMMANDS[command])

    assert "That address leads to another site" in seen.text
    assert f"It leads to `{host}`, and I work with 127.0.0.1" in seen.text
    assert stage.asked == []


async def test_an_address_of_the_panel_that_is_of_no_server_says_what_to_copy(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=f"{stage.panel.url}/account/api")

    assert "That address does not lead to a server" in seen.text
    assert "Copy the address of the server's own page on" in seen.text
    assert stage.asked == []


async def test_a_name_with_a_slash_is_still_a_name(stage: Stage, world: World) -> None:
    world.survival.name = "SMP/Hard server/Two"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="smp/hard server/two")

    assert seen.embed.title == "SMP/Hard server/Two"


async def test_a_pasted_address_is_suggested_as_the_server_it_is(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    address = f"{stage.panel.url}/server/5e000001"

    servers = await ann.suggest("allocations list", "server", address)
    rows = await ann.suggest("allocations primary", "allocation", "voice", server=address)
    foreign = await ann.suggest("allocations list", "server", "https://other.example/server/5e000001")

    assert list(servers.values()) == ["5e000001"]
    assert list(rows.values()) == ["#2"]
    assert foreign == {}
    assert stage.asked == []


# ------------------------------------------------------------------------------------------------- the only one


@BOTH
async def test_somebody_with_one_server_is_shown_it_at_once(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run("servers")

    assert seen.embed.title == "Solo"
    assert "203.0.113.9:25565" in seen.text
    assert "Other people's servers" not in seen.buttons
    assert [path.partition("?")[0] for path in stage.asked] == ["GET /", "GET /servers/5e000003"]


@pytest.mark.parametrize(
    ("command", "options", "title"),
    [
        ("allocations list", {}, "Survival"),
        ("allocations list", {"find": "voice"}, "Survival"),
        ("allocations history", {}, "Your changes · Survival"),
        ("allocations address", {}, "Players' address · Survival"),
    ],
)
async def test_one_server_is_shown_at_once_without_a_picker_of_one(
    stage: Stage, world: World, command: str, options: dict[str, str], title: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server="survivl", **options)

    assert seen.embed.title == title
    assert "🔎 None of your servers has that name, identifier or UUID. This is the only one that might be" in seen.text
    assert not [label for label in seen.buttons if label.startswith("Go on with")]
    assert ("🔎 Found 1 of 2 ports with “voice”" in seen.text) is bool(options)


@pytest.mark.parametrize("command", ["allocations list", "allocations create"])
async def test_a_command_without_a_server_takes_the_only_one(stage: Stage, world: World, command: str) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run(command)

    assert seen.embed.title == "Solo"


async def test_the_way_back_to_the_servers_shows_the_only_one_too(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)
    listed = await dan.run("servers")

    seen = await stage.forge(dan, f"v1:servers.list:{dan.id}:0", on=listed)

    assert seen.embed.title == "Solo"


async def test_an_administrator_with_one_own_server_is_shown_it_with_the_way_to_those_of_others(
    stage: Stage, world: World
) -> None:
    next(user for user in world.state.users.values() if user.username == "dan").admin = True
    dan = await stage.linked("dan", world.dan)

    shown = await dan.run("servers")
    title = shown.embed.title
    others = await dan.press("Other people's servers")
    options = list(others.options)
    back = await dan.press("My servers")

    assert title == "Solo"
    assert options == ["Survival", "Creative"]
    assert back.embed.title == "Solo"
    assert "Other people's servers" in back.buttons


async def test_the_only_server_of_others_is_shown_at_once_and_named_as_such(stage: Stage, world: World) -> None:
    world.state.users[1].admin = True
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")

    seen = await ann.press("Other people's servers")

    assert seen.embed.title == "Solo"
    assert "Of other people's servers, you see only this one as an administrator" in seen.text


async def test_one_server_beside_some_that_cannot_be_listed_is_not_the_only_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.creative.primary_id = None

    seen = await ann.run("servers")

    assert list(seen.options) in (["Survival"], ["Survival", "Creative"])
    assert seen.embed.title == "Your servers"


@pytest.mark.parametrize("typed", ["surv", "Nowhere", "urviva"], ids=["several", "none", "one is meant"])
async def test_the_picker_leads_to_all_ones_servers_too(stage: Stage, world: World, twins: str, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations delete", server=typed, allocation="25566")

    seen = await ann.press("My servers")

    assert seen.message.id == picker.message.id
    assert "3 servers on your panel account" in seen.text
    assert stage.changes == []
