"""Nothing the bot sends can ping anybody, whatever the panel holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.scenes import SCENES, furnish
from tests.stage import Stage
from tests.world import World


def messages(stage: Stage) -> list[dict[str, Any]]:
    """Return every message the bot sent or edited, as it went over the wire."""
    found = []
    for call in stage.env.http_requests:
        if not isinstance(call.json, dict) or "/commands" in call.path:
            continue
        # A callback wraps its message; 4 answers with one, 7 edits the one a component is on.
        if call.path.endswith("/callback"):
            if call.json["type"] in (4, 7):
                found.append(call.json["data"])
        else:
            found.append(call.json)
    return found


@pytest.mark.parametrize("verb", SCENES)
async def test_every_message_forbids_every_mention(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)

    seen = await SCENES[verb].way(stage, ann)
    await SCENES[verb].play(ann, seen)

    sent = messages(stage)
    assert sent
    assert [message.get("allowed_mentions") for message in sent] == [{"parse": []}] * len(sent)


async def test_errors_forbid_every_mention_too(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    await ann.run("servers")
    await ann.link("nonsense")
    await ann.link(world.ann)
    await ann.run("allocations create", server="Creative")
    await ann.run("allocations list", server="@everyone")

    sent = messages(stage)
    assert len(sent) == 5
    assert [message.get("allowed_mentions") for message in sent] == [{"parse": []}] * 5


async def test_a_name_that_mentions_everybody_is_shared_without_a_ping(stage: Stage, world: World) -> None:
    world.survival.name = "@everyone <@&1> @here"
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="5e000001")

    await ann.press("Post address here")
    seen = await ann.press("Post")

    assert not seen.ephemeral
    assert "@everyone" not in seen.message.content
    assert "@here" not in seen.message.content
    assert "<@&" not in seen.message.content
    assert seen.message.message.mention_everyone is False
    assert messages(stage)[-1]["allowed_mentions"] == {"parse": []}


async def test_a_deferred_answer_forbids_every_mention(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="5e000001")
    await ann.press("Post address here")
    await stage.restart()

    async with stage.slow_panel():
        await ann.press("Post")
        await ann.run("servers")
        await stage.env.advance_time(2)

    sent = messages(stage)[-2:]
    assert [message.get("allowed_mentions") for message in sent] == [{"parse": []}] * 2
