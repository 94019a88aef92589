"""A plan: several ports that a person wants on one server, and how far it is with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.errors import BotError
from bot.nextstep import NextStep

MOST = 10
"""Ports in one plan."""


class ItemState(StrEnum):
    """How far it is with one port of a plan."""

    WANTED = "wanted"
    """It is not there, and nothing asks for it."""
    ASKED = "asked"
    """A request was about to be sent, and what became of it is not known: it is looked at before the next one."""
    MADE = "made"
    GONE = "gone"
    """It was there, and a few seconds later it was not: nothing asks for it until its owner goes on."""
    UNKNOWN = "unknown"
    """It was looked at, and more than one port may be it: it is not asked for again."""


class PlanForgotten(BotError):
    """The person has no such plan (any more)."""

    title = "I no longer know what was to be added"
    advice = "Look at {/allocations list} for what the server has now; **Add several…** there begins anew."
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Item:
    """One port of a plan."""

    notes: str | None
    """What it is for, as the panel keeps it."""
    state: ItemState = ItemState.WANTED
    had: frozenset[int] | None = None
    """The ids that the server had just before it was asked for; None where they could not be seen."""
    asked_at: float | None = None
    """The Unix time at which it was asked for."""
    record: int | None = None
    """The number of that request on the record of changes."""
    allocation: int | None = None
    """The id of the allocation that it is, or very likely is."""
    address: str | None = None
    """Its address; None where the person may not see it."""
    sure: bool = True
    """False where that allocation was only not there before: somebody else may have added it."""
    noted: bool = False
    """Whether its notes are written, or need not be."""

    @property
    def is_made(self) -> bool:
        """Whether it was made, as far as is known."""
        return self.state is ItemState.MADE

    @property
    def port(self) -> int | None:
        """The port of its address."""
        text = (self.address or "").rpartition(":")[2]
        return int(text) if text.isdigit() else None

    @property
    def lacks_notes(self) -> bool:
        """Whether it is certain which allocation it is, and its notes are not written there."""
        return self.is_made and self.sure and not self.noted and self.notes is not None

    @property
    def is_open(self) -> bool:
        """Whether there is something to do for it yet."""
        return self.state in (ItemState.WANTED, ItemState.ASKED, ItemState.GONE) or self.lacks_notes

    def to_values(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "notes": self.notes,
            "state": self.state.value,
            "had": None if self.had is None else sorted(self.had),
            "asked_at": self.asked_at,
            "record": self.record,
            "allocation": self.allocation,
            "address": self.address,
            "sure": self.sure,
            "noted": self.noted,
        }

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> Self:
        """Return the item that gave these values."""
        had = values["had"]
        known = {"state": ItemState(values["state"]), "had": None if had is None else frozenset(had)}
        return cls(**{**values, **known})


@dataclass(frozen=True, slots=True)
class Plan:
    """Several ports for one server, in the order in which they are asked for."""

    user_id: int
    server: str
    server_name: str
    at: datetime
    """When the person asked for it."""
    items: tuple[Item, ...]
    number: int = 0

    @property
    def made(self) -> Sequence[Item]:
        """The items that were made, as far as is known."""
        return [item for item in self.items if item.is_made]

    @property
    def is_open(self) -> bool:
        """Whether there is something to do yet."""
        return any(item.is_open for item in self.items)

    def with_item(self, index: int, **changes: Any) -> Plan:
        """Return the plan with one item changed."""
        items = list(self.items)
        items[index] = replace(items[index], **changes)
        return replace(self, items=tuple(items))

    def to_values(self) -> dict[str, Any]:
        """Return it as plain JSON values, as its owner gets them."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "server": {"identifier": self.server, "name": self.server_name},
            "ports": [item.to_values() for item in self.items],
        }
