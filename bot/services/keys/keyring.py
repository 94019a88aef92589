"""What the bot leaves on the panel: removing its own keys, and finding those that nobody holds any more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bot.domain.models import ApiKey
from bot.domain.ownkeys import mark_of_all
from bot.errors import BotError, LinkUnreadable
from bot.panel.errors import AddressNotAllowed, KeyRejected, PanelError, PanelSlow
from bot.panel.key_errors import KeyNotThere
from bot.services.keys.lastword import LastWord
from bot.services.ports import Clock, IntentLike, Intents, LinkLike, Links, Panel

log = logging.getLogger(__name__)
SETTLED = timedelta(minutes=2)
"""After which a panel has made what it was asked to make: what is not there then was never made."""
KEPT = timedelta(days=1)
"""For which a key that nobody holds is looked for; then only its owner can delete it."""
_UNREADABLE = "I can no longer read it"


class Fate(Enum):
    """What became of a key on the panel."""

    DELETED = auto()
    WAS_GONE = auto()
    LEFT = auto()
    """It is there, or may be."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A key of the bot's own that is no longer needed."""

    masked: str
    description: str
    fate: Fate
    why: str | None = None
    """Why it is left, as a title."""
    others: int = 0
    """Keys of the bot's own that nobody held, found and deleted while this one was looked for."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was found of keys that nobody holds, by description: which are deleted, and which may be there yet."""

    deleted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """The description of each key that was deleted: under one description there may have been several, or the one
    that is in use, which stays."""


