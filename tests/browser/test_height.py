"""The height of a server's message in pixels, from its list to a port's page and back."""

from __future__ import annotations

import pytest

from tests.browser.demo import Demo

pytest.importorskip("playwright.async_api", reason="Playwright is not installed (pip install '.[dev]')")

from tests.browser.visitor import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LEEWAY = {1000: 24, 390: 64}
"""Pixels by which a page may differ from its list, by the width. Both have the same lines and rows of buttons; but a
sentence that says why something is off takes a line more on a desk and up to three on a phone, and how often it wraps
nobody can know.
"""


async def height_of(visitor: Visitor) -> float:
    """Return how high the newest message is."""
    return float(await visitor.newest.evaluate("message => message.getBoundingClientRect().height"))


@pytest.mark.parametrize(("width", "height"), [(1000, 760), (390, 800)], ids=["desk", "phone"])
async def test_the_message_keeps_its_height_from_the_list_to_a_port_and_back(
    demo: Demo, chromium: str, width: int, height: int
) -> None:
    measured = {}
    async with visiting(demo.url, chromium=chromium) as mara:
        await mara.page.set_viewport_size({"width": width, "height": height})
        await mara.act_as("Mara")
        for server, port in (("Creative", "203.0.113.8:25565"), ("Skyblock", "198.51.100.21:25566")):
            await mara.run("allocations list")
            await mara.choose(server)
            await mara.sees("Copy address")
            before = await height_of(mara)
            await mara.choose(port)
            await mara.sees("Edit notes")
            page = await height_of(mara)
            await mara.press("Back")
            await mara.sees("ports used")
            measured[server] = before, page, await height_of(mara)

    for before, page, after in measured.values():
        assert after == before, measured
        assert abs(page - before) <= LEEWAY[width], measured
