"""Everyone's changes have nobody's address in them, and no text of the log has an effect."""

from __future__ import annotations

import time

import pytest

from bot.demo.panel import WebPage
from bot.demo.people import Person
from tests.e2e.history.everyones import everyone, lines, on_both, unescaped, user
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


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


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "1.2.3.4 " * 8_000, "a@ b.c " * 8_000], ids=["word", "addresses", "signs"]
)
async def test_a_text_of_any_length_in_the_log_holds_nobody_up(
    stage: Stage, world: World, ann: Person, text: str
) -> None:
    texts = {"old": "Survival", "new": text}
    world.state.log("server:settings.rename", actor=user(world, "bob"), server=world.survival, properties=texts)
    await everyone(ann)
    began = time.perf_counter()

    seen = await ann.press("Everything")

    assert "Renamed the server" in seen.text
    assert time.perf_counter() - began < 5
