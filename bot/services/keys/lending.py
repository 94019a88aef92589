"""Keys lent to what is under way: the loan ends when their owner unlinks or links another key."""

from __future__ import annotations

from datetime import datetime
from weakref import WeakValueDictionary

from bot.domain.models import ApiKey
from bot.errors import Unlinked


class Tenure:
    """The time for which a person's key is theirs to use; `ended` says what ended it, once something did."""

    def __init__(self) -> None:
        self.ended: str | None = None
        self.linked_at: datetime | None = None
        """When the key was linked that was lent last."""


class LentKey(ApiKey):
    """A person's key for the length of one action, used as any other.

    `reveal` raises Unlinked from the moment its owner unlinked or linked another key, so no further request can carry
    it, be it the next page, step, try or read-back. What had been sent by then is finished, and its answer is read.
    Unlinked is no PanelError: who makes a change of several requests catches it between them as well, and tells it
    with what was done until then. `ended` tells beforehand, without raising.
    """

    __slots__ = ("_tenure",)

    def __init__(self, key: ApiKey, tenure: Tenure) -> None:
        super().__init__(key.reveal())
        self._tenure = tenure

    @property
    def ended(self) -> bool:
        """Whether the key is no longer to be used."""
        return self._tenure.ended is not None

    def reveal(self) -> str:
        """Return the key itself, for the Authorization header only; raise Unlinked once the loan has ended."""
        if self._tenure.ended is not None:
            raise Unlinked(self._tenure.ended)
        return super().reveal()


class Loans:
    """Who has a key lent at this moment, remembered for as long as something is under way with it."""

    def __init__(self) -> None:
        self._tenures: WeakValueDictionary[int, Tenure] = WeakValueDictionary()

    def tenure(self, user_id: int) -> Tenure:
        """Return this person's tenure, to be taken before their key is read: a change in between then ends it too."""
        tenure = self._tenures.get(user_id)
        if tenure is None:
            tenure = self._tenures[user_id] = Tenure()
        return tenure

    def lent(self) -> list[tuple[int, Tenure]]:
        """Return who has a key lent at this moment."""
        return list(self._tenures.items())

    def end(self, user_id: int, words: str) -> None:
        """End every loan of this person's key; the words tell them why."""
        tenure = self._tenures.pop(user_id, None)
        if tenure is not None:
            tenure.ended = words
