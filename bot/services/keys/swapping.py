"""Swapping a pasted key for one of the bot's own, in the order that loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from ipaddress import ip_address

from bot.domain.keys import Address, CreatedKey
from bot.domain.models import ApiKey
from bot.domain.ownkeys import OwnKey, PastedKey, described, mark_of, unused_deleted
from bot.errors import BotError, OwnDatabaseFailed
from bot.panel.errors import AddressNotAllowed, KeyRejected, PanelError
from bot.panel.key_errors import KeysOff
from bot.services.keys.accounts import AccountService
from bot.services.keys.keyring import Keyring, Tidied
from bot.services.keys.lastword import LastWord
from bot.services.keys.swap_errors import (
    AlreadyOwn,
    LeftMeanwhile,
    NoLock,
    Refused,
    SwapFailed,
    SwapOff,
    SwapUnderWay,
)
from bot.services.ports import Clock, Intents, Links, Panel
from bot.services.together.fleet import Exclusion

log = logging.getLogger(__name__)
NOWHERE = ip_address("192.0.2.1")
"""An address that no bot has: the panel refuses a key locked to it, and names the address that it sees instead."""
ASKED_AGAIN = timedelta(hours=1)
"""After which a panel that let no keys be made is tried again: it may only have been updated."""
_UNDER_WAY = "Your key is being swapped at this moment."
_PROBE = ", only to learn my address"


class Step(Enum):
    """What is being done, in this order."""

    ADDRESS = auto()
    MAKE = auto()
    CHECK = auto()
    STORE = auto()


Tell = Callable[[Step], Awaitable[None]]
"""Tells a person what is being done."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """The result of a swap: the own key in its place, and the pasted one, of which its owner decides."""

    masked: str
    own: OwnKey
    pasted: PastedKey
    deleted: int = 0
    """How many keys of the bot's own, left by earlier tries, were found and deleted before."""


@dataclass(slots=True)
class _Trail:
    """Whether the panel may hold a key that was made on the way."""

    description: str
    may_exist: bool = False


