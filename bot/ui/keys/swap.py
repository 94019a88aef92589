"""Swapping the pasted key for one of the bot's own: the offer, the steps, the outcome, and what becomes of the old."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.ownkeys import OwnKey, PastedKey, mark_of_all, unused_deleted
from bot.domain.site import PanelSite
from bot.errors import BotError, OwnDatabaseSilent
from bot.nextstep import NextStep
from bot.services.keys.keyring import Fate, Parted
from bot.services.keys.pasted import PastedGone
from bot.services.keys.swap_errors import PastedNotDeleted, SwapFailed
from bot.services.keys.swapping import Step, Swapped
from bot.ui.errors import Around, way_on
from bot.ui.keys.keyspage import SEE_KEYS, account_page_button, keys_page_button, link_buttons
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, detail_of, embed, panel_says
from bot.ui.parts.text import code, when
from bot.ui.servers.servers import servers_button

_MARK = 8
"""Characters of a key's mark that a button carries: enough to know that both speak of the same key."""
_DOING = {
    Step.ADDRESS: "I am asking {panel} at which address it sees me",
    Step.MAKE: "I am making a key of my own on {panel}",
    Step.CHECK: "I am checking that it works",
    Step.STORE: "I am storing it in place of the one you pasted",
}


def swap_button(owner: int) -> Item:
    """Return the button that swaps the pasted key."""
    return button("Swap it for a key of my own", _starting(owner), style=discord.ButtonStyle.primary)


def _starting(owner: int) -> str:
    return ids.make("swap.start", owner, ids.nonce())


def pasted_buttons(owner: int, pasted: PastedKey) -> list[Item]:
    """Return the two answers to the question what is to become of the pasted key."""
    mark = pasted.mark[:_MARK]
    return [
        button("Delete the key I pasted", ids.make("pasted.delete", owner, mark), style=discord.ButtonStyle.danger),
        button("Keep it, I use it elsewhere", ids.make("pasted.keep", owner, mark)),
    ]


def keys_button(site: PanelSite) -> Item:
    """Return the button that opens the panel's page for keys, for somebody who is to delete one there."""
    return keys_page_button(site, label=SEE_KEYS)


def offer(site: PanelSite) -> str:
    """Return what a swap does, in one sentence."""
    return (
        f"**Safer still**: swap it, and I make a key of my own on {site.name}, named after me and your Discord "
        "account, check it and store it in place of yours, so that the key I use never passed through Discord."
    )


def works_from(own: OwnKey) -> str:
    """Return from where a key of the bot's own works."""
    if not own.allowed_ips:
        return "anywhere"
    return f"{' and '.join(code(address) for address in own.allowed_ips)} only"


def progress(step: Step, steps: Sequence[Step], site: PanelSite) -> Screen:
    """Return what is being done now, for a panel that takes its time."""
    doing = _DOING[step].format(panel=site.name)
    text = f"Step {steps.index(step) + 1} of {len(steps)}: {doing}. Until the last step I keep the key you pasted."
    return Screen(embed("⏳ Swapping your key", text))


def swapped(
    result: Swapped,
    *,
    owner: int,
    site: PanelSite,
    linked: str | None = None,
    by_hand: bool = False,
    go_on: Item | None = None,
) -> Screen:
    """Return the confirmation, with the question what is to become of the pasted key; `linked` comes before it.

    `by_hand` tells that this names another key, for which they may have to go to the panel; `go_on` leads to what they
    had asked for before.
    """
    seen = ", the address at which {panel} sees me" if result.own.allowed_ips else ""
    deleted = unused_deleted(result.deleted)
    return Screen(
        embed(
            "✅ Swapped for a key of my own" if linked is None else "✅ Linked, with a key of my own",
            f"{linked + chr(10) * 2 if linked else ''}"
            f"I now use {code(result.masked)}, which I made on {site.name} and which never passed through Discord. "
            f"You will find it there as {code(result.own.description)}. It works from {works_from(result.own)}{seen}."
            f"{' ' + deleted if deleted else ''}\n\n"
            f"I no longer have the key you pasted, {code(result.pasted.masked)}, but on {site.name} it still works. "
            "**Does anything else use it?** If nothing does, let me delete it there.",
            tone=Tone.GOOD,
        ),
        [
            *pasted_buttons(owner, result.pasted),
            *_onward(owner, go_on),
            *([keys_button(site)] if by_hand else []),
        ],
    )


def failed(
    error: SwapFailed, *, owner: int, site: PanelSite, linked: Screen | None = None, go_on: Item | None = None
) -> Screen:
    """Return why there was no swap and what was done about what had been made; below what `linked` says.

    `go_on` leads to what they had asked for before, where that does not lead there.
    """
    lines = _why(error)
    if error.tidied.deleted:
        lines.append("I have deleted what I had made by then.")
    lines += [
        f"A key named {code(name)} may be on {site.name} now or soon: I look for it every ten minutes and delete it."
        for name in error.tidied.left
    ]
    if error.retry_at is not None:
        lines.append(f"⏳ Possible again {when(error.retry_at + 1)}.")
    lines += ["", f"**What to do**: {error.advice}"]
    if linked is None:
        items = [*_ways(error, owner, site), *_onward(owner, go_on)]
        return Screen(embed(f"❌ {error.title}", "\n".join(lines), tone=Tone.BAD), items)
    said = linked.embed.description or ""
    text = "\n".join([said, "", f"⚠️ **{error.title}**", *lines])
    return Screen(
        embed("✅ Linked, with the key you pasted", text, tone=Tone.WARNING), _below(linked, error, owner, site)
    )


