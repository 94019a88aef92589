"""What became of a change, in one or two sentences on top of the refreshed panel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import NOTES_LIMIT, Allocation
from bot.errors import BotError
from bot.services.changing.aftermath import LOOKED_FOR
from bot.services.changing.changes import Change, Step, Truth, Verb
from bot.ui.parts.screen import Tone, panel_says
from bot.ui.parts.text import BUTTON_LABEL, address, clip, low, safe, spot, when
from bot.ui.ports.purposes import BELOW_A_CHANGE, game_lines
from bot.ui.ports.rows import REFRESH, SHOW_ALLOCATIONS

RESTART = "🔁 The game server sees this at its next start: restart it when it suits your players."
RESTART_MANY = "🔁 The game server sees them at its next start: restart it when it suits your players."
_NO_RESTART = "☑️ The game that runs listens there already: no restart is needed for this."


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for the top of a message, its tone, and for Undo the number on the record of what it takes back."""

    text: str
    tone: Tone
    undo: int | None = None
    undo_words: str = "Undo"
    """What Undo will do, as the label of its button."""
    says_dns: bool = False
    """Whether it says where the name that players type leads, which its own page says anew."""
    astray: bool = False
    """Whether what it says of that is that they may not find the server by it."""


def of_change(change: Change, *, in_effect: bool = False) -> Notice:
    """Return the notice for a change; it claims only what was read back, or says that it was not.

    `in_effect` says that the game is known to listen at the new primary since its start.
    """
    if change.truth is Truth.UNKNOWN:
        return _unknown(change)
    if change.truth is Truth.NOT_DONE:
        return _not_done(change)
    if change.already:
        return Notice(_ALREADY[change.verb].format(address=address_words(change.allocation)), Tone.NEUTRAL)
    lines = [_DONE[change.verb](change)]
    if change.trouble and change.verified:
        lines.append(f"{_lost(change)}, so I looked: this is what the server has now.")
    if not change.verified:
        cause = f" ({_cause(change.trouble)})" if change.trouble else ""
        lines.append(f"⚠️ {{panel}} confirmed it, but I could not read it back{cause}.")
    lines += [_step_words(step, change.allocation) for step in change.steps]
    if change.verb in (Verb.CREATE, Verb.NOTES) and change.allocation is not None:
        lines += game_lines(change.allocation, room=BELOW_A_CHANGE)
    failed = any(step.truth is not Truth.DONE for step in change.steps)
    if change.verb is not Verb.NOTES:
        lines.append(_NO_RESTART if in_effect and change.verb is Verb.PRIMARY else RESTART)
    return Notice(
        "\n".join(lines), Tone.WARNING if failed or not change.verified else Tone.GOOD, change.undo, _undo_words(change)
    )


def primary_again(earlier: str) -> str:
    """Return what goes back to an earlier primary, as the label of a button: it acts at once, unlike a way back."""
    return f"Make {address(earlier, BUTTON_LABEL - 19) if earlier else 'the earlier one'} primary again"


def _undo_words(change: Change) -> str:
    previous = change.previous
    return primary_again(previous.address if previous and previous.port else "")


def of_looking(verb: Verb) -> Notice:
    """Return what is said while it is being looked what became of a change whose answer was lost."""
    return Notice(
        f"⏳ The answer from {{panel}} was lost, so I do not know yet whether {_NOUN[verb]}. For up to "
        f"{LOOKED_FOR:.0f} seconds I look at what the server has now, and I do not repeat the change.",
        Tone.WARNING,
    )


def address_words(row: Allocation | None) -> str:
    """Return the address as code, or the id where the person may not see the address."""
    if row is None:
        return "the port"
    return spot(row.address) if row.port else f"the port with id {row.id}"


def _created(change: Change) -> str:
    if change.trouble and change.verified:
        return (
            f"✅ Added {address_words(change.allocation)}, as {{panel}}'s own log says. It can be used for TCP and UDP."
        )
    return f"✅ Added {address_words(change.allocation)}. It can be used for TCP and UDP."


def _annotated(change: Change) -> str:
    row = change.allocation
    done = f"✅ Noted {address_words(row)}: {_notes_of(row)}"
    earlier = change.before.allocation(row.id) if change.before and row else None
    if earlier is None or not earlier.notes:
        return done
    return f"{done}\nBefore: {_notes_of(earlier)}"


def _notes_of(row: Allocation | None) -> str:
    if row is None or not row.notes:
        return "no notes"
    return safe(row.notes, NOTES_LIMIT) or "nothing that can be seen"


def _promoted(change: Change) -> str:
    if change.previous is None:
        return f"✅ Made primary {address_words(change.allocation)}."
    return f"✅ Made primary {address_words(change.previous)} → {address_words(change.allocation)}."


def _deleted(change: Change) -> str:
    done = f"✅ Removed {address_words(change.allocation)}."
    had_one = change.previous is not None and change.previous != change.allocation
    if change.server is None or change.server.restricted or change.server.primary is not None or not had_one:
        return done
    return f"{done} Somebody had made it the primary just before, so the server has no primary now."