class Swapping:
    """Makes a key of the bot's own, checks it, and stores it in place of the pasted one."""

    def __init__(
        self,
        accounts: AccountService,
        links: Links,
        intents: Intents,
        panel: Panel,
        *,
        keyring: Keyring,
        last_word: LastWord,
        exclusion: Exclusion,
        when: str,
        locked: bool,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._links = links
        self._intents = intents
        self._panel = panel
        self._keyring = keyring
        self._last_word = last_word
        self._exclusion = exclusion
        self._when = when
        self._locked = locked
        self._now = now
        self._under_way: set[int] = set()
        self._keys_off_at: datetime | None = None

    @property
    def is_offered(self) -> bool:
        """Whether people can swap their keys here, as far as is known."""
        return self._when != "off" and not self._keys_off

    @property
    def at_once(self) -> bool:
        """Whether every pasted key is swapped as soon as it is linked."""
        return self._when == "always" and not self._keys_off

    @property
    def _keys_off(self) -> bool:
        return self._keys_off_at is not None and self._now() - self._keys_off_at < ASKED_AGAIN

    @property
    def steps(self) -> tuple[Step, ...]:
        """What a swap does, in order."""
        return tuple(step for step in Step if self._locked or step is not Step.ADDRESS)

    async def swap(self, user_id: int, name: str, *, tell: Tell) -> Swapped:
        """Swap this person's pasted key; `name` is theirs on Discord, for the panel's page.

        Raises SwapFailed, with the pasted key in place; SwapUnderWay, AlreadyOwn, NotLinked or LinkUnreadable before
        anything is made; KeyRejected if the panel refuses the pasted key.
        """
        if self._when == "off":
            raise SwapOff
        if user_id in self._under_way:
            raise SwapUnderWay(_UNDER_WAY)
        self._under_way.add(user_id)
        try:
            async with self._exclusion.alone(f"swap {user_id}") as nobody_else:
                if not nobody_else:
                    raise SwapUnderWay(_UNDER_WAY)
                async with self._last_word.turn_of(user_id):
                    return await self._swapped(user_id, name, tell)
        finally:
            self._under_way.discard(user_id)

    async def _swapped(self, user_id: int, name: str, tell: Tell) -> Swapped:
        link = await self._accounts.profile(user_id)
        if link.own is not None:
            raise AlreadyOwn
        key = await self._accounts.key_of(user_id)
        deleted = len((await self._keyring.tidy(user_id)).keys)
        try:
            result = await self._put_in_place(user_id, link.masked_key, key, _Trail(described(name)), tell)
        except BotError as error:
            error.detail = f"{error.detail} {unused_deleted(deleted, begin='Before that, I')}".strip()
            raise
        return replace(result, deleted=deleted)

    async def _put_in_place(self, user_id: int, masked: str, key: ApiKey, trail: _Trail, tell: Tell) -> Swapped:
        await self._intents.begin(user_id, trail.description, key, at=self._now())
        try:
            made = await self._made(key, trail, tell)
            await tell(Step.STORE)
            own = OwnKey(trail.description, made.allowed_ips)
            pasted = PastedKey(masked, mark_of(key.identifier, user_id))
            if not await self._links.swap(user_id, made.key, own, pasted):
                raise LeftMeanwhile
        except KeyRejected:
            await self._given_up(user_id, trail)
            raise
        except (PanelError, Refused, OwnDatabaseFailed) as problem:
            if isinstance(problem, KeysOff):
                log.warning("The panel does not let me make API keys: I offer no swap for an hour")
                self._keys_off_at = self._now()
            raise SwapFailed(problem, tidied=await self._given_up(user_id, trail)) from None
        return Swapped(made.key.masked, own, pasted)

    async def _given_up(self, user_id: int, trail: _Trail) -> Tidied:
        """Delete what was made on the way; no call where nothing can have been."""
        if trail.may_exist:
            return await self._keyring.tidy(user_id)
        await self._intents.clear(user_id, trail.description)
        return Tidied()

    async def _made(self, key: ApiKey, trail: _Trail, tell: Tell) -> CreatedKey:
        """Make the own key and see that it works: two calls, and three more to learn the bot's own address."""
        allowed: tuple[Address, ...] = ()
        if self._locked:
            await tell(Step.ADDRESS)
            allowed = (await self._address(key, trail),)
        await tell(Step.MAKE)
        made = await self._create(key, trail, trail.description, allowed)
        await tell(Step.CHECK)
        if len(made.allowed_ips) != len(allowed):
            raise NoLock("{panel} made a key, but did not lock it to my address as I asked.")
        if await self._refused(made.key) is not None:
            raise NoLock("{panel} sees me at more than one address, so a key for one of them would not work.")
        return made

    async def _address(self, key: ApiKey, trail: _Trail) -> Address:
        """Return the bot's address as the panel sees it: a key that excludes it is refused with that address."""
        probe = await self._create(key, trail, trail.description + _PROBE, (NOWHERE,))
        refusal = await self._refused(probe.key)
        await self._panel.delete_key(key, probe.identifier)
        trail.may_exist = False
        if refusal is None or refusal.seen is None:
            raise NoLock("{panel} does not tell at which address it sees me, so I cannot lock a key to that.")
        return refusal.seen

    async def _refused(self, key: ApiKey) -> AddressNotAllowed | None:
        """Return the panel's refusal of the bot's address, None if the key works."""
        try:
            await self._panel.account(key)
        except AddressNotAllowed as refusal:
            return refusal
        except KeyRejected:
            raise Refused("{panel} made a key, but does not accept it.") from None
        return None

    async def _create(self, key: ApiKey, trail: _Trail, description: str, allowed: tuple[Address, ...]) -> CreatedKey:
        try:
            made = await self._panel.create_key(key, description=description, allowed_ips=allowed)
        except PanelError as problem:
            trail.may_exist = trail.may_exist or problem.may_have_happened
            raise
        trail.may_exist = True
        return made
