"""What became of a change, in one or two sentences on top of the refreshed panel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import Allocation
from bot.errors import BotError
from bot.services.changes import Change, Step, Truth, Verb
from bot.ui.screen import Tone
from bot.ui.text import clip, safe, spot, when

RESTART = "🔁 The game server sees this at its next start: restart it on the panel when it suits your players."


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for the top of a message, its tone, and for Undo the (previous, current) primary's ids."""

    text: str
    tone: Tone
    undo: tuple[int, int] | None = None


def of_change(change: Change) -> Notice:
    """Return the notice for a change; it claims only what was read back, or says that it was not."""
    if change.truth is Truth.UNKNOWN:
        return _unknown(change)
    if change.truth is Truth.NOT_DONE:
        return _not_done(change)
    lines = [_DONE[change.verb](change)]
    if change.trouble and change.verified:
        lines.append(f"The panel's answer was lost ({_cause(change.trouble)}), so I looked: this is what it holds now.")
    if not change.verified:
        cause = f" ({_cause(change.trouble)})" if change.trouble else ""
        lines.append(f"⚠️ The panel confirmed it, but I could not read it back{cause}. Press Refresh to look.")
    lines += [_step_words(step) for step in change.steps]
    failed = any(step.truth is not Truth.DONE for step in change.steps)
    already = change.verb is Verb.PRIMARY and change.previous is not None and _undo(change) is None
    if change.verb is not Verb.NOTES and not already:
        lines.append(RESTART)
    return Notice("\n".join(lines), Tone.WARNING if failed or not change.verified else Tone.GOOD, _undo(change))


def _undo(change: Change) -> tuple[int, int] | None:
    promoted = change.verb is Verb.PRIMARY or any(
        step.verb is Verb.PRIMARY and step.truth is Truth.DONE for step in change.steps
    )
    if not promoted or change.allocation is None or change.previous is None:
        return None
    if change.previous.id == change.allocation.id:
        return None
    return change.previous.id, change.allocation.id


def address_words(row: Allocation | None) -> str:
    """Return the address as code, or the id where the person may not see the address."""
    if row is None:
        return "the allocation"
    return spot(row.address) if row.port else f"allocation {row.id}"


def _created(change: Change) -> str:
    if change.trouble and change.verified:
        # Somebody else may have added this one on the panel, so it is told as what it is: new.
        return f"✅ Added, as far as I can tell: {address_words(change.allocation)} is new since I last looked."
    return f"✅ Added {address_words(change.allocation)}. It accepts TCP and UDP."


def _annotated(change: Change) -> str:
    row = change.allocation
    if row is not None and row.notes:
        return f"✅ Notes of {address_words(row)} saved: {safe(row.notes, 191)}"
    return f"✅ Notes of {address_words(row)} cleared."


def _promoted(change: Change) -> str:
    if change.previous is None or (change.allocation and change.previous.id == change.allocation.id):
        return f"✅ The primary is {address_words(change.allocation)}."
    return f"✅ Primary changed: {address_words(change.previous)} → {address_words(change.allocation)}."


def _deleted(change: Change) -> str:
    return f"✅ Deleted {address_words(change.allocation)}."


_DONE = {Verb.CREATE: _created, Verb.NOTES: _annotated, Verb.PRIMARY: _promoted, Verb.DELETE: _deleted}
_NOUN = {
    Verb.CREATE: "a new allocation was added",
    Verb.NOTES: "the notes were saved",
    Verb.PRIMARY: "the primary was changed",
    Verb.DELETE: "the allocation was deleted",
}
_FAILED = {
    Verb.CREATE: "No allocation was added",
    Verb.NOTES: "The notes were not changed",
    Verb.PRIMARY: "The primary was not changed",
    Verb.DELETE: "The allocation was not deleted",
}


def _cause(trouble: BotError) -> str:
    title = clip(trouble.title, 100)
    return title[:1].lower() + title[1:] if title.startswith(("The ", "What ", "Your ", "You ")) else title


def _unknown(change: Change) -> Notice:
    cause = f" ({_cause(change.trouble)})" if change.trouble else ""
    seen = "Below is what the panel holds now." if change.verified else "I could not find out what it holds now."
    return Notice(
        f"❔ I do not know whether {_NOUN[change.verb]}: the panel's answer was lost{cause}. {seen} "
        "Press Refresh and look before you try again; I did not repeat the change.",
        Tone.WARNING,
    )


def _not_done(change: Change) -> Notice:
    if change.trouble:
        why = f"The panel's answer was lost ({_cause(change.trouble)}), and it does not hold the change now."
        after = "If the panel was only slow it may still come: press Refresh in a minute, before you try again."
    else:
        why = "The panel said yes, but when I read it back the change was not there."
        after = "Somebody may have changed it at the same moment. Look below, and try again if you still need it."
    return Notice(f"❌ {_FAILED[change.verb]}. {why} {after}", Tone.BAD)


def _step_words(step: Step) -> str:
    what = "Notes" if step.verb is Verb.NOTES else "Set as primary"
    if step.truth is Truth.DONE:
        return f"✅ {what}: done."
    if step.problem is None:
        return f"❌ {what}: not in effect, although the panel said yes. Try it again from the list."
    words = f" The panel said: {safe(step.problem.panel_words, 200)}" if step.problem.panel_words else ""
    state = "unknown" if step.truth is Truth.UNKNOWN else "not done"
    again = f" Possible again {when(step.problem.retry_at + 1)}." if step.problem.retry_at is not None else ""
    advice = "" if step.problem.advice in step.problem.detail else f" {step.problem.advice}"
    return f"❌ {what}: {state}. {step.problem.title}. {step.problem.detail}{words}{again}{advice}".rstrip()
