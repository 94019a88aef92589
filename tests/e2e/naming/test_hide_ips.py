"""HIDE_IPS: what is posted for all to read shows names, and no IP address."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.e2e.naming.given import NAME, named
from tests.stage import Stage, open_stage_with
from tests.world import World


@pytest.fixture(params=["off", "on"])
async def hiding(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Stage, bool]]:
    """Yield a stage whose operator has set HIDE_IPS, and whether to on."""
    async with open_stage_with(world.state, tmp_path, monkeypatch, hide_ips=request.param) as stage:
        yield stage, request.param == "on"


async def _posted(stage: Stage, person: Person, server: str) -> tuple[str, list[str]]:
    """Post a server's address; return what the person saw when they pressed the button, and what the channel has."""
    await person.run("allocations list", server=server)
    asked = await person.press("Post address here")
    if "Post" in asked.buttons:
        await person.press("Post", on=asked)
    if "This server has no name to post" in asked.text:
        assert {"Give a name…", "Copy address"} <= set(asked.buttons)
    reader = stage.person("reader")
    return asked.text, [message.content or "" for message in stage.channel.history(viewer=reader.actor)]


@pytest.mark.parametrize(
    "alias",
    [
        *(
            None,
            "198.51.100.4",
            "198.51.100.4:25577",
            "at 203.0.113.8",
            " 203.0.113.8 ",
            "203.0.113.8.",
            "203.0.113.8:0",
        ),
        *("203.0.113.8:99999", "http://203.0.113.8", "[2001:db8::7]", "[2001:db8::7]:0", "2001:db8::7:25577"),
        *("203.0.113.08", "0xcb.0x0.0x71.0x8", "２０３.0.113.8", "play.example.com:203.0.113.8"),
    ],
)
async def test_with_hide_ips_public_posts_never_show_a_bare_ip_and_that_is_said(
    hiding: tuple[Stage, bool], world: World, alias: str | None
) -> None:
    stage, hides = hiding
    primary = next(row for row in world.state.allocations.values() if row.id == world.creative.primary_id)
    primary.ip_alias = alias
    ann = await stage.linked("ann", world.ann)

    said, posts = await _posted(stage, ann, "Creative")

    assert ("This server has no name to post" in said) is hides
    assert ("no IP address. Nothing was posted." in said) is hides
    assert len(posts) == (0 if hides else 1)


async def test_with_hide_ips_the_name_is_posted_without_the_address(hiding: tuple[Stage, bool], world: World) -> None:
    stage, hides = hiding
    world.creative.name = "Creative 203.0.113.8:25565 [2001:db8::1] v1.21.4"
    ann = await stage.linked("ann", world.ann)
    await named(ann, server="5e000002")

    _, posts = await _posted(stage, ann, "5e000002")

    assert len(posts) == 1
    assert ("203.0.113.8" in posts[0]) is not hides
    assert ("2001:db8" in posts[0].replace("\\", "")) is not hides
    assert "1.21.4" in posts[0]
    assert f"`{NAME}`" in posts[0]


WITHIN = [
    *("203.0.113.7.nip.io", "sky.203.0.113.8.example.org:25577", "203.0.113.7.sslip.io"),
    *("203-0-113-7.sslip.io", "sky-203-0-113-7.example.org:25577", "ip203-0-113-8x.example.org"),
    *("203-000-113-007.example.org", "static.7.113.0.203.example.org"),
    *("cb007107.nip.io", "sky-CB007107.nip.io", "c6336404.sslip.io", "cb007107.example.org"),
    *("2001-db8--7.sslip.io", "sky-2001-db8-0-0-0-0-0-7.example.org", "2607-F8B0-400A-800--200E.example.org"),
    *("64-ff9b--cb00-7107.example.org", "20010db8000000000000000000000007.sslip.io"),
    "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
]
"""Names that hold an address, one of Survival's mostly."""


@pytest.mark.parametrize("typed", WITHIN)
@pytest.mark.parametrize("of", ["given", "alias"])
async def test_with_hide_ips_a_name_with_an_address_within_it_is_not_posted_and_another_asked_for(
    hiding: tuple[Stage, bool], world: World, typed: str, of: str
) -> None:
    stage, hides = hiding
    ann = await stage.linked("ann", world.ann)
    if of == "given":
        await named(ann, typed)
    else:
        world.state.allocations[1].ip_alias = typed

    said, posts = await _posted(stage, ann, "Survival")

    assert ("The name that players type shows an IP address" in said) is hides
    assert ("Give the server another name" in said) is hides
    assert ("Give a name…" in ann.seen.buttons) is hides
    assert len(posts) == (0 if hides else 1)
    assert all(typed.lower() in post.lower() for post in posts)


@pytest.mark.parametrize("hiding", ["on"], indirect=True)
@pytest.mark.parametrize(
    "typed",
    [
        *("20260101.example.org", "1a2b3c4d.node.example.org", "deadbeef.example.org", "mc-1-21-4.example.org"),
        *("bee--ef.example.org", "a-b-c-d-e-f-a-b.example.org", "xn--sky-1-2qa.example.org", "nip.io.example.org"),
    ],
)
async def test_with_hide_ips_a_name_that_only_looks_like_it_is_posted(
    hiding: tuple[Stage, bool], world: World, typed: str
) -> None:
    stage, _ = hiding
    ann = await stage.linked("ann", world.ann)
    world.state.allocations[1].ip_alias = typed

    _, posts = await _posted(stage, ann, "Survival")

    assert len(posts) == 1


