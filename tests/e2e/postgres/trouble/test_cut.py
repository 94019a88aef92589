"""A connection that is cut off, or where nothing comes back, before or after a commit."""

from __future__ import annotations

import time

from tests.e2e.postgres.trouble.sea import CANNOT, Sea
from tests.names import buttons_on, unnamed
from tests.postgres.proxy import Fault
from tests.stage import changing
from tests.world import World


async def test_a_commit_that_never_arrives_is_told_as_unknown_and_nothing_is_sent(sea: Sea) -> None:
    """From here it looks as one that arrived and whose answer was lost: neither is claimed."""
    sea.proxy.meet(b"COMMIT", Fault.CUT_BEFORE, times=1)

    said = await sea.annotated()
    kept = sea.found("SELECT count(*) FROM changes")
    sent = list(sea.stage.changes)
    again = await sea.annotated()  # it has come back by itself

    assert "❌ My own database does not answer" in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "may list it all the same, as unknown" in said
    assert (kept, sent) == ([(0,)], [])
    assert "✅" in again


async def test_what_is_cut_after_a_commit_is_told_as_unknown_and_nothing_is_sent(sea: Sea) -> None:
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    said = await sea.annotated()

    assert "❌ My own database does not answer" in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "may list it all the same, as unknown" in said
    assert sea.stage.changes == []
    assert sea.found("SELECT outcome FROM changes") == [("unknown",)]


async def test_a_link_that_is_cut_after_its_commit_is_not_said_to_be_missing_and_is_there(
    sea: Sea, world: World
) -> None:
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    seen = await sea.ann.link(world.dan)
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether the key was stored." in said
    assert "Look at </account:" in said
    assert offered == ["My account", "Support"]
    assert "**Panel account**: dan" in account


async def test_a_swap_that_is_cut_after_its_commit_leads_to_the_key_that_is_stored(sea: Sea, world: World) -> None:
    await sea.ann.run("account")
    async with sea.stage.slow_panel(changing):
        waiting = await sea.ann.press("Swap it for a key of my own")
        sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)  # the intent to make the key is written by now
    seen = sea.ann.saw(waiting.result)
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether my own key was stored in place of yours." in said
    assert offered == ["My account", "Support"]
    assert sea.found("SELECT own_description IS NULL FROM links") == [(False,)]
    assert "one I made for myself" in account


async def test_an_unlink_that_is_cut_after_its_commit_is_not_said_to_have_failed(sea: Sea, world: World) -> None:
    await sea.ann.run("unlink")
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    seen = await sea.ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether what I stored about you was deleted." in said
    assert offered == ["My account", "Support"]
    assert "You are not linked, and I store nothing about you." in account
    assert sea.found("SELECT count(*) FROM links") == [(0,)]


async def test_what_became_of_a_change_is_on_record_though_its_commit_was_cut(sea: Sea) -> None:
    """The first commit writes it down, the second what became of it: that one is written again."""
    sea.proxy.meet(b"UPDATE changes", Fault.CUT_AFTER, times=1)

    said = await sea.annotated()
    await sea.stage.env.advance_time(10)

    assert sea.proxy.faults == 1
    assert "✅" in said
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_a_server_that_swallows_everything_is_told_in_time_and_hung_up_on(sea: Sea) -> None:
    sea.proxy.meet(b"INSERT INTO changes", Fault.SILENCE)

    began = time.monotonic()
    said = await sea.annotated()
    took = time.monotonic() - began
    sea.proxy.mend()

    assert CANNOT in said
    assert took < 5
    assert sea.stage.changes == []
    assert "✅" in await sea.annotated()
