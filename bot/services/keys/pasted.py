"""The pasted key after a swap, which is on the panel yet: its owner decides whether it is deleted there or kept."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ownkeys import PastedKey, mark_of
from bot.panel.errors import KeyRejected, PanelError
from bot.panel.key_errors import KeyNotThere
from bot.services.keys.accounts import AccountService
from bot.services.keys.lastword import LastWord
from bot.services.keys.swap_errors import PastedInDoubt, PastedNotDeleted, PastedSettled
from bot.services.ports import Links, Panel


@dataclass(frozen=True, slots=True)
class PastedGone:
    """What became of the pasted key on the panel."""

    masked: str
    was_gone: bool


class PastedKeys:
    """Deletes the pasted key on the panel, or leaves it there, as its owner says."""

    def __init__(self, accounts: AccountService, links: Links, panel: Panel, last_word: LastWord) -> None:
        self._accounts = accounts
        self._links = links
        self._panel = panel
        self._last_word = last_word

    async def delete(self, user_id: int, which: str) -> PastedGone:
        """Delete the pasted key on the panel, found in its list by its mark: two calls.

        Raises PastedSettled, and PastedNotDeleted where the panel fails: the question stands then.
        """
        async with self._last_word.turn_of(user_id):
            pasted = await self._pasted(user_id, which)
            try:
                found = await self._found_and_deleted(user_id, pasted)
            except KeyRejected:
                raise
            except PanelError as problem:
                raise PastedNotDeleted(problem, pasted) from None
            await self._links.settle_pasted(user_id, pasted.mark)
        return PastedGone(pasted.masked, was_gone=not found)

    async def _found_and_deleted(self, user_id: int, pasted: PastedKey) -> bool:
        """Delete the pasted key, found by its mark; tell whether it was there."""
        key = await self._accounts.key_of(user_id)
        for row in await self._panel.keys(key):
            if mark_of(row.identifier, user_id) == pasted.mark:
                try:
                    await self._panel.delete_key(key, row.identifier)
                except KeyNotThere:
                    return False
                except PanelError as problem:
                    if problem.may_have_happened:
                        raise PastedInDoubt(problem, pasted) from None
                    raise
                return True
        return False

    async def keep(self, user_id: int, which: str) -> PastedKey:
        """Ask no more about the pasted key, which stays on the panel; raise PastedSettled if that is done already."""
        async with self._last_word.turn_of(user_id):
            pasted = await self._pasted(user_id, which)
            await self._links.settle_pasted(user_id, pasted.mark)
        return pasted

    async def _pasted(self, user_id: int, which: str) -> PastedKey:
        link = await self._accounts.profile(user_id)
        if link.own is None or link.pasted is None or not link.pasted.mark.startswith(which):
            raise PastedSettled
        return link.pasted
