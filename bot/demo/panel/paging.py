"""Pages of a list, and the filters of a query, as every listing of the panel reads and shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from bot.demo.panel import errors
from bot.demo.panel.calls import Call

MAX_PER_PAGE = 100
ELOQUENT_PER_PAGE = 15
_FILTER = re.compile(r"filter\[([^\]]*)\](?:\[\d*\])?")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and what the panel says about all of them."""

    rows: Sequence[Row]
    pagination: dict[str, Any]

    def document(self, data: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the whole answer, with what is shown of the rows."""
        return {"object": "list", "data": data, "meta": {"pagination": self.pagination}}


def page_of(call: Call, rows: Sequence[Row], *, default: int) -> Page[Row]:
    """Return the page the query asks for."""
    per_page, number = _per_page(call.fields, default), _number(call.fields)
    shown = rows[(number - 1) * per_page : number * per_page]
    last = max(1, -(-len(rows) // per_page))
    pagination = {
        "total": len(rows),
        "count": len(shown),
        "per_page": per_page,
        "current_page": number,
        "total_pages": last,
        "links": _links(call, number, last),
    }
    return Page(shown, pagination)


def filters_of(call: Call) -> Iterator[tuple[str, str]]:
    """Yield the filters that are not empty, by name."""
    for name, value in call.fields.items():
        if (named := _FILTER.fullmatch(name)) and value is not None:
            yield named[1], str(value)


def _per_page(fields: dict[str, Any], default: int) -> int:
    text = fields.get("per_page")
    if text is None:
        return default
    if not re.fullmatch(r"-?\d+", str(text)):
        return MAX_PER_PAGE  # PHP compares the word with 100 and takes the lesser
    number = min(int(text), MAX_PER_PAGE)
    if number < 0:
        raise errors.unexpected("QueryException")
    return number or ELOQUENT_PER_PAGE


def _number(fields: dict[str, Any]) -> int:
    text = str(fields.get("page") or "")
    return int(text) if text.isascii() and text.isdecimal() and int(text) > 0 else 1


def _links(call: Call, number: int, last: int) -> dict[str, str]:
    query = [(name, value) for name, value in call.request.query if name != "page" and value]

    def link(to: int) -> str:
        parameters = urlencode([*query, ("page", str(to))])
        return f"{call.request.base_url}/{call.request.path}?{parameters}"

    links = {"previous": link(number - 1)} if number > 1 else {}
    return links | ({"next": link(number + 1)} if number < last else {})