def not_begun(error: BotError, linked: Screen, *, owner: int, site: PanelSite) -> Screen:
    """Return the confirmation of a link, with what kept the bot from the swap below it, or from knowing of it."""
    # Of all that can fail before or after it, only storing the new key can be in doubt, and leads to what is stored.
    unsure = isinstance(error, OwnDatabaseSilent) and error.next_step is NextStep.ACCOUNT
    began = "I do not know whether I swapped the key" if unsure else "I did not swap the key"
    lines = [linked.embed.description or "", "", f"⚠️ **{began}. {error.title}**", *_why(error)]
    lines += ["", f"**What to do**: {error.advice}"]
    return Screen(embed("✅ Linked", "\n".join(lines), tone=Tone.WARNING), _below(linked, error, owner, site))


def _ways(error: BotError, owner: int, site: PanelSite) -> list[Item]:
    """Return the buttons that do what the error advises; **Try again** is the swap, where a try may help."""
    return way_on(error, Around(owner, site, again=_starting(owner)))


def _below(linked: Screen, error: BotError, owner: int, site: PanelSite) -> list[Item]:
    return [*linked.items, *(item for item in _ways(error, owner, site) if item not in linked.items)]


def _why(error: BotError) -> list[str]:
    return [line for line in (detail_of(error), panel_says(error)) if line]


def pasted_not_deleted(error: PastedNotDeleted, *, owner: int, site: PanelSite, go_on: Item | None = None) -> Screen:
    """Return why the pasted key may be on the panel yet, with the question about it once more."""
    lines = [
        *_why(error),
        f"The key you pasted, {code(error.pasted.masked)}, may still work on {site.name}; I go on with the key I made.",
    ]
    if error.retry_at is not None:
        lines.append(f"⏳ Possible again {when(error.retry_at + 1)}.")
    lines += ["", f"**What to do**: {error.advice}"]
    return Screen(
        embed(f"❌ {error.title}", "\n".join(lines), tone=Tone.BAD),
        [*pasted_buttons(owner, error.pasted), *_onward(owner, go_on), *_to_keys(error, owner, site)],
    )


def _to_keys(error: PastedNotDeleted, owner: int, site: PanelSite) -> list[Item]:
    if error.next_step is NextStep.LINK:
        return link_buttons(owner, site)
    first = [account_page_button(site)] if error.next_step is NextStep.PANEL_ACCOUNT else []
    return [*first, keys_button(site)]


def _onward(owner: int, go_on: Item | None) -> list[Item]:
    """Return what leads away from the key: to what they had asked for before, and to the servers."""
    return [*([go_on] if go_on else []), servers_button(owner)]


def pasted_gone(result: PastedGone, *, owner: int, site: PanelSite, go_on: Item | None = None) -> Screen:
    """Return the confirmation that the pasted key no longer works."""
    key = code(result.masked)
    words = f"{key} was gone from {site.name} already." if result.was_gone else f"{key} no longer works on {site.name}."
    text = f"{words} I go on with the key I made, so for you nothing changes."
    return Screen(embed("✅ The key you pasted is deleted", text, tone=Tone.GOOD), _onward(owner, go_on))


def pasted_kept(pasted: PastedKey, *, owner: int, site: PanelSite, go_on: Item | None = None) -> Screen:
    """Return the confirmation that the pasted key stays where it is."""
    text = (
        f"The key you pasted, {code(pasted.masked)}, stays on {site.name} for whatever else uses it. I no longer "
        "have it, so I cannot delete it for you later; you can do that there at any time."
    )
    return Screen(
        embed("✅ The key you pasted is kept", text, tone=Tone.GOOD), [*_onward(owner, go_on), keys_button(site)]
    )


def parted_line(parted: Parted, site: PanelSite) -> str:
    """Return what became of a key of the bot's own that is no longer needed."""
    key = code(parted.masked)
    if parted.fate is Fate.DELETED:
        return f"My own key {key} is deleted on {site.name} too."
    if parted.fate is Fate.WAS_GONE:
        return f"My own key {key} was gone from {site.name} already."
    why = f" ({parted.why})" if parted.why else ""
    return (
        f"⚠️ I could not delete my own key {key} on {site.name}{why}. Delete it there by hand: it is the one named "
        f"{code(parted.description)}."
    )


def left_line(description: str, site: PanelSite) -> str:
    """Return that a key which nobody holds may be on the panel, and that its owner has to look."""
    return (
        f"⚠️ A key of mine may be left on {site.name}. If you see one named {code(description)} there, delete it by "
        "hand."
    )


def left_behind(descriptions: Sequence[str], *, owner: int, site: PanelSite) -> Screen:
    """Return what a person is to delete by hand on the panel, because I could not."""
    lines = ["I made a key on {panel}, which nobody uses now. For a day I tried to delete it, and could not."]
    lines += [left_line(description, site) for description in descriptions]
    return Screen(
        embed("🔑 A key to delete by hand", "\n\n".join(lines), tone=Tone.WARNING),
        left_buttons(descriptions, owner, site),
    )


def left_buttons(descriptions: Sequence[str], owner: int, site: PanelSite) -> list[Item]:
    """Return the way to the page on which such keys are deleted, and the word that these are."""
    return [
        keys_button(site),
        button("It is not there any more", ids.make("left.gone", owner, mark_of_all(descriptions))),
    ]
