"""The demo's page as a newcomer meets it: the printed address, the picker, forms, buttons, and Ctrl-C."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from tests.browser.demo import Demo

pytest.importorskip("playwright.async_api", reason="Playwright is not installed (pip install '.[dev]')")

from playwright.async_api import Locator, expect

from tests.browser.visitor import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_newcomer_links_with_the_printed_key_and_manages_a_port(demo: Demo, chromium: str) -> None:
    async with visiting(demo.url, chromium=chromium) as noa:
        await noa.sees("Welcome to the demo", demo.key("Noa"))
        await noa.act_as("Noa")

        await noa.run("link")
        await noa.fill("Client API key", demo.key("Noa"))
        await noa.sees("Only you can see this", "Linked", "the key sees 1 server")
        await expect(noa.newest).not_to_contain_text(demo.key("Noa"))

        await noa.run("allocations list")
        await noa.sees("Prison Break", "1 of 3 ports used", "prison.example.com:25565")
        before = await noa.options()
        await noa.press("Add port")
        await noa.sees("Added", "2 of 3 ports used")
        (new,) = set(await noa.options()) - set(before)

        await noa.choose(new)
        await noa.press("Edit notes")
        await noa.fill("Notes", "voice chat")
        await noa.sees(f"Noted {new}: voice chat")

        await noa.choose(new)
        await noa.press("Make primary")
        await noa.sees("Voice chat, which needs a port of its own", "Nothing was changed yet")
        await noa.press(f"Make {new} the primary")
        await noa.sees("Made primary", f"→ {new}", "at its next start")
        await noa.press("Make prison.example.com:25565 primary again")
        await noa.sees("→ prison.example.com:25565")

        await noa.choose(new)
        await noa.press("Remove…")
        await noa.sees("Remove port ", new, "cannot be asked for again")
        await noa.press(f"Remove {new}")
        await noa.sees(f"Removed {new}", "1 of 3 ports used")

        await noa.run("allocations history")
        await noa.sees("Your changes", f"Removed {new}", "ago")
        await expect(noa.newest).not_to_contain_text(re.compile(r"\bin \d+ "))


async def key_from_the_panel(noa: Visitor) -> str:
    """Press the button that opens the panel's page for keys, and copy Noa's key there."""
    async with noa.page.expect_popup() as opening:
        await noa.newest.get_by_text("Create a key on panel.example.com").last.click()
    panel = await opening.value
    await expect(panel.get_by_role("heading")).to_have_text("API Credentials")
    key = await panel.locator("p", has_text="Noa:").locator("code").inner_text()
    await panel.close()
    return key


async def test_a_newcomer_finds_a_key_on_the_page_that_the_first_answer_opens_also_after_it_was_swapped(
    demo: Demo, chromium: str
) -> None:
    async with visiting(demo.url, chromium=chromium) as noa:
        await noa.act_as("Noa")
        await noa.run("servers")
        await noa.sees("First, link your account on panel.example.com")
        first = await key_from_the_panel(noa)
        await noa.press("I have my key")
        await noa.fill("Client API key", first)
        await noa.sees("Linked", "the key sees 1 server")

        await noa.press("Swap it for a key of my own")
        await noa.sees("Swapped for a key of my own")
        await noa.press("Delete the key I pasted")
        await noa.sees("no longer works on panel.example.com")
        await noa.run("unlink")
        await noa.newest.get_by_role("button", name="Unlink").last.click()
        await noa.sees("Unlinked")

        await noa.run("servers")
        second = await key_from_the_panel(noa)
        await noa.press("I have my key")
        await noa.fill("Client API key", second)
        await noa.sees("Linked", "the key sees 1 server")
        assert second != first


async def test_the_same_allocation_can_be_opened_again_after_going_back(demo: Demo, chromium: str) -> None:
    async with visiting(demo.url, chromium=chromium) as noa:
        await noa.act_as("Noa")
        await noa.run("link")
        await noa.fill("Client API key", demo.key("Noa"))
        await noa.run("allocations list")

        for _ in range(2):
            await noa.choose("prison.example.com:25565")
            await noa.sees("Make primary and Remove are off. This is the primary")
            await noa.press("Back")
            await noa.sees("1 of 3 ports used")


async def test_an_owner_picks_a_server_from_the_suggestions(demo: Demo, chromium: str) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.act_as("Mara")

        await mara.pick_command("allocations list")
        suggestions = await mara.suggest("server", "sky")
        await expect(suggestions).to_contain_text(["Skyblock"])
        await suggestions.click()
        await mara.send()

        await mara.sees("Skyblock", "sky.example.com:25565", "Add port is off")
        await expect(mara.newest.get_by_role("button", name="Add port")).to_be_disabled()


@pytest.mark.parametrize(("width", "height"), [(1000, 760), (390, 800)], ids=["desk", "phone"])
async def test_the_newest_answer_is_in_view_without_scrolling_by_hand(
    demo: Demo, chromium: str, width: int, height: int
) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.page.set_viewport_size({"width": width, "height": height})
        await mara.act_as("Mara")
        for command in ("help", "account", "servers", "allocations list"):
            await mara.run(command)
            await expect(mara.newest.locator(".message-interaction-header")).to_contain_text(command.split()[0])
            await mara.has_in_view()

        # What is pressed changes a message that is there, here to a longer one.
        await mara.choose("Survival")
        await mara.sees("Survival", "play.example.com:25565")
        await mara.has_in_view()
        await mara.choose("play.example.com:25565")
        await mara.sees("Edit notes")
        await mara.has_in_view()


async def test_a_reader_who_scrolls_back_is_left_there_until_the_next_answer(demo: Demo, chromium: str) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        for _ in range(3):
            await mara.run("servers")
        await mara.has_in_view()

        await mara.page.locator("#channel-timeline").hover()
        first = mara.page.locator(".channel-message").first
        await _turned_until_in_view(mara, first)
        await expect(first).to_be_in_viewport(ratio=0.9)
        await mara.run("account")
        await mara.has_in_view()


async def _turned_until_in_view(mara: Visitor, message: Locator) -> None:
    # SimCord's own page, while it updates its view, goes back to where it was before: who turned meanwhile turns again.
    for _ in range(10):
        await mara.idle()
        await mara.page.mouse.wheel(0, -10_000)
        with suppress(AssertionError):
            await expect(message).to_be_in_viewport(ratio=0.9, timeout=2_000)
            break


async def test_how_long_ago_something_was_is_told_by_the_wall_clock_minutes_later_too(
    demo: Demo, chromium: str
) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.act_as("Mara")
        await mara.run("account")
        linked = mara.newest.locator("time.discord-timestamp").first
        await expect(linked).to_have_text(re.compile("second.? ago|minute ago"))

        moment = datetime.fromisoformat(str(await linked.get_attribute("datetime")))
        await mara.page.clock.set_fixed_time(moment + timedelta(minutes=7))
        await expect(linked).to_have_text("7 minutes ago")
        await mara.page.clock.set_fixed_time(moment + timedelta(hours=3))
        await expect(linked).to_have_text("3 hours ago")


async def test_who_ends_the_page_reads_what_ended_and_how_to_begin_again_and_the_demo_ends(
    demo: Demo, chromium: str
) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.run("servers")
        await mara.sees("Survival")

        await mara.page.get_by_text("More", exact=True).click()
        await mara.page.get_by_role("button", name="End preview session").click()

        over = mara.page.get_by_role("alert").filter(has_text="This demo has ended")
        await expect(over).to_contain_text("start it in the terminal by the same command as before")
        await expect(over).to_be_in_viewport()
        code, last = await demo.ended()

    assert code == 0
    assert last.strip() == "The demo has ended and left nothing behind."


async def test_the_first_walk_that_the_greeting_proposes_to_an_owner_meets_no_warning(
    demo: Demo, chromium: str
) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.sees("As Mara: run", "choose Survival, add a port, and say that it is for an “event world”")

        await mara.run("allocations list")
        await mara.choose("Survival")
        await mara.sees("3 of 6 ports used")
        await expect(mara.newest).not_to_contain_text("⚠️")
        await mara.press("Add port")
        await mara.sees("Added", "4 of 6 ports used")
        await expect(mara.newest).not_to_contain_text("⚠️")
        await mara.press("What is it for?")
        await mara.fill("Notes", "event world")
        await mara.sees("Noted", "event world")
        await expect(mara.newest).not_to_contain_text("⚠️")
        await mara.press("Post address here")
        await mara.sees("Post this address here?")
        await expect(mara.newest).not_to_contain_text("⚠️")


async def test_ctrl_c_ends_the_demo_with_its_page_open_and_leaves_nothing_behind(demo: Demo, chromium: str) -> None:
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.run("servers")
        await mara.sees("Your servers", "Survival")
        during = list(demo.folder.glob("berth-demo-*/*"))

        code, last = await demo.interrupt()

    assert [path.name for path in during if path.suffix == ".db"] == ["berth.db"]
    assert code == 0
    assert last.strip() == "The demo has ended and left nothing behind."
    assert list(demo.folder.iterdir()) == []
