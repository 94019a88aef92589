"""Keys sealed for one panel: none that belongs to another is opened, and so none is sent there."""

from __future__ import annotations

from bot.domain.models import ApiKey
from bot.errors import LinkUnreadable
from bot.store.vault import Unsealable, Vault


class Safe:
    """Seals and opens keys of the panel that the bot works with.

    A panel that moved from http to https keeps its keys. One that seems to have moved back does not: a key that only
    ever travelled encrypted is not to cross a network in the clear because of a slip in PANEL_URL.
    """

    def __init__(self, vault: Vault, panel: str) -> None:
        self._vault = vault
        self.panel = panel
        """The origin that keys are bound to."""
        self.panels = (panel, panel.replace("https://", "http://", 1))
        """The origins whose keys are opened: that one, and the same before it moved to https."""

    def seal(self, key: ApiKey, *, owner: int) -> bytes:
        """Return the key encrypted for this owner and the panel."""
        return self._vault.seal(key, owner=owner, panel=self.panel)

    def open(self, sealed: bytes, *, owner: int, panel: str) -> ApiKey:
        """Return a key sealed for this panel; raise LinkUnreadable if it is another's or no key at hand fits."""
        if panel not in self.panels:
            raise LinkUnreadable("Your link is for another panel than the one I work with now.")
        try:
            return self._vault.open(sealed, owner=owner, panel=panel)
        except Unsealable:
            raise LinkUnreadable(
                "Your stored key can no longer be decrypted here; whoever runs me changed mine."
            ) from None
