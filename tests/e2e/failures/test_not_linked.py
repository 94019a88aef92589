"""Somebody who has not linked, and a key that the panel does not take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.demo.people import Seen
from tests.e2e.failures.telling import LINK, told
from tests.e2e.trouble import TroubledStage
from tests.names import FIRST_STEP, buttons_on, unnamed
from tests.world import World

OF_USE_UNLINKED = {"link.open", "unlink.confirm"}
FORMS = {"find.submit", "join.submit", "link.submit", "notes.submit", "notes.typed", "several.named"}
PICKS = {"pick.primary", "pick.delete", "pick.form", "pick.notes", "pick.typed"}
ELSEWHERE = (
    {"find.form", "find.pick", "notes.edit", "notes.save", "servers.others", "servers.pick"}
    | PICKS
    | {
        "again.run",
        "again.form",
        "alloc.promote",
        "left.gone",
        "pasted.delete",
        "pasted.keep",
        "power.do",
        "several.stop",
    }
    | {"account.names", "join.clear", "join.form", "join.show", "named.address", "named.join"}
)
"""What is offered to administrators, where notes would be overwritten or speak against it, where there are many, and
after other things."""


async def test_every_component_of_somebody_not_linked_offers_to_link(stage: TroubledStage, world: World) -> None:
    for number in range(10):
        world.state.add_server(world.state.users[1], f"Server {number}", ip=f"198.51.100.{number}")
    ann = await stage.linked("ann", world.ann)
    parts: dict[str, tuple[Seen, dict[str, Any]]] = {}

    async def gather(seen: Seen) -> None:
        for part in (part for part in seen.components if "url" not in part):
            parts.setdefault(str(part["custom_id"]).split(":")[1], (seen, dict(part)))

    await gather(ann.seen)
    await gather(await ann.run("servers"))
    await gather(await ann.run("account"))
    await gather(await ann.run("unlink"))
    await gather(await ann.run("allocations create"))
    await gather(await ann.run("allocations list", server="Survival"))
    await gather(await ann.run("allocations primary", server="Survival", allocation="25566"))
    await gather(await ann.run("allocations history"))
    await gather(await ann.choose(next(iter(ann.seen.options))))
    await gather(await ann.run("allocations history", server="Survival"))
    await gather(await ann.run("allocations find", text="25565"))
    await gather(await ann.run("allocations delete", server="Survival", allocation="25565"))
    listed = await ann.run("allocations list", server="Survival")
    await gather(await ann.choose("1", on=listed))
    await ann.run("allocations list", server="Survival")
    await gather(await ann.press("Post address here"))
    for command, more in (("notes", {}), ("notes", {"text": "x"}), ("primary", {}), ("delete", {})):
        await gather(await ann.run(f"allocations {command}", server="serv", allocation="25565", **more))
    await gather(await ann.run("allocations history", server="serv"))
    await ann.run("allocations list", server="Survival")
    await gather(await ann.press("Add several…"))
    await gather(await ann.choose_several("Query", "RCON"))
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")
    stage.panel.requests.clear()

    for verb in OF_USE_UNLINKED:
        del parts[verb]
    # Else these would be more than one person may do in ten seconds.
    await stage.env.advance_time(11)
    for verb, (on, part) in parts.items():
        values = [part["options"][0]["value"]] if part["type"] == 3 else []
        seen = await stage.forge(ann, part["custom_id"], on=on, values=values, kind=part["type"])

        assert unnamed(seen.text).startswith("🔗 First, link your account on {panel}\n"), verb
        assert buttons_on(seen) == FIRST_STEP, verb

    assert set(stage.bot.router.verbs) - set(parts) == OF_USE_UNLINKED | FORMS | ELSEWHERE
    assert stage.asked == []


async def test_the_link_button_of_a_failure_leads_to_a_working_link(stage: TroubledStage, world: World) -> None:
    ann = stage.person("ann")
    await ann.run("allocations list", server="Survival")

    await ann.press(LINK)
    seen = await ann.fill(key=world.ann)

    assert "✅ Linked" in seen.text


async def test_a_revoked_key_offers_to_link_again(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.revoke(world.ann)
    fresh = world.state.add_key(world.state.users[1])

    refused = await ann.run("allocations list", server="Survival")
    told(refused, world, "{panel} refused your key", "wrong, revoked or expired", "Create a new client API key")
    await ann.press(LINK)
    await ann.fill(key=fresh)
    again = await ann.run("allocations list", server="Survival")

    assert "2 of 5 ports used" in again.text


async def test_a_key_that_allows_other_addresses_only_is_told_which_one_to_allow(
    stage: TroubledStage, world: World
) -> None:
    key = world.state.add_key(world.state.users[1], allowed_ips=["192.0.2.1"])
    ann = stage.person("ann")

    seen = await ann.link(key)

    told(seen, world, "Your key does not allow this bot's address", "`127.0.0.1`", "or one without a list")
    assert LINK in seen.buttons
    assert stage.stored_of(ann) == []


@pytest.mark.parametrize("prefix", ["ptla_", "papp_", "peli_"])
async def test_an_application_key_is_recognised_and_never_sent(stage: TroubledStage, world: World, prefix: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(prefix + "A" * 43)

    told(seen, world, "That is an application API key", "I have not sent it anywhere", "client API key")
    assert stage.asked == []
    assert stage.stored_of(ann) == []


async def test_an_application_key_that_only_the_panel_recognises_is_explained(
    stage: TroubledStage, world: World
) -> None:
    key = world.state.add_key(world.state.users[1], "ptlc_" + "B" * 43, application=True)
    ann = stage.person("ann")

    seen = await ann.link(key)

    told(seen, world, "That is an application API key")
    assert stage.stored_of(ann) == []


@pytest.mark.parametrize("nonsense", ["hello", "ptlc_short", "my password is swordfish", "ptlc_" + "ä" * 43, "x" * 150])
async def test_nonsense_for_a_key_is_never_sent(stage: TroubledStage, world: World, nonsense: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(nonsense)

    told(seen, world, "That is not a client API key", "`ptlc_`", "`pacc_`")
    assert nonsense not in seen.text
    assert stage.asked == []


async def test_a_link_that_can_no_longer_be_decrypted_asks_to_link_again(
    stage: TroubledStage, world: World, tmp_path: Path
) -> None:
    ann = await stage.linked("ann", world.ann)
    (tmp_path / "encryption.key").unlink()
    await stage.restart()

    seen = await ann.run("allocations list", server="Survival")
    told(seen, world, "Please link your panel account again", "whoever runs me changed mine")
    await ann.press(LINK)
    await ann.fill(key=world.ann)

    assert "2 of 5" in (await ann.run("allocations list", server="Survival")).text
