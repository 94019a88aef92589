"""Linking a Discord user to a panel account, and everything about what is stored of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bot.domain.keytext import application_key_in, client_keys_in
from bot.domain.models import ApiKey, Listing
from bot.domain.ownkeys import mark_of, unused_deleted
from bot.errors import (
    BotError,
    InvalidKeyText,
    NotLinked,
    OwnDatabaseFailed,
    OwnDatabaseSilent,
    OwnDatabaseUnreadable,
)
from bot.panel.errors import ApplicationKey, PanelFailed, TwoFactorRequired
from bot.services.kept import KeptTexts
from bot.services.keys.keyring import Fate, Keyring, Parted
from bot.services.keys.lastword import LastWord
from bot.services.keys.lending import LentKey, Loans
from bot.services.ports import Clock, DeletedLike, LinkLike, Links, Names, Panel
from bot.services.servers.seats import Seats

_LOOK_WITHIN = 0.5
"""Seconds the database gets for what can do without: a form cannot open later than Discord waits."""
_UNLINKED = "You unlinked while this was under way, so I sent nothing more with that key."
_REPLACED = "You linked a key anew while this was under way, so I sent nothing more with the earlier one."
_OUT_OF_TOUCH = "I lost touch with my own database while this was under way, so I sent nothing more with your key."


@dataclass(frozen=True, slots=True)
class Linked:
    """The result of linking: whose account, how many servers, and whether an earlier key was replaced."""

    link: LinkLike
    servers: int | None
    """None where they could not be counted now, as when the panel fails to list them."""
    replaced: bool
    parted: Parted | None = None
    """What became of the earlier key on the panel, where it was one of the bot's own."""
    pasted: str | None = None
    """The masked form of the pasted key before that, if its owner has not said what is to become of it."""
    deleted: int = 0
    """How many other keys of the bot's own, which nobody held, were found and deleted on the panel."""


@dataclass(frozen=True, slots=True)
class Unlinking:
    """The result of unlinking: what was deleted here, and what of the person's keys is on the panel yet."""

    gone: DeletedLike
    masked: str | None
    """The key that was stored, None if there was none."""
    parted: Parted | None
    """What became of it on the panel, where it was one of the bot's own."""
    pasted: str | None
    """The masked form of the pasted key before it, if its owner has not said that it was deleted."""
    left: tuple[str, ...]
    """Descriptions of keys of the bot's own that nobody holds, and that may be there."""
    deleted: int = 0
    """How many of such keys were found and deleted on the panel."""


@dataclass(eq=False, slots=True, weakref_slot=True)
class _Unlinks:
    """The unlinking of one person that is under way: a second press waits for it, and is to tell the same."""

    result: Unlinking | None = None


