"""Everyone's changes: the panel's own log of a server, without the addresses of anybody."""

from __future__ import annotations

import re

import pytest

from bot.demo.panel import Flavour, User, WebPage
from bot.demo.people import Person, Seen
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

PTERODACTYL, PELICAN = Flavour.PTERODACTYL_1_11, Flavour.PELICAN
on_both = pytest.mark.parametrize("stage", [PTERODACTYL, PELICAN], indirect=True, ids=str)
on_pelican = pytest.mark.parametrize("stage", [PELICAN], indirect=True, ids=str)
ACTIVITY = "GET /servers/5e000001/activity"
LABEL = "Everyone's changes"


async def everyone(person: Person, server: str = "5e000001") -> Seen:
    """Go to everybody's changes as a person does."""
    await person.run("allocations history", server=server)
    return await person.press(LABEL)


def lines(seen: Seen) -> list[str]:
    """Return the lines of the log that are seen, without when they were."""
    return [line.partition(" · ")[2] for line in (seen.embed.description or "").splitlines() if line.startswith("<t:")]


def unescaped(line: str) -> str:
    """Return a line as it is read, without what takes Markdown out of effect."""
    return re.sub(r"\\(.)", r"\1", line)


def user(world: World, name: str) -> User:
    return next(found for found in world.state.users.values() if found.username == name)


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


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


async def test_where_it_was_done_is_said_only_where_the_log_says_it(stage: Stage, world: World, ann: Person) -> None:
    bob = user(world, "bob")
    world.state.log("server:sftp.write", actor=bob, server=world.survival, is_api=False)
    stage.panel.advance(1)
    world.state.log("server:backup.complete", actor=None, server=world.survival, is_api=False)
    await everyone(ann)

    seen = await ann.press("Everything")

    assert lines(seen) == ["Somebody it does not name · Finished a backup", "**bob** · Wrote files over SFTP"]


@on_both
async def test_an_ip_address_in_notes_is_shown_only_where_it_is_one_of_the_servers_own(
    world: World, ann: Person
) -> None:
    page = WebPage(world.state, user(world, "bob"))
    page.write_notes(world.survival, world.state.allocations[2], "home 198.51.100.9, fe80::7, map 203.0.113.7:25566")

    seen = await everyone(ann)

    assert "198.51.100.9" not in seen.text
    assert "fe80" not in seen.text
    assert unescaped(lines(seen)[0]).endswith("→ home (IP address), (IP address), map 203.0.113.7:25566")


async def test_an_e_mail_address_with_blanks_is_masked_and_a_version_in_notes_is_not(world: World, ann: Person) -> None:
    page = WebPage(world.state, user(world, "bob"))
    page.write_notes(world.survival, world.state.allocations[2], "max @ mail.example.org, Paper 1.20.4.1, a::b")

    seen = await everyone(ann)

    assert unescaped(lines(seen)[0]).endswith("→ (e-mail address), Paper 1.20.4.1, a::b")


@on_both
async def test_nobodys_ip_address_and_no_e_mail_address_is_shown_to_an_administrator_either(
    stage: Stage, world: World
) -> None:
    admin = world.state.add_user("ada", admin=True)
    ada = await stage.linked("ada", world.state.add_key(admin))
    for name in ("ann", "bob", "198.51.100.77", "fe80::7", "zed@mail.example.com", "[198.51.100.78]"):
        somebody = next((one for one in world.state.users.values() if one.username == name), None)
        page = WebPage(world.state, somebody or world.state.add_user(name))
        page.write_notes(world.survival, world.state.allocations[2], f"ask {name.strip('[]')} or max@mail.example.org")

    ports = await everyone(ada)
    everything = await ada.press("Everything")
    raw = [call for call in stage.panel.requests if call.path.partition("?")[0].endswith("/activity")]

    assert len(raw) == 2  # the panel sends both to her: see the contract tests
    for seen in (ports, everything):
        assert len(lines(seen)) == 6
        for private in ("198.51.100.99", "127.0.0.1", "@example.test", "@\u200bexample", "mail.example", "zed"):
            assert private not in unnamed(seen.text)
        names = [line.split(" · ")[0] for line in lines(seen)]
        assert not [name for name in names if "198.51" in name or "fe80" in name]
        assert "**bob**" in names
        assert r"**\(e\-mail address\)**" in names
        assert r"**\(IP address\)**" in names


async def test_hostile_texts_of_the_log_break_nothing_and_ping_nobody(world: World, ann: Person) -> None:
    mallory = world.state.add_user("@everyone **x** [a](https://x.example)\n<t:0:R> · **ann**")
    page = WebPage(world.state, mallory)
    page.write_notes(world.survival, world.state.allocations[2], "`a` <@1> {/link}\n<t:1:R> · **ann** (you) · faked")
    world.state.log("server:`@everyone`\n<t:2:R>", actor=mallory, server=world.survival)
    await everyone(ann)

    seen = await ann.press("Everything")

    assert len(lines(seen)) == 2
    assert "@everyone" not in seen.text
    assert "</link" not in seen.text
    assert "[a](" not in seen.text


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
