"""The bot's calls to Discord, by kind."""

from __future__ import annotations

from tests.stage import Stage

SEVERAL = {"several.pick", "several.go", "several.stop"}
"""Tell at once where they are, and of their progress after that: see `test_several`."""
CALLBACK, EDIT, FOLLOW_UP = "POST callback", "PATCH @original", "POST follow-up"
MESSAGE, DEFER_MESSAGE, MESSAGE_EDIT = 4, 5, 7


def calls(stage: Stage, since: int) -> list[str]:
    """Return the bot's answers to interactions by kind, from a position in the log on."""
    names = {"callback": CALLBACK, "@original": EDIT}
    last = [(call, call.path.rsplit("/", 1)[-1]) for call in stage.env.http_requests[since:]]
    return [names.get(end) or (FOLLOW_UP if call.method == "POST" else f"{call.method} {end}") for call, end in last]


def kind(stage: Stage, position: int) -> int:
    """Return the type of the callback at this position in the log."""
    body = stage.env.http_requests[position].json
    assert body is not None
    return int(body["type"])
