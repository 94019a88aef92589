"""What can go wrong, in words for the person it happens to.

BotError
├── NotLinked, LinkUnreadable, Overtaken, Unlinked
├── InvalidKeyText, AmbiguousServer, UnknownServer, UnknownAllocation, UnknownChange, UndoOff
├── KeyInNotes, DraftForgotten, TextForgotten, PrimaryAllocation, NoAllowance, StepLeftOut
├── AlreadyRunning, StillUnderWay, Busy, Restarting, Interrupted (HandedOver), ReachedLate, NotYours, Outdated
├── OwnDatabaseFailed, OwnDatabaseSilent, OwnDatabaseUnreadable
└── PanelError                      (raised by `bot.panel`, see `bot.panel.errors`)

Every class says what happened (`title`, `detail`) and what to do next (`advice`), which `next_step` makes a button. In
a text `{/name}` stands for a command, which the presentation makes a clickable mention, `{panel}` for the panel's name
and `{keys}` for where its page for keys is.
"""

from __future__ import annotations

from typing import ClassVar

from bot.nextstep import NextStep


class BotError(Exception):
    """Something a person can be told: what happened, whose side it is on and what to do next."""

    title: ClassVar[str] = "That did not work"
    advice: str = "Try again in a moment."
    next_step: NextStep = NextStep.TRY_AGAIN
    retry_at: float | None = None
    """Unix time from which trying again makes sense, if it is known."""
    panel_words: str | None = None
    """The panel's own sentence, to be shown as a quotation; hostile text."""

    subject: str | None = None
    """What `{subject}` in the detail stands for, as an address; hostile text, shown as code."""
    about: str | None = None
    """The identifier of the server it was about, where one was known."""
    entered_at: float | None = None
    """Unix time at which the key that it is about was entered: of several tries, that tells this one."""

    def __init__(
        self,
        detail: str = "",
        *,
        advice: str | None = None,
        subject: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.subject = subject
        self.retry_at = retry_at
        if advice is not None:
            self.advice = advice


class NotLinked(BotError):
    """The person has no panel account linked."""

    title = "First, link your account on {panel}"
    advice = "Create a key there and enter it; the buttons do both."
    next_step = NextStep.LINK


class LinkUnreadable(BotError):
    """The stored key cannot be decrypted, or belongs to another panel than the configured one."""

    title = "Please link your panel account again"
    advice = "Create a new key on {panel} under {keys} and enter it; it replaces the stored one."
    next_step = NextStep.LINK


class Overtaken(BotError):
    """The person linked or unlinked again while this key was being checked; it was not stored."""

    title = "This key was not stored"
    advice = "Look at {/account} for what I have now: you linked or unlinked again while I was checking it."
    next_step = NextStep.ACCOUNT


class Unlinked(BotError):
    """The person unlinked, or linked a key anew, while this was under way; no further request has gone out with it."""

    title = "I stopped using your earlier key"
    advice = (
        "Look on {panel}, or at {/allocations list} once you are linked again: whatever I had asked for by then is in "
        "effect."
    )
    next_step = NextStep.ALLOCATIONS


class InvalidKeyText(BotError):
    """What was entered as a key cannot be a client API key; nothing was sent to the panel."""

    title = "That is not a client API key"
    advice = (
        "Create a key on {panel} under {keys} and copy it whole: it starts with `ptlc_` (on Pelican `pacc_`). Then "
        "enter it once more."
    )
    next_step = NextStep.LINK


class UnknownServer(BotError):
    """No server of this person matches what was typed, or the panel no longer shows it to them."""

    title = "No such server"
    advice = "Pick a server from the suggestions, or run {/servers} to see all of yours."
    next_step = NextStep.SERVERS


class AmbiguousServer(BotError):
    """More than one server matches what was typed."""

    title = "Which server do you mean?"
    advice = "Type more of the name, or the identifier shown in {/servers}."
    next_step = NextStep.SERVERS


class UnknownAllocation(BotError):
    """The server has no allocation like the one that was named."""

    title = "No such port"
    advice = "Look at {/allocations list} for what the server has now; the port may have been removed meanwhile."
    next_step = NextStep.ALLOCATIONS


class UnknownChange(BotError):
    """The record has no such change of this person (any more)."""

    title = "That change is no longer on record"
    advice = "Run {/allocations history} for the changes that are."
    next_step = NextStep.CHANGES


class UndoOff(BotError):
    """A change on record cannot be undone any more."""

    title = "That cannot be undone now"
    advice = "Look at {/allocations list} for what the server has now. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


class KeyInNotes(BotError):
    """The notes hold what looks like a panel key; they are nowhere to keep one."""

    title = "That looks like an API key"
    advice = (
        "Paste it into the form of {/link} if you mean to link it. If it was meant for somewhere else, delete it on "
        "{panel} under {keys}, and create a new one. Nothing was changed."
    )
    next_step = NextStep.KEYS


class DraftForgotten(BotError):
    """The person's own text that was not saved at once is no longer in memory."""

    title = "I no longer have the text you typed"
    advice = (
        "Copy your text from here, where it stands in full, and enter it with **Edit notes** or {/allocations notes}. "
        "Nothing was changed."
    )
    next_step = NextStep.ALLOCATIONS


class PrimaryAllocation(BotError):
    """The primary allocation was to be deleted."""

    title = "The primary cannot be removed"
    advice = "Make another port the primary first with {/allocations primary}, then remove this one."
    next_step = NextStep.ALLOCATIONS


class NoAllowance(BotError):
    """The server's limit leaves no allocation besides the primary, whatever its people delete."""

    title = "No port can be added to this server"
    advice = "Ask your host, who alone can set or raise the server's allocation limit. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


class TextForgotten(BotError):
    """A text that waited for a choice is no longer there."""

    title = "I no longer know the notes you gave"
    advice = "Run {/allocations create} or {/allocations notes} again, whichever it was. Nothing was changed."
    next_step = NextStep.ALLOCATIONS

    def __init__(self) -> None:
        super().__init__("I keep them for 15 minutes while you choose, and may lose them when I restart.")


class StepLeftOut(BotError):
    """A later step of a creation was not tried, because it is not certain which allocation the creation made."""

    title = "I did not go on to that"
    advice = "Choose the port in the list to do it now."
    next_step = NextStep.ALLOCATIONS

    def __init__(self) -> None:
        super().__init__("I did not hear which port was added.")


class AlreadyRunning(BotError):
    """The same change by the same person is still under way on this server."""

    title = "Already on it"
    advice = "Wait for the first answer; a second press does nothing."
    next_step = NextStep.WAIT


class StillUnderWay(BotError):
    """What this had to wait for took longer than anybody waits; nothing was sent and nothing changed."""

    title = "Your turn did not come in time"
    advice = "Try again in a minute, when that is over."

    def __init__(self, seconds: float) -> None:
        super().__init__(f"I waited {seconds:.0f} seconds for what came before it, and then left this undone.")


class OwnDatabaseFailed(BotError):
    """The bot could not write to its own database in time, and has sent and changed nothing."""

    title = "I cannot write to my own database"
    advice = (
        "Try again in a minute; if it lasts, tell {operator}. This is on my side, neither on yours nor on {panel}'s."
    )


class OwnDatabaseSilent(BotError):
    """The bot's own database did not answer in time, so it does not know whether something is written."""

    title = "My own database does not answer"
    advice = OwnDatabaseFailed.advice


class OwnDatabaseUnreadable(BotError):
    """The bot could not read its own database in time, so it does not know what it needed for this."""

    title = "I cannot read my own database"
    advice = OwnDatabaseFailed.advice


class Busy(BotError):
    """This person has asked for more than the bot answers at once."""

    title = "One moment, please"
    advice = "Wait for the earlier answers, then try again."


class Restarting(BotError):
    """The bot is shutting down and takes no new work."""

    title = "I am restarting"
    advice = "Try again in about a minute. Nothing was changed."


class Interrupted(BotError):
    """The bot had to end before the answer to this was there."""

    title = "I had to restart before this was finished"
    advice = "Look at {/allocations list} in about a minute: I do not know whether a change was made."
    next_step = NextStep.ALLOCATIONS


class HandedOver(Interrupted):
    """The same where another process goes on meanwhile."""

    title = "I was updated before this was finished"
    advice = "Look at {/allocations list}: I do not know whether a change was made."


class ReachedLate(BotError):
    """What somebody did arrived when Discord had already told them that the bot did not respond."""

    title = "This reached me too late"
    advice = "Do it again if you have not yet. Nothing was changed."

    def __init__(self, seconds: float, *, held_up: bool = False) -> None:
        why = "until my own database let me begin, and Discord" if held_up else "to reach me from Discord, which"
        super().__init__(
            f"It took {seconds:.0f} seconds {why} after 3 seconds says that I did not respond. So I did not do it: you "
            "may have done it again since."
        )


class NotYours(BotError):
    """Somebody pressed a component of another person's message."""

    title = "These buttons belong to somebody else"
    advice = "Press **My servers** for your own, and choose one there."
    next_step = NextStep.SERVERS


class Outdated(BotError):
    """A component of an earlier version of the bot, or a damaged one, was used."""

    title = "This message is from an earlier version of me"
    advice = "Press **My servers** for a fresh one, and choose the server there. Nothing was changed."
    next_step = NextStep.SERVERS
