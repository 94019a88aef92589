"""Everyone's changes: the panel's own log of a server, page by page, and what is told of each change."""

from __future__ import annotations

import re

from bot.demo.panel import WebPage
from bot.demo.people import Person
from tests.e2e.history.everyones import ACTIVITY, LABEL, PELICAN, everyone, lines, on_both, on_pelican, user
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


@on_both
async def test_the_history_of_a_server_leads_to_what_everybody_did_by_key_and_on_the_web_page(
    stage: Stage, world: World, ann: Person
) -> None:
    bob, row = user(world, "bob"), world.state.allocations[2]
    await ann.run("allocations notes", server="5e000001", allocation="25566", text="map")
    stage.panel.advance(5)
    page = WebPage(world.state, bob)
    page.make_primary(world.survival, row)
    stage.panel.advance(5)
    page.delete(world.survival, world.state.allocations[1])
    stage.panel.advance(5)
    page.create(world.survival, 30000)

    seen = await everyone(ann)

    gone = "play.example.com:25565" if stage.panel.flavour is PELICAN else "203.0.113.7:25565"
    assert seen.ephemeral
    assert lines(seen) == [
        "**bob** · Added `203.0.113.7:30000`",
        f"**bob** · Removed `{gone}`",
        "**bob** · Made primary `203.0.113.7:25566`",
        "**ann** (you) · Noted `203.0.113.7:25566`: voice lobby → map · with a key",
    ]
    assert seen.embed.title == "Everyone's changes · Survival"
    assert unnamed(seen.text).splitlines()[1].startswith("{panel}'s own log has 4 lines about this server's ports")
    assert seen.embed.footer.text == "Server 5e000001"
    assert re.findall(r"<t:(\d+):R>", seen.text) == sorted(re.findall(r"<t:(\d+):R>", seen.text), reverse=True)


async def test_a_page_of_the_log_is_one_call_and_so_is_each_other_page(stage: Stage, world: World, ann: Person) -> None:
    page, row = WebPage(world.state, user(world, "bob")), world.state.allocations[2]
    for number in range(40):
        page.write_notes(world.survival, row, f"note {number}")
    await ann.run("allocations history", server="5e000001")
    stage.panel.requests.clear()

    await ann.press(LABEL)
    for label in ("Next", "Next", "Previous", "Refresh", "Everything", "Starts and stops"):
        await ann.press(label)

    assert stage.asked == [ACTIVITY] * 7


@on_both
async def test_pages_show_every_line_once_newest_first_though_all_are_of_one_second(
    stage: Stage, world: World, ann: Person
) -> None:
    page, row = WebPage(world.state, user(world, "bob")), world.state.allocations[2]
    for number in range(45):
        page.write_notes(world.survival, row, f"n{number}")

    seen = await everyone(ann)
    found, feet = lines(seen), [seen.embed.footer.text]
    while seen.buttons["Next"]:
        seen = await ann.press("Next")
        found += lines(seen)
        feet.append(seen.embed.footer.text)
    back = await ann.press("Previous")

    assert [line.split(" → ")[1].split(" ")[0] for line in found] == [f"n{number}" for number in range(44, -1, -1)]
    assert feet == [f"Page {number} of 5 · Server 5e000001" for number in range(1, 6)]
    assert back.embed.footer.text == "Page 4 of 5 · Server 5e000001"


async def test_lines_that_come_meanwhile_shift_no_page_and_leave_none_out(
    stage: Stage, world: World, ann: Person
) -> None:
    page, row = WebPage(world.state, user(world, "bob")), world.state.allocations[2]
    for number in range(30):
        page.write_notes(world.survival, row, f"n{number}")
    first = lines(await everyone(ann))
    for number in range(30, 40):
        page.write_notes(world.survival, row, f"n{number}")

    second = lines(await ann.press("Next"))
    back = lines(await ann.press("Previous"))
    newest = await ann.press("Previous")
    top = lines(await ann.press("Refresh"))

    assert first[-1].endswith("n15 → n16")
    assert second[0].endswith("n14 → n15")
    assert back[-1].endswith("n15 → n16")
    assert newest.embed.footer.text == "Page 2 of 5 · Server 5e000001"
    assert top[-1].endswith("n23 → n24")