_DONE = {Verb.CREATE: _created, Verb.NOTES: _annotated, Verb.PRIMARY: _promoted, Verb.DELETE: _deleted}
_ALREADY = {
    Verb.NOTES: "☑️ The notes of {address} already say that. I changed nothing.",
    Verb.PRIMARY: "☑️ {address} is already the primary. I changed nothing.",
}
_NOUN = {
    Verb.CREATE: "a port was added",
    Verb.NOTES: "the notes were saved",
    Verb.PRIMARY: "the primary was changed",
    Verb.DELETE: "the port was removed",
}
_FAILED = {
    Verb.CREATE: "No port was added",
    Verb.NOTES: "The notes were not changed",
    Verb.PRIMARY: "The primary was not changed",
    Verb.DELETE: "The port was not removed",
}


def _cause(trouble: BotError) -> str:
    title = clip(trouble.title, 100)
    return low(title) if title.startswith(("The ", "What ", "Your ", "You ")) else title


def _lost(change: Change) -> str:
    """Say what became of the panel's answer: it did not arrive, or it was that the panel failed."""
    cause = f" ({_cause(change.trouble)})" if change.trouble else ""
    return f"The answer from {{panel}} was lost{cause}" if change.may_come else f"{{panel}} failed to do it{cause}"


def _unknown(change: Change) -> Notice:
    lost = _lost(change)
    lost = low(lost)
    if change.verb is Verb.CREATE and change.allocation is not None:
        text = (
            f"❔ Very likely added: {address_words(change.allocation)} was not there when I asked for one, but {lost}, "
            "so somebody else may have added it. Look at it before you add another; I did not repeat the change."
        )
        return Notice("\n".join([text, *(_step_words(step, change.allocation) for step in change.steps)]), Tone.WARNING)
    seen = "I could not find out what the server has now."
    if change.verified:
        seen = "Below is what {panel} holds now."
    shows = SHOW_ALLOCATIONS if change.server is None else REFRESH
    look = f"Press **{shows}** and look before you try again."
    if change.may_come:
        look = f"If {{panel}} is slow, it may still do it: press **{shows}** and look before you try again."
    return Notice(
        f"❔ I do not know whether {_NOUN[change.verb]}: {lost}. {seen} {look} I did not repeat the change.",
        Tone.WARNING,
    )


def _not_done(change: Change) -> Notice:
    if not change.stayed:
        return _did_not_stay(change)
    if change.not_found:
        why = "{panel} answered that there is no such port, but still shows it."
        after = "Look below, and try again if you still need it; if it fails again, tell your host."
    elif change.trouble:
        why = f"{_lost(change)}, and I looked: it does not hold the change."
        after = "Try again in a minute if you still need it; if it fails again, tell your host."
    else:
        why = "{panel} said yes, but when I read it back the change was not there."
        after = "Somebody may have changed it at the same moment. Look below, and try again if you still need it."
    return Notice(f"❌ {_FAILED[change.verb]}. {why} {after}", Tone.BAD)


def _did_not_stay(change: Change) -> Notice:
    row = address_words(change.allocation)
    if change.server is not None and not change.gone:
        now = f"it is {address_words(change.server.primary)}" if change.server.primary else "there is none"
        seen = change.verb is Verb.CREATE and not change.server.restricted
        kept = " The port itself is still there." if seen else ""
        text = (
            f"❌ {row} did not remain the primary: a few seconds later {now}.{kept} Somebody changed it on {{panel}}'s "
            "page or with another tool. Look below, and set it again if it is still needed."
        )
    else:
        text = (
            f"❌ {row} did not stay: a few seconds later the server no longer had it. {{panel}} gave it to another "
            "server at the same moment, or somebody removed it. Do not give this address to players; look below, and "
            "add a port again if you still need one."
        )
    return Notice(text, Tone.BAD)


def _step_words(step: Step, row: Allocation | None) -> str:
    if step.truth is Truth.DONE:
        return f"✅ Noted it: {_notes_of(row)}" if step.verb is Verb.NOTES else "✅ Made it the primary."
    if step.problem is None:
        return f"❌ {_FAILED[step.verb]}, although {{panel}} said yes. Choose the port in the list to try it again."
    problem = step.problem
    words = f" {panel_says(problem)}".rstrip()
    again = f" Possible again {when(problem.retry_at + 1)}." if problem.retry_at is not None else ""
    detail = f" {problem.detail}" if problem.detail else ""
    if step.truth is Truth.UNKNOWN:
        return f"❔ I do not know whether {_NOUN[step.verb]}. {problem.title}.{detail} Look before you try it again."
    # Not the error's own advice: it speaks of the whole action, of which a part was done.
    retry = "Choose the port in the list to try it again."
    return f"❌ {_FAILED[step.verb]}. {problem.title}.{detail}{words}{again} {retry}"
