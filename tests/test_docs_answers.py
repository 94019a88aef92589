"""What the pages on the bot's answers quote is what it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.documents import ROOT

PAGES = {"address": "bot/ui/address/leads.py", "check": "bot/ui/ports/check.py"}
_MARKS = "✅⚠☑❔🔎🚫🔇"
"""With which an answer begins that says how something is."""
_VARIES = re.compile(r"`[^`]*`|…|IPv\d|\d[\d.]*|Minecraft Java")
"""What is another thing each time, as the pages write it."""


def _said(path: str) -> Iterator[str]:
    """Return every text of a module, with a blank in the place of what varies in it."""
    nodes = list(ast.walk(ast.parse((ROOT / path).read_text())))
    texts = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    within = {id(part) for text in texts for part in text.values}
    for text in texts:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in text.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            yield node.value


def _quotes(page: str) -> list[str]:
    lines = (ROOT / "docs" / f"{page}.md").read_text().splitlines()
    cells = [cell for line in lines for cell in re.findall(rf"^\| ([{_MARKS}].*?) \|", line)]
    return [quote for cell in cells for quote in re.split(rf"; (?=[{_MARKS}])", cell)]


def _told(quote: str) -> list[str]:
    """Return the parts of a quotation that do not vary."""
    return [part for varying in _VARIES.split(quote) if len(part := varying.strip(" ;:,.")) > 3]


@pytest.mark.parametrize(("page", "quote"), [(page, quote) for page in PAGES for quote in _quotes(page)])
def test_an_answer_that_a_page_explains_is_one_that_the_bot_gives(page: str, quote: str) -> None:
    said = list(_said(PAGES[page]))

    assert _told(quote)
    assert [part for part in _told(quote) if not any(part in text for text in said)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_with_a_mark_is_explained(page: str) -> None:
    """What the bot begins with a mark is what people ask about."""
    answers = [text for text in _said(PAGES[page]) if re.match(rf"[{_MARKS}]", text)]
    known = [max(_told(quote), key=len) for quote in _quotes(page)]

    assert len(answers) > 8
    assert [text for text in answers if not any(part in text for part in known)] == []
