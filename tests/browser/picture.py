"""`python -m tests.browser.picture docs/demo.png`: take the README's picture of the demo anew."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.browser.demo import find_chromium, running_demo
from tests.browser.visitor import Visitor, visiting


async def take(target: Path) -> None:
    """Act as Mara, who adds a port to Survival and names it, and save what she sees."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder:
        async with running_demo(Path(folder)) as demo, visiting(demo.url, chromium=chromium) as mara:
            await mara.page.set_viewport_size({"width": 1000, "height": 760})
            await mara.run("allocations list")
            await mara.choose("Survival")
            await mara.sees("3 of 6 ports used")
            before = await mara.options()
            await mara.press("Add port")
            await mara.sees("Added")
            (new,) = set(await mara.options()) - set(before)
            await mara.choose(new)
            await mara.press("Edit notes")
            await mara.fill("Notes", "query port for the website")
            await mara.sees(": query port")
            await _only_the_newest_message(mara)
            await mara.page.locator("#preview-stage").screenshot(path=target)
            await demo.interrupt()


async def _only_the_newest_message(visitor: Visitor) -> None:
    """Make the window as high as the newest message needs."""
    spare = await visitor.page.locator("#channel-timeline").evaluate(
        "timeline => timeline.clientHeight - timeline.querySelector('.channel-message:last-of-type').offsetHeight"
    )
    await visitor.page.set_viewport_size({"width": 1000, "height": 760 - spare + 12})
    await expect(visitor.page.locator("#action-status")).to_have_text("Viewport updated")
    await visitor.page.mouse.move(5, 5)
    # What is in focus has its buttons to reply and so on beside it.
    await visitor.page.evaluate("document.activeElement.blur()")
    await visitor.newest.get_by_role("button", name="Post address here").scroll_into_view_if_needed()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