class Keyring:
    """Deletes on the panel what the bot made there and nobody needs."""

    def __init__(self, links: Links, intents: Intents, panel: Panel, last_word: LastWord, *, now: Clock) -> None:
        self._links = links
        self._intents = intents
        self._panel = panel
        self._last_word = last_word
        self._now = now
        self._reminded: set[int] = set()
        self.untold: set[int] = set()
        """Who has keys on the panel that were given up, and was not told of that since the start."""

    async def opened(self, user_id: int) -> tuple[LinkLike | None, ApiKey | None]:
        """Return a person's link, and its key if that opens."""
        try:
            opened = await self._links.open(user_id)
        except LinkUnreadable:
            return await self._links.get(user_id), None
        return opened or (None, None)

    async def part_with(
        self, user_id: int, link: LinkLike | None, key: ApiKey | None, *, instead: ApiKey | None = None
    ) -> Parted | None:
        """Delete the key of a link on the panel, with itself, if it is the bot's own; never raises for the panel.

        Where it cannot, and another link took its place, that one's key may find it. `instead` is the key of that
        link: the own key may have been pasted, and then it is the one in use.
        """
        if link is None or link.own is None:
            return None
        if instead is not None and key == instead:
            await self._intents.clear(user_id, link.own.description)
            return None
        description, others = link.own.description, 0
        fate, why = await self._delete(key) if key is not None else (Fate.LEFT, _UNREADABLE)
        if fate is not Fate.LEFT:
            await self._intents.clear(user_id, description)
        else:
            tidied = await self.tidy(user_id)
            others = sum(not name.startswith(description) for name in tidied.keys)
            if description in tidied.deleted:
                fate, why = Fate.DELETED, None
        return Parted(link.masked_key, description, fate, why, others)

    async def _delete(self, key: ApiKey) -> tuple[Fate, str | None]:
        """Delete a key with itself; once more where the answer was lost, for then it refuses to be used."""
        lost: PanelError | None = None
        for _ in range(2):
            try:
                await self._panel.delete_key(key, key.identifier)
            except (KeyRejected, KeyNotThere):
                return (Fate.WAS_GONE if lost is None else Fate.DELETED), None
            except PanelError as problem:
                lost = problem
                if not problem.may_have_happened or isinstance(problem, PanelSlow):
                    break
            else:
                return Fate.DELETED, None
        return Fate.LEFT, lost.title if lost else None

    async def tidy(self, user_id: int) -> Tidied:
        """Delete what earlier tries of this person left on the panel; no call where there were none.

        Whoever calls it holds the person's turn.
        """
        deleted, left = [], []
        keys: list[str] = []
        for intent in await self._intents.of(user_id):
            found = await self._removed(intent, keys)
            if intent.given_up and not found:
                left.append(intent.description)  # only its person knows whether it is gone
                continue
            if found is None or not (found or self._now() - intent.begun_at > SETTLED):
                left.append(intent.description)
                continue
            if found:
                deleted.append(intent.description)
            await self._intents.clear(user_id, intent.description)
        return Tidied(tuple(deleted), tuple(left), tuple(keys))

    async def left_of(self, user_id: int) -> Sequence[IntentLike]:
        """Return the intents of this person's keys that may be on the panel without anybody who holds them."""
        return await self._intents.of(user_id)

    async def by_hand(self, user_id: int) -> Sequence[str]:
        """Return the descriptions of the keys that were given up, which only this person can delete."""
        return [intent.description for intent in await self._intents.of(user_id) if intent.given_up]

    async def settled_by_hand(self, user_id: int, shown: str) -> None:
        """Forget what was given up: this person says that it is gone from the panel.

        `shown` is the mark of what they were told of; where there is other by now, nothing is forgotten.
        """
        left = await self.by_hand(user_id)
        if mark_of_all(left) != shown:
            return
        for description in left:
            await self._intents.clear(user_id, description)
        self.untold.discard(user_id)

    async def tidy_all(self) -> int:
        """Do the same for everybody, one after the other; return how many keys were deleted."""
        deleted = 0
        for user_id in await self._intents.whose():
            intents = await self._intents.of(user_id)
            if intents and all(intent.given_up for intent in intents):
                self._remind(user_id)
                continue
            async with self._last_word.turn_of(user_id):
                try:
                    done = await self.tidy(user_id)
                except BotError as problem:
                    log.info("What a swap left on the panel was not looked for: %s", type(problem).__name__)
                    continue
                deleted += len(done.keys)
                for intent in await self._intents.of(user_id):
                    if self._now() - intent.begun_at > KEPT:
                        await self._give_up(intent)
        return deleted

    def _remind(self, user_id: int) -> None:
        """Have a person told once after each start of what an earlier one gave up."""
        if user_id not in self._reminded:
            self._reminded.add(user_id)
            self.untold.add(user_id)

    async def _give_up(self, intent: IntentLike) -> None:
        if not intent.given_up:
            log.warning("A key of mine may be left on the panel: it could not be looked for in a day")
            await self._intents.give_up(intent.user_id, intent.description)
            self._reminded.discard(intent.user_id)
            self._remind(intent.user_id)

    async def _removed(self, intent: IntentLike, deleted: list[str]) -> int | None:
        """Delete the keys of an intent; return how many there were, None if that could not be found out.

        Each that is deleted is added to `deleted`, whatever fails after it.
        """
        _, current = await self.opened(intent.user_id)
        keep = None if current is None else current.identifier
        for key in dict.fromkeys(key for key in (intent.key, current) if key is not None):
            try:
                return await self._delete_named(key, intent.description, keep=keep, deleted=deleted)
            except (KeyRejected, AddressNotAllowed):
                continue  # of no use any more; the one that was linked since may see the same account
            except PanelError as problem:
                log.info("A key that nobody holds could not be deleted: %s", type(problem).__name__)
                return None
        return None

    async def _delete_named(self, key: ApiKey, description: str, *, keep: str | None, deleted: list[str]) -> int:
        listed = await self._panel.keys(key)
        found = {row.identifier: row.description for row in listed if row.description.startswith(description)}
        # The one that is used to delete the others goes last.
        for identifier in sorted(found, key=lambda identifier: identifier == key.identifier):
            if identifier != keep and await self._is_deleted(key, identifier):
                deleted += [found[identifier]]  # at once: the next may fail
        return len(found)

    async def _is_deleted(self, key: ApiKey, identifier: str) -> bool:
        """Delete a key, and tell whether it was there."""
        try:
            await self._panel.delete_key(key, identifier)
        except KeyNotThere:
            log.debug("A key that nobody holds was gone already")
            return False
        return True
