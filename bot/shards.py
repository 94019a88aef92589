"""Which of the bot's shards a process carries, as the settings say it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SPAN = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", re.ASCII)
_PROCESS = re.compile(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process, and how many the bot has in all its processes."""

    count: int
    ids: tuple[int, ...]

    @property
    def are_all(self) -> bool:
        """Whether no other process is needed."""
        return len(self.ids) == self.count

    def __str__(self) -> str:
        """Return them as in `shards 0-3 of 16`."""
        return self.words(self.ids)

    def words(self, ids: Sequence[int]) -> str:
        """Return some of the bot's shards, in ascending order, as in `shards 0-3, 8 of 16`."""
        spans: list[list[int]] = []
        for shard in ids:
            if spans and spans[-1][-1] == shard - 1:
                spans[-1].append(shard)
            else:
                spans.append([shard])
        named = ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
        return f"{'shard' if len(ids) == 1 else 'shards'} {named} of {self.count}"


def checked(text: str, name: str | None, others: Mapping[str, Any]) -> str:
    """Return the text of SHARD_IDS or PROCESS as it is; raise ValueError with what is wrong with it.

    `others` are the settings that were validated before it.
    """
    if "shard_count" not in others:
        return text
    if others["shard_count"] is None:
        raise ValueError("is of no use without SHARD_COUNT, the same in every process")
    if others.get("shard_ids") is not None:
        raise ValueError("must not be given beside SHARD_IDS: both say which shards this process carries")
    read = shards_named if name == "shard_ids" else shards_of_process
    one_alone = str(others.get("database_url", "")).startswith("sqlite")
    if not read(text, others["shard_count"]).are_all and one_alone:
        raise ValueError(
            "must leave no shard to other processes, for a SQLite database is for one process alone: set DATABASE_URL "
            "to a PostgreSQL, or take this out"
        )
    return text


def shards_of(count: int | None, ids: str | None, process: str | None) -> Shards | None:
    """Return the shards that the settings name; None where they say nothing of shards."""
    if count is None:
        return None
    if process is not None:
        return shards_of_process(process, count)
    return shards_named(ids or f"0-{count - 1}", count)


def shards_named(text: str, count: int) -> Shards:
    """Return the shards that a text such as `0-3,8` names; raise ValueError with what is wrong with it."""
    ids: set[int] = set()
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            raise ValueError("must be numbers of shards, as in 0-3 or 0,4,8")
        first = int(found[1])
        last = int(found[2] or first)
        if last < first:
            raise ValueError(f"names {part.strip()}, which ends before it begins")
        if last >= count:
            raise ValueError(f"names shard {last}, and with SHARD_COUNT={count} the last one is {count - 1}")
        ids.update(range(first, last + 1))
    return Shards(count, tuple(sorted(ids)))


def shards_of_process(text: str, count: int) -> Shards:
    """Return the shards of a process such as `1/4`, the first of four; raise ValueError with what is wrong with it."""
    found = _PROCESS.fullmatch(text)
    if found is None:
        raise ValueError("must be which process of how many, as in 1/4")
    number, processes = int(found[1]), int(found[2])
    if not 1 <= number <= processes:
        raise ValueError(f"must be from 1/{processes or 1} to {processes or 1}/{processes or 1}")
    if processes > count:
        raise ValueError(f"must not share {count} shard(s) among {processes} processes: some would have none")
    return Shards(count, tuple(range(count * (number - 1) // processes, count * number // processes)))