async def test_a_page_that_the_panel_has_deleted_by_age_is_answered_with_the_newest(
    stage: Stage, world: World, ann: Person
) -> None:
    page, row = WebPage(world.state, user(world, "bob")), world.state.allocations[2]
    for number in range(40):
        page.write_notes(world.survival, row, f"n{number}")
    await everyone(ann)
    del world.state.activity[:35]

    seen = await ann.press("Next")

    assert len(lines(seen)) == 5
    assert lines(seen)[0].endswith("→ n39")


async def test_starts_and_stops_and_everything_else_are_shown_when_asked_for(
    stage: Stage, world: World, ann: Person
) -> None:
    bob = user(world, "bob")
    for event in ("server:power.restart", "server:console.command", "server:subuser.create", "server:some.thing"):
        world.state.log(event, actor=bob, server=world.survival, properties={"command": "op me", "email": "a@b.test"})
        stage.panel.advance(1)
    WebPage(world.state, bob).write_notes(world.survival, world.state.allocations[2], "x")

    ports = await everyone(ann)
    shown = lines(ports)
    power = lines(await ann.press("Starts and stops"))
    seen = await ann.press("Everything")

    assert shown == ["**bob** · Noted `203.0.113.7:25566`: voice lobby → x"]
    assert power == ["**bob** · Restarted the server · with a key"]
    assert [line.split(" · ")[1] for line in lines(seen)] == [
        "Noted `203.0.113.7:25566`: voice lobby → x",
        "Event `server:some.thing`",
        "Added a user",
        "Ran a console command",
        "Restarted the server",
    ]
    assert "I do not show its commands, file names, values and invitations" in seen.text
    assert "op me" not in seen.text
    assert "a@b.test" not in seen.text
    assert seen.buttons["Everything"] is False


async def test_a_renamed_server_is_told_from_what_to_what(world: World, ann: Person) -> None:
    world.state.log(
        "server:settings.rename",
        actor=user(world, "ann"),
        server=world.survival,
        properties={"old": "Old *name*", "new": "Survival"},
    )
    await everyone(ann)

    seen = await ann.press("Everything")

    assert lines(seen) == [r"**ann** (you) · Renamed the server: Old \*name\* → Survival · with a key"]


@on_pelican
async def test_pelicans_empty_properties_alias_brackets_and_stripped_tags_are_shown_as_they_are(
    world: World, ann: Person
) -> None:
    owner = user(world, "ann")
    page = WebPage(world.state, owner)
    bare = world.state.add_server(owner, "IPv6", ip="2001:db8::10", ports=(25565, 25566), alias="v6.example.test")
    first, second = world.state.allocations_of(bare)
    page.write_notes(bare, second, "hi <@1> you")
    page.write_notes(bare, first, "<b>")
    world.state.log("server:power.start", actor=owner, server=bare)

    seen = await everyone(ann, bare.identifier)
    ports, words = lines(seen), seen.text
    everything = lines(await ann.press("Everything"))

    assert ports == [
        "**ann** (you) · Noted `v6.example.test:25565`: what it said is not in the log",
        "**ann** (you) · Noted `[2001:db8::10]:25566`: no notes → hi you",
    ]
    assert everything[0] == "**ann** (you) · Started the server · with a key"
    assert "{panel} leaves out what stands in angle brackets" in unnamed(words)


async def test_pterodactyls_ipv6_address_gets_its_brackets(world: World, ann: Person) -> None:
    owner = user(world, "ann")
    bare = world.state.add_server(owner, "IPv6", ip="2001:db8::10", ports=(25565,), alias="v6.example.test")
    WebPage(world.state, owner).write_notes(bare, world.state.allocations_of(bare)[0], "hi <@1>")

    seen = await everyone(ann, bare.identifier)

    assert lines(seen)[0].startswith("**ann** (you) · Noted `[2001:db8::10]:25565`: no notes → hi ")
    assert "angle brackets" not in seen.text


async def test_the_longest_texts_of_a_full_page_are_shortened_and_none_is_left_out(world: World, ann: Person) -> None:
    mallory = world.state.add_user("_" * 191)
    page = WebPage(world.state, mallory)
    for number in range(15):
        page.write_notes(world.survival, world.state.allocations[2], ("@" * 180) + str(number))

    seen = await everyone(ann)

    assert len(lines(seen)) == 15
    assert "Not in the log" in seen.text
