"""Why a server lets nobody in: told where what it says is known, and nothing is made up where it is not."""

from __future__ import annotations

import pytest

from tests.e2e.postgres.counted import Counted
from tests.postgres.foreign import refusing_server
from tests.world import SURVIVAL, World

REASONS = (
    "Another program holds it.",
    "It does not answer now; it may be restarting.",
    "More is asked of it right now than it answers at once.",
    "It does not let me in as I am set up.",
)


@pytest.mark.parametrize(
    ("severity", "words", "why"),
    [
        ("SCHWERWIEGEND", "tut mir leid, schon zu viele Verbindungen", []),
        ("FATAL", "désolé, trop de clients sont déjà connectés", []),
        ("FATAL", "the database system is starting up", [REASONS[1]]),
        ("FATAL", "sorry, too many clients already", [REASONS[2]]),
        ("FATAL", 'password authentication failed for user "berth"', [REASONS[3]]),
    ],
)
async def test_why_nobody_is_let_in_is_told_where_it_is_known_and_not_made_up_in_another_language(
    on_server: Counted, world: World, severity: str, words: str, why: list[str]
) -> None:
    ann = await on_server.stage.linked("ann", world.ann)
    with refusing_server(severity, "XX000", words) as port:
        on_server.proxy.lead_to(port)
        said = (await ann.run("allocations list", server=SURVIVAL)).text
    on_server.proxy.lead_to(on_server.server.port)

    assert "❌ I cannot read my own database" in said
    assert [reason for reason in REASONS if reason in said] == why
    assert "on my side" in said
