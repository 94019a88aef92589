"""An answer without end is read to its limit only; a bug of ours has a reference."""

from __future__ import annotations

import gzip
import re
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.failures.telling import told
from tests.e2e.trouble import TroubledStage
from tests.names import links
from tests.world import World


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """Return a function that tells the most memory used since the test began, in MiB."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] // 2**20
    tracemalloc.stop()


async def test_a_body_without_end_is_read_to_its_limit_only(
    stage: TroubledStage, world: World, memory: Callable[[], int]
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.huge_body(50)

    seen = await ann.run("servers")

    told(seen, world, "What answers at {panel} is not its API", "far larger than any that I expect")
    assert stage.panel.requests[-1].status is None  # the bot hung up before the end
    assert memory() < 40


async def test_a_small_body_that_unpacks_to_a_huge_one_is_read_to_its_limit_only(
    stage: TroubledStage, world: World, memory: Callable[[], int]
) -> None:
    ann = await stage.linked("ann", world.ann)
    bomb = gzip.compress(b'{"object":"list","data":["' + b"x" * 60 * 2**20 + b'"]}', compresslevel=9)
    assert len(bomb) < 2**17
    tracemalloc.reset_peak()
    stage.panel.faults.answer(200, bomb, headers={"Content-Encoding": "gzip"})

    seen = await ann.run("servers")

    told(seen, world, "What answers at {panel} is not its API", "far larger than any that I expect")
    assert memory() < 100  # of which the 60 MiB above are the test's own


async def test_notes_of_any_length_hold_nobody_up(stage: TroubledStage, world: World) -> None:
    world.state.allocations[2].notes = f"a{chr(0x2800) * 60_000}a"
    ann = await stage.linked("ann", world.ann)
    began = time.perf_counter()

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="voice")

    assert "✅ Noted" in seen.text
    assert time.perf_counter() - began < 5


@pytest.mark.expects_bug
async def test_a_bug_of_ours_shows_the_reference_that_the_log_carries(
    stage: TroubledStage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.env.inject_error("POST", "*/callback", status=400, code=50035, message="Invalid Form Body")

    seen = await ann.run("allocations list", server="Survival")

    reference = re.search(r"`([0-9a-f]{8})`", told(seen, world, "I made a mistake", "a bug of mine"))
    assert reference is not None
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert reference[1] in line.getMessage()
    assert line.exc_info is not None
    assert "**What to do**: Tell whoever runs this bot, with the reference `" in seen.text
    assert "{" not in seen.text
    assert list(seen.buttons) == ["My servers", "Support"]
    assert links(seen) == {"Support": "https://support.example.com"}
    assert world.ann not in caplog.text


@pytest.mark.expects_bug
async def test_a_bug_in_what_is_about_a_server_leads_to_what_it_holds(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await ann.run("allocations list", server="Survival")
    stage.env.inject_error("POST", "*/callback", status=400, code=50035, message="Invalid Form Body")

    bug = await ann.press("Refresh", on=seen)
    told_of = bug.text
    shown = await ann.press("Show allocations", on=bug)

    assert "❌ I made a mistake" in told_of
    assert "2 of 5 ports used" in shown.text


@pytest.mark.expects_bug
async def test_a_bug_gives_back_what_was_typed_into_a_form(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await ann.run("allocations notes", server="Survival", allocation="25566")
    stage.env.inject_error("POST", "*/callback", status=400, code=50035, message="Invalid Form Body")

    bug = await ann.fill(on=form, notes="second *entrance*")

    assert "❌ I made a mistake" in bug.text
    assert (bug.embed.description or "").endswith("**Yours, as you typed it**\n> second \\*entrance\\*")


@pytest.mark.expects_bug
async def test_a_broken_database_shows_a_reference_and_no_sql(
    stage: TroubledStage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.execute("DROP TABLE links")

    seen = await ann.run("allocations list", server="Survival")

    text = told(seen, world, "I made a mistake", "I do not know whether a change was made")
    assert re.search(r"`[0-9a-f]{8}`", text)
    assert "links" not in text
    assert world.ann not in caplog.text


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (404, 10015), (401, 50027)])
async def test_somebody_who_is_gone_is_no_bug(stage: TroubledStage, world: World, status: int, code: int) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.env.inject_error("POST", "*/callback", status=status, code=code, message="Unknown interaction")

    seen = await ann.run("allocations create", server="Survival")

    assert not seen.answered
    assert len(world.state.allocations_of(world.survival)) == 3