class AccountService:
    """Links, unlinks and tells people what is stored; hands out a person's key to the other services."""

    def __init__(
        self,
        links: Links,
        panel: Panel,
        seats: Seats,
        *,
        names: Names,
        keyring: Keyring,
        last_word: LastWord,
        texts: Sequence[KeptTexts],
        now: Clock,
    ) -> None:
        self._links = links
        self._names = names
        self._panel = panel
        self._seats = seats
        self._now = now
        self._keyring = keyring
        self._last_word = last_word
        self._texts = texts
        self._loans = Loans()
        self._unlinks: WeakValueDictionary[int, _Unlinks] = WeakValueDictionary()

    async def link(self, user_id: int, text: str) -> Linked:
        """Verify a key against the panel (two calls), then store it in place of an earlier one.

        An earlier one that the bot made for itself is then deleted on the panel, by one call more. Raises
        InvalidKeyText or ApplicationKey before anything is sent, any PanelError of the check, and Overtaken if the
        person has linked another key or unlinked meanwhile: of several, the last asked holds.
        """
        try:
            return await self._link(user_id, text)
        except BotError as error:
            error.entered_at = self._now().timestamp()
            raise

    async def _link(self, user_id: int, text: str) -> Linked:
        key = _parse_key(text)
        ask = self._last_word.ask(user_id)
        since = self._seats.of(user_id).epochs.total
        account = await self._panel.account(key)
        ask.check()
        listing = await self._listed(key)
        async with ask.turn():
            ask.check()
            earlier = await self._keyring.opened(user_id)
            link, replaced = await self._links.save(user_id, account, key, at=self._now())
            self._moved_on(user_id, _REPLACED)
            if listing is not None:
                self._seats.of(user_id).take_list(listing, since)
            parted = await self._keyring.part_with(user_id, *earlier, instead=key)
            deleted = await self._tidied(user_id) if parted is None else parted.others
        return Linked(
            link,
            None if listing is None else len(listing.servers),
            replaced,
            parted,
            _unsettled(user_id, earlier[0], key),
            deleted,
        )

    async def _tidied(self, user_id: int) -> int:
        """Remove what earlier tries of a swap have left, which may work with the new key; return how many keys."""
        with suppress(OwnDatabaseUnreadable):  # the link is stored, and this is tried again every ten minutes
            return len((await self._keyring.tidy(user_id)).keys)
        return 0

    async def _listed(self, key: ApiKey) -> Listing | None:
        try:
            return await self._panel.listing(key)
        except PanelFailed:
            # The panel can fail at the whole list; the key itself was just found good.
            return None
        except TwoFactorRequired as refusal:
            raise TwoFactorRequired(
                panel_words=refusal.panel_words,
                advice="Switch it on at {panel}, under Account, Two-Step Verification. Then enter the key again: I "
                "have not stored it.",
            ) from None

    async def unlink(self, user_id: int) -> Unlinking:
        """Delete everything stored about this person; tell whether there was anything, and whether it is erased.

        Keys of the bot's own are deleted on the panel before, while there is something to do it with.
        """
        unlinks = self._unlinks.setdefault(user_id, _Unlinks())
        ask = self._last_word.ask(user_id)
        # What is under way is to end soon, a swap above all: its turn is before this.
        self._loans.end(user_id, _UNLINKED)
        async with ask.turn():
            link, key = await self._keyring.opened(user_id)
            parted = await self._keyring.part_with(user_id, link, key)
            tidied = await self._keyring.tidy(user_id)
            deleted = len(tidied.keys) + (parted.others if parted else 0)
            gone = await self._deleted(user_id, parted, deleted)
            for server in await self._names.left(user_id):
                self._seats.of(user_id).changed(server, None)
            self._gone(user_id)
            if unlinks.result is None or gone.had:
                pasted = link.pasted.masked if link is not None and link.pasted is not None else None
                masked = None if link is None else link.masked_key
                unlinks.result = Unlinking(gone, masked, parted, pasted, tidied.left, deleted)
        return unlinks.result

    async def _deleted(self, user_id: int, parted: Parted | None, others: int) -> DeletedLike:
        try:
            return await self._links.delete(user_id)
        except (OwnDatabaseFailed, OwnDatabaseSilent) as problem:
            done = [unused_deleted(others, begin="I")] if others else []
            if parted is not None and parted.fate is not Fate.LEFT:
                sure = isinstance(problem, OwnDatabaseFailed)
                done.append(f"My key on {{panel}} is deleted{', but that is all' if sure else ''}.")
            problem.detail = " ".join([*done, problem.detail])
            raise

    def _moved_on(self, user_id: int, words: str) -> None:
        """Let nothing go on with the earlier key, nor fill a new seat with what was read with it.

        After the change in the store, not before: whoever reads in between still has that key.
        """
        self._loans.end(user_id, words)
        self._seats.leave(user_id)

    def unlinked_elsewhere(self, user_id: int) -> None:
        """Take note that this person unlinked by way of another process."""
        self._last_word.overtaken_elsewhere(user_id)
        self._gone(user_id)

    def _gone(self, user_id: int) -> None:
        """Keep nothing in memory of somebody who unlinked."""
        self._moved_on(user_id, _UNLINKED)
        for texts in self._texts:
            texts.forget(user_id)

    def linked_elsewhere(self, user_id: int) -> None:
        """Take note that this person linked a key by way of another process."""
        self._last_word.overtaken_elsewhere(user_id)
        self._moved_on(user_id, _REPLACED)

    async def recall_loans(self) -> None:
        """End the loans of keys that were unlinked or replaced while nobody told of that, or where it is not known."""
        for user_id, tenure in self._loans.lent():
            try:
                link = await self._links.get(user_id)
            except OwnDatabaseUnreadable:
                self._moved_on(user_id, _OUT_OF_TOUCH)
                continue
            if link is None:
                self.unlinked_elsewhere(user_id)
            elif tenure.linked_at not in (None, link.linked_at):
                self.linked_elsewhere(user_id)

    async def profile(self, user_id: int) -> LinkLike:
        """Return what is stored; raise NotLinked."""
        link = await self._links.get(user_id)
        if link is None:
            raise NotLinked
        return link

    async def glimpse(self, user_id: int) -> LinkLike | None:
        """Return what is stored, for what can do without; None if not told at once. Raises NotLinked."""
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                return await self.profile(user_id)
        except NotLinked:
            raise
        except (BotError, TimeoutError):
            return None

    async def linked_people(self) -> int:
        """Return how many people are linked."""
        return await self._links.count()

    async def stored(self, user_id: int) -> LinkLike:
        """Return the same to somebody who asks what is stored; NotLinked then says that nothing is."""
        try:
            return await self.profile(user_id)
        except NotLinked:
            raise NotLinked("You are not linked, and I store nothing about you.") from None

    async def key_of(self, user_id: int, *, server: str | None = None) -> LentKey:
        """Return this person's key and note its use; raise NotLinked or LinkUnreadable.

        It is lent: from an unlink or a new link on it raises Unlinked instead of going out with another request.
        """
        tenure = self._loans.tenure(user_id)
        opened = await self._links.use(user_id, at=self._now(), server=server)
        if opened is None:
            raise NotLinked
        link, key = opened
        tenure.linked_at = link.linked_at
        return LentKey(key, tenure)


def _unsettled(user_id: int, link: LinkLike | None, key: ApiKey) -> str | None:
    """Return the masked form of the pasted key of an earlier link that is on the panel yet, unless it is this one."""
    pasted = None if link is None else link.pasted
    return None if pasted is None or mark_of(key.identifier, user_id) == pasted.mark else pasted.masked


def _parse_key(text: str) -> ApiKey:
    keys = client_keys_in(text)
    if len(keys) > 1:
        raise InvalidKeyText("There is more than one key in it. I have not sent any of them anywhere.")
    if keys:
        return ApiKey(keys[0])
    if application_key_in(text):
        raise ApplicationKey("I have not sent it anywhere and keep nothing of it.")
    raise InvalidKeyText("A key is one run of letters and digits after its prefix. I have not sent it anywhere.")
