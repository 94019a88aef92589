"""A person at the demo's page: what they see by its role and words, what they press, type and choose."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Locator, Page, async_playwright, expect

PATIENCE = 30_000
"""Milliseconds a person waits for what should appear; every wait ends as soon as it does."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Visitor:
    """Acts on the page as a person would, by what is written on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def newest(self) -> Locator:
        """The newest message of the channel."""
        return self.page.locator(".channel-message").last

    async def idle(self) -> None:
        """Wait until the page takes the next action: it refuses one while another is under way."""
        await expect(self.page.locator("#action-status")).not_to_have_text(re.compile("…$"))
        await expect(self.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()

    async def act_as(self, name: str) -> None:
        """Choose who to be."""
        await self.idle()
        picker = self.page.get_by_label("Viewing as")
        await picker.select_option(label=name)
        await expect(self.page.locator("#action-status")).to_have_text("Preview ready")
        await expect(picker.locator("option:checked")).to_have_text(name)

    async def pick_command(self, name: str) -> None:
        """Type a slash and the command, and choose it in the picker."""
        await self.idle()
        await self.page.get_by_placeholder("Message #").fill(f"/{name}")
        commands = self.page.get_by_role("listbox", name="Application commands")
        await commands.get_by_role("option").filter(has_text=f"/{name}").first.click()

    async def send(self) -> None:
        """Send the command as it stands."""
        await self.idle()
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def run(self, name: str) -> None:
        """Run a command without options."""
        await self.pick_command(name)
        await self.send()

    async def suggest(self, option: str, typed: str) -> Locator:
        """Add an option to the command, type into it, and return the suggestions."""
        await self.page.get_by_role("option", name=option).click()
        await self.page.get_by_role("combobox", name=option).fill(typed)
        return self.page.locator("#command-suggestion-listbox").get_by_role("option")

    async def fill(self, field: str, text: str) -> None:
        """Fill the form that is open, and submit it."""
        form = self.page.get_by_role("dialog")
        await expect(form.get_by_role("button", name="Submit")).to_be_enabled()
        await form.get_by_label(field).fill(text)
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_hidden()

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        await self.idle()
        await self.newest.get_by_role("button", name=label, exact=True).click()

    async def options(self) -> list[str]:
        """Look at what the select of the newest message offers, a label each, and close it again."""
        labels = await (await self._open_select()).locator(".option-label").all_inner_texts()
        await self.page.keyboard.press("Escape")
        return labels

    async def choose(self, option: str) -> None:
        """Choose an option of the newest message's select."""
        await (await self._open_select()).filter(has_text=option).click()

    async def _open_select(self) -> Locator:
        offered = self.newest.get_by_role("option")
        # What is drawn anew closes it: who opened it meanwhile opens it again.
        for _ in range(10):
            await self.idle()
            await self.newest.get_by_role("combobox").click()
            with suppress(AssertionError):
                await expect(offered.first).to_be_visible(timeout=PATIENCE // 10)
                break
        await expect(offered.first).to_be_visible()
        return offered

    async def has_in_view(self) -> None:
        """Wait until the newest message is in view, or the beginning of one that is longer than the view."""
        await self.page.wait_for_function(
            """() => {
                const message = [...document.querySelectorAll(".channel-message")].at(-1).getBoundingClientRect();
                const view = document.getElementById("channel-timeline").getBoundingClientRect();
                const whole = message.top >= view.top - 1 && message.bottom <= view.bottom + 1;
                return whole || (message.height > view.height && Math.abs(message.top - view.top) <= 1);
            }"""
        )

    async def sees(self, *words: str) -> None:
        """Wait until the newest message says all of this."""
        for part in words:
            await expect(self.newest).to_contain_text(part)


@asynccontextmanager
async def visiting(url: str, *, chromium: str) -> AsyncIterator[Visitor]:
    """Yield a visitor who has just opened the page, in a fresh browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            page = await browser.new_page(viewport={"width": 1000, "height": 900})
            page.set_default_timeout(PATIENCE)
            expect.set_options(timeout=PATIENCE)
            await page.goto(url)
            yield Visitor(page)
        finally:
            await browser.close()
