"""Why a key is not swapped, or a pasted one not deleted, in words for the person it happens to."""

from __future__ import annotations

from bot.domain.ownkeys import PastedKey
from bot.errors import AlreadyRunning, BotError
from bot.nextstep import NextStep
from bot.panel.errors import PanelError
from bot.services.keys.keyring import Tidied


class AlreadyOwn(BotError):
    """The stored key is one that the bot made already."""

    title = "I use a key of my own already"
    advice = "Look at {/account} to see which key it is; there is nothing left to do."
    next_step = NextStep.ACCOUNT


class SwapOff(BotError):
    """Whoever runs the bot has switched swapping off."""

    title = "I do not swap keys here"
    advice = "Go on with the key you linked: it works as before."
    next_step = NextStep.ACCOUNT

    def __init__(self) -> None:
        super().__init__("Whoever runs me has switched that off.")


class PastedSettled(BotError):
    """The question what is to become of a pasted key was answered, or a later link took its place."""

    title = "I no longer ask about that key"
    advice = "Look at {/account} for the key I have. Any other key you can delete on {panel} yourself, under {keys}."
    next_step = NextStep.ACCOUNT_AND_KEYS


class SwapUnderWay(AlreadyRunning):
    """This person's key is being swapped already."""

    title = "I am swapping your key already"
    next_step = NextStep.WAIT_FOR_KEY


class Refused(Exception):
    """The swap cannot go on, for a reason that is no refusal of the panel; the message is for the person."""

    advice: str | None = None
    next_step = NextStep.TRY_AGAIN


class LeftMeanwhile(Refused):
    """Its owner unlinked while the swap was under way; there is no key to swap any more."""

    advice = "Run {/link} whenever you want to go on: I have no key of yours now."
    next_step = NextStep.LINK

    def __init__(self) -> None:
        super().__init__("You unlinked meanwhile.")


class NoLock(Refused):
    """A key could not be locked to the bot's address, as the setting asks for; more tries hardly help."""

    advice = (
        "Tell {operator}: the setting `KEY_ALLOWED_IPS` asks for a key that works from my address only. "
        "Your key works as before."
    )
    next_step = NextStep.ACCOUNT


_OF_A_SWAP = frozenset(
    {
        *(NextStep.TRY_AGAIN, NextStep.KEYS_AGAIN, NextStep.PANEL_ACCOUNT),
        *(NextStep.LINK, NextStep.ACCOUNT_AND_KEYS),
    }
)
"""What a cause leads to that helps a swap as well; where it leads elsewhere, no try helps, and the key is looked at."""


class SwapFailed(BotError):
    """The swap ended early; the pasted key is still the one that is stored, and works as before."""

    title = "I did not swap your key"
    advice = "Press **Try again**. Your key works as before."

    def __init__(self, cause: BotError | Refused, *, tidied: Tidied) -> None:
        known = cause if isinstance(cause, BotError) else None
        super().__init__(
            f"{known.title}. {known.detail}".strip() if known else str(cause),
            advice=cause.advice,
            retry_at=known.retry_at if known else None,
        )
        self.panel_words = known.panel_words if known else None
        self.next_step = cause.next_step if cause.next_step in _OF_A_SWAP else NextStep.ACCOUNT
        self.tidied = tidied
        """What had been made by then and is deleted again, or may be left."""


class PastedNotDeleted(BotError):
    """The pasted key was not deleted on the panel; the question about it stands."""

    title = "I did not delete the key you pasted"
    next_step = NextStep.ACCOUNT

    def __init__(self, cause: PanelError, pasted: PastedKey) -> None:
        super().__init__(f"{cause.title}. {cause.detail}".strip(), advice=cause.advice, retry_at=cause.retry_at)
        self.panel_words = cause.panel_words
        self.pasted = pasted
        if cause.next_step in (NextStep.LINK, NextStep.PANEL_ACCOUNT):
            self.next_step = cause.next_step


class PastedInDoubt(PastedNotDeleted):
    """The panel was told to delete the pasted key, and did not say whether it did; the question stands here too."""

    title = "I do not know whether the key you pasted is deleted"
