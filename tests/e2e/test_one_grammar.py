"""Verbs in one grammar: what an answer calls a change, one's own record and the panel's log call it too."""

from __future__ import annotations

import re

from bot.demo.people import Seen
from tests.stage import Stage
from tests.world import World

VERBS = ["Added", "Noted", "Noted", "Made primary", "Removed"]
"""Of what is done below, in its order."""
_DONE = re.compile(r"^✅ (Added|Noted|Made primary|Removed) `", re.MULTILINE)
_LOGGED = re.compile(r" · (Added|Noted|Made primary|Removed) `")


def _verb(seen: Seen) -> str:
    (found,) = _DONE.findall(seen.embed.description or "")
    return str(found)


def _labels(record: Seen) -> list[str]:
    """Return what the options of the record begin with; two of them may be alike."""
    (select,) = [part for part in record.components if part["type"] == 3]
    return [option["label"].removeprefix("✅ ").rpartition(" ")[0] for option in select["options"]]


async def test_verbs_are_in_one_grammar_in_answers_record_and_log(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    said = [_verb(await ann.run("allocations create", server="Survival"))]
    for text in ("map", ""):
        seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)
        said.append(_verb(seen))
    said.append(_verb(await ann.run("allocations primary", server="Survival", allocation="25566")))
    await ann.run("allocations delete", server="Survival", allocation="25565")
    said.append(_verb(await ann.press("Remove 203.0.113.7:25565")))

    record = await ann.run("allocations history", server="Survival")
    recorded = _DONE.findall(record.embed.description or "")
    options = _labels(record)
    log = await ann.press("Everyone's changes")

    assert said == VERBS
    assert recorded == options == VERBS[::-1]
    assert _LOGGED.findall(log.embed.description or "") == VERBS[::-1]


async def test_what_is_done_with_an_addition_is_told_by_the_same_verbs(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival", notes="atlas", primary=True)
    record = await ann.run("allocations history")

    assert "\n✅ Noted it: atlas\n✅ Made it the primary.\n" in seen.text
    assert _labels(record) == ["Made primary", "Added"]
