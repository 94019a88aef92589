"""Keys and a token that look like real ones, and the stretches of them that are searched for."""

from __future__ import annotations

from random import Random
from string import ascii_letters, digits

KEY = "ptlc_Zk3vQ9xT1bY" + "wLr7NfHc2JdMs8GpAe5UoXi0VtBnWyKz"
OTHER_KEY = "ptlc_Hq8nS2dF6gJ" + "pRu4CmEx9KbZt1WvLy3QaNi7OoXs5TfD"
APPLICATION_KEY = "ptla_Vb5mX7cD0fG" + "tKw2HjSy8PnRq4LzEu6AiOa9UxCe3BvM"
TOKEN = "MTQ1NjA3NDQ0Mzk4MDgwMDAxMg.GqX7bZ.k3vQ9xT1bYwLr7NfHc2JdMs8GpAe5UoXi0VtBn"
_random = Random(7)
OWN_KEYS = tuple("ptlc_" + "".join(_random.choices(ascii_letters + digits, k=43)) for _ in range(30))
"""The keys that the panel makes when the bot asks for some of its own, in this order."""
LONGEST_SHOWN = 4
"""Characters of a key that its owner may see in a row."""


def windows(secret: str, size: int) -> set[str]:
    """Return every stretch of a secret of this length, its public prefix left out."""
    body = secret.rpartition("_")[2] or secret
    return {body[start : start + size] for start in range(len(body) - size + 1)}
