"""Titles say which object, and numbers have their noun: on every message there is a way to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot.demo.panel import Maintenance
from tests.e2e.scenes import SCENES, furnish
from tests.names import unnamed
from tests.stage import Stage, changing
from tests.world import World

WHICH_SERVER = {"Which server do you mean?", "No such server"}
"""Titles of the question which server is meant: the button beside them names the one that might be."""
_OF = re.compile(r"(?:\b[A-Z][a-z]+ )?\b\d+ of \d+\b[^\n·]{0,12}")
_NOUN_OR_PAGE = re.compile(r"^(?:Page|Step) \d+ of \d+|\d+ of \d+ (?:ports?|players?|servers?)\b")
_COUNTED = re.compile(r"(?<![\w.:#`])(\d+) (port|server|change|player|line|key|second|minute|day|character)(s?)\b")
_NAMES_THE_ADDRESS = re.compile(r"Notes of \S+:\d+")


def shown(stage: Stage) -> Iterator[dict[str, Any]]:
    """Yield every message with a title and every form that the bot sent or edited, as it went over the wire."""
    for call in stage.env.http_requests:
        if not isinstance(call.json, dict) or "/commands" in call.path:
            continue
        data = call.json.get("data") if call.path.endswith("/callback") else call.json
        if not isinstance(data, dict):
            continue
        if call.path.endswith("/callback") and call.json["type"] == 9:
            yield {"title": data["title"], "text": "", "ids": [data["custom_id"]]}
        parts = [part for row in data.get("components") or () for part in row.get("components", ())]
        for embed in data.get("embeds") or ():
            if embed.get("title"):
                text = "\n".join([embed.get("description", ""), embed.get("footer", {}).get("text", "")])
                ids = [str(part["custom_id"]) for part in parts if "custom_id" in part]
                yield {"title": embed["title"], "text": text, "ids": ids}


def servers_in(ids: Sequence[str], world: World) -> list[str]:
    """Return the names of the servers that components are about; those of a select are in its values, not here."""
    named = {server.identifier: server.name for server in world.state.servers.values()}
    return sorted({named[part] for custom_id in ids for part in custom_id.split(":")[3:] if part in named})


def ports_in(ids: Sequence[str], world: World) -> list[str]:
    """Return the port that everything on a message is about, if it is one: as its title has it."""
    about = {custom_id.split(":")[4] for custom_id in ids if custom_id.split(":")[1] in ("alloc.ask", "notes.save")}
    of_list = any(custom_id.split(":")[1] == "several.ask" for custom_id in ids)
    return [] if of_list else [str(world.state.allocations[int(number)].port) for number in about]


def without_noun(text: str) -> list[str]:
    """Return what has a number in it that nobody can tell of what, or whose noun does not go with it."""
    alone = [found[0] for found in _OF.finditer(text) if not _NOUN_OR_PAGE.search(found[0])]
    wrong = [found[0] for found in _COUNTED.finditer(text) if (found[1] == "1") is (found[3] == "s")]
    return alone + wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 of 5 used", ["2 of 5 used"]),
        ("2 of 5 ports used\nPage 1 of 2 · Step 1 of 3:\n2 of 4 ports added.", []),
        ("1 ports, 2 port, 1 server", ["1 ports", "2 port"]),
        ("`203.0.113.7:25566` port", []),
    ],
)
def test_a_number_without_its_noun_is_found(text: str, found: list[str]) -> None:
    assert without_noun(text) == found


@pytest.mark.parametrize("verb", SCENES)
async def test_titles_say_which_object_and_numbers_have_their_noun(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    seen = await SCENES[verb].way(stage, ann)
    await SCENES[verb].play(ann, seen)

    bare = []
    for screen in shown(stage):
        title, about = screen["title"], servers_in(screen["ids"], world)
        if title in WHICH_SERVER:
            continue
        named = len(about) != 1 or about[0] in title or _NAMES_THE_ADDRESS.fullmatch(title)
        if not named or not all(port in title for port in ports_in(screen["ids"], world)):
            bare.append(title)

    assert bare == []
    assert [words for screen in shown(stage) for words in without_noun(f"{screen['title']}\n{screen['text']}")] == []


def test_a_bare_phrase_is_found(world: World) -> None:
    ids = ["v1:everyone.list:7:5e000001:ports:0"]

    assert servers_in(ids, world) == ["Survival"]
    assert ports_in(["v1:alloc.ask:7:5e000001:2:0"], world) == ["25566"]


async def test_titles_say_which_object_while_it_is_looked_what_became_of_a_change(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.reset_before(method="POST")

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert "⏳ The answer from" in seen.text
    assert seen.embed.title == "Port 25566 · Survival"


@pytest.mark.parametrize(
    ("typed", "title"), [("25566", "Notes of port 25566 · Survival"), ("#2", "Notes of 203.0.113.7:25566")]
)
async def test_titles_say_which_object_on_a_form_for_notes_that_the_panel_did_not_tell_in_time(
    stage: Stage, world: World, typed: str, title: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    async with stage.slow_panel():
        waiting = await ann.run("allocations notes", server="5e000001", allocation=typed)
        await stage.env.advance_time(1.9)

    assert ann.saw(waiting.result).form["title"] == title


async def test_titles_say_which_object_where_its_name_is_not_known(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    empty = (await ann.run("allocations history", server="5e000001")).embed
    async with stage.slow_panel(lambda request: not changing(request)):
        waiting = await ann.run("allocations notes", server="5e000001", allocation="#2")
        await stage.env.advance_time(1.9)

    assert empty.title == "Your changes · Server 5e000001"
    assert empty.footer.text == "Server 5e000001"
    assert ann.saw(waiting.result).form["title"] == "Notes of the port with id 2 · 5e000001"


@pytest.mark.parametrize("server", ["5e000001", "Survival"])
async def test_the_changes_on_one_server_are_called_by_its_name(stage: Stage, world: World, server: str) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server=server, allocation="25566", text="map")
    await stage.restart()

    seen = await ann.run("allocations history", server=server)
    of_all = await ann.run("allocations history")

    assert seen.embed.title == "Your changes · Survival"
    assert seen.embed.footer.text == "Server 5e000001"
    assert of_all.embed.title == "Your changes"


async def test_titles_say_which_server_an_error_is_about(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")
    stage.panel.state.maintenance = Maintenance()

    seen = (await ann.run("allocations list", server="5e000001")).embed

    assert unnamed(seen.title or "") == "❌ {panel} is in maintenance · Survival"
    assert seen.footer.text == "Server 5e000001"


async def test_an_error_after_a_change_still_names_the_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.survival.status = "suspended"

    seen = (await ann.run("allocations notes", server="5e000001", allocation="25566", text="map")).embed

    assert seen.title == "❌ The server is not available for changes · Survival"


async def test_an_error_at_a_server_that_was_not_read_yet_names_it_below(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    stage.panel.state.maintenance = Maintenance()

    seen = (await ann.run("allocations list", server="5e000001")).embed

    assert unnamed(seen.title or "") == "❌ {panel} is in maintenance"
    assert seen.footer.text == "Server 5e000001"


async def test_an_error_about_the_persons_key_names_no_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")
    stage.panel.state.keys.clear()

    seen = (await ann.run("allocations list", server="5e000001")).embed

    assert unnamed(seen.title or "") == "❌ {panel} refused your key"
    assert seen.footer.text is None


async def test_titles_say_which_server_on_the_question_before_a_new_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    options: dict[str, Any] = {"server": "5e000001", "notes": "voice chat", "primary": True}
    known = (await ann.run("allocations create", **options)).embed.title
    await stage.restart()

    unknown = (await ann.run("allocations create", **options)).embed.title

    assert known == "⚠️ Make the new port the primary of Survival?"
    assert unknown == "⚠️ Make the new port the primary of server 5e000001?"
