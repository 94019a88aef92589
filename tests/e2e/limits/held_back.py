"""Somebody who is held back: until when, as the message says it, and the request that they may not make."""

from __future__ import annotations

import re

from bot.demo.people import Seen
from tests.e2e.trouble import TroubledStage

LIVE_TIME = re.compile(r"⏳ Possible again <t:(\d+):R>")
CREATES = "POST /servers/5e000001/network/allocations"


def seconds_until(stage: TroubledStage, seen: Seen) -> float:
    """Return in how many seconds the message says that it is possible again."""
    found = LIVE_TIME.search(seen.text)
    assert found is not None, seen.text
    return int(found[1]) - stage.panel.now()