HIDDEN = {
    "Sky 203.0.113.8": "Sky …",
    "010.0.0.1 Sky": "… Sky",
    "Sky 203.000.113.008:25565": "Sky …",
    "Sky 0313.0.0161.010": "Sky …",
    "Sky 0xCB.0.0x71.8": "Sky …",
    "Sky [2001:db8::7]": "Sky …",
    "Sky [2001:db8::7]:25565": "Sky …:25565",
    "Sky ::ffff:203.0.113.8": "Sky …",
    "[::FFFF:203.0.113.8]:25565 Sky": "…:25565 Sky",
    "Sky ::ffff:cb00:7108": "Sky …",
    "Sky 64:ff9b::cb00:7108": "Sky …",
    "Sky 2001:0DB8:0:0:0:0:0:7": "Sky …",
    "join at ip:203.0.113.8": "join at ip…",
    "abc:203.0.113.8": "abc:…",
    "999.203.0.113.8": "999.…",
    "1.2.3.203.0.113.8": "….0.113.8",
    "node_203.0.113.8x": "node_…x",
    "Sky (203.0.113.8), 198.51.100.4.": "Sky (…), …",
    "203.0.113.8-203.0.113.20/24": "…-…/24",
    "Sky 203.\u200d0.113.8": "Sky …",
    "Sky 203\u200b.0.113\u2060.8": "Sky …",
    "Sky ２０３．0．113．8": "Sky …",
    "Sky 203。0。113｡8": "Sky …",
    "Sky ٢٠٣.٠.١١٣.٨": "Sky …",
    "Sky (203-0-113-8.sslip.io)": "Sky (…)",
    "Sky 203-0-113-7": "Sky …",
    "Sky cb007107.nip.io": "Sky …",
    "Sky CB007107": "Sky …",
    "Sky 2001-db8--7.sslip.io 2": "Sky … 2",
    "Sky 203_0_113_7": "Sky …",
}
"""Names of servers, and what is posted of each."""


@pytest.mark.parametrize("hiding", ["on"], indirect=True)
@pytest.mark.parametrize("name", HIDDEN)
async def test_with_hide_ips_no_way_of_writing_an_address_gets_from_a_servers_name_or_notes_into_a_post(
    hiding: tuple[Stage, bool], world: World, name: str
) -> None:
    stage, _ = hiding
    world.survival.name = name
    for row in world.state.allocations_of(world.survival):
        row.notes = name
    ann = await stage.linked("ann", world.ann)

    said, posts = await _posted(stage, ann, "5e000001")

    assert [post.replace("\\", "") for post in posts] == [f"**{HIDDEN[name]}**: `play.example.com:25565`"]
    assert posts[0] in said


@pytest.mark.parametrize("hiding", ["on"], indirect=True)
@pytest.mark.parametrize(
    "name",
    [
        "Sky 1.21.4",
        "Season 2: Return",
        "12:30 Club",
        "Best::Faces",
        "v2.0.1",
        "1.2.3",
        "300.1.1.1",
        "❤️ Sky",
        "Sky 1-21-4",
        "Sky 2026-11-27",
        "Sky -- the best-of--all",
        "Sky 5e000001",
        "２０ Sky",
    ],
)
async def test_with_hide_ips_a_name_without_an_address_is_posted_as_it_is(
    hiding: tuple[Stage, bool], world: World, name: str
) -> None:
    stage, _ = hiding
    world.survival.name = name
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "5e000001")

    assert [post.replace("\\", "") for post in posts] == [f"**{name}**: `play.example.com:25565`"]


async def test_with_hide_ips_the_panels_alias_is_posted_where_it_is_a_name(
    hiding: tuple[Stage, bool], world: World
) -> None:
    stage, _ = hiding
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "Survival")

    assert posts == ["**Survival**: `play.example.com:25565`"]


async def test_with_hide_ips_an_alias_with_an_underscore_is_posted_as_any_name(
    hiding: tuple[Stage, bool], world: World
) -> None:
    stage, _ = hiding
    world.state.allocations[1].ip_alias = "my_server.example.org"
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "Survival")

    assert posts == ["**Survival**: `my_server.example.org:25565`"]


async def test_with_hide_ips_no_address_in_the_servers_name_is_posted_beside_the_alias(
    hiding: tuple[Stage, bool], world: World
) -> None:
    stage, hides = hiding
    world.survival.name = "Survival 203.0.113.8"
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "5e000001")

    assert posts == [f"**Survival {'…' if hides else '203.0.113.8'}**: `play.example.com:25565`"]


async def test_without_hide_ips_an_alias_that_is_no_address_is_not_posted_as_one(
    hiding: tuple[Stage, bool], world: World
) -> None:
    stage, hides = hiding
    world.state.allocations[1].ip_alias = "http://play.example.com"
    ann = await stage.linked("ann", world.ann)

    _, posts = await _posted(stage, ann, "Survival")

    assert posts == ([] if hides else ["**Survival**: `203.0.113.7:25565`"])


async def test_a_servers_name_of_any_length_holds_nobody_up(hiding: tuple[Stage, bool], world: World) -> None:
    stage, _ = hiding
    world.survival.name = "a" * 60_000
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations address", server="5e000001", name=NAME)
    began = time.perf_counter()

    _, posts = await _posted(stage, ann, "5e000001")

    assert len(posts) == 1
    assert time.perf_counter() - began < 5
