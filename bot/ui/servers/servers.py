"""The list of a person's servers, and the picker where a command needs one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain import rules
from bot.domain.models import GameServer
from bot.ui.parts import ids
from bot.ui.parts.paging import Page, page_of
from bot.ui.parts.screen import Item, Screen, button, embed, select
from bot.ui.parts.text import address, clip, code, count, named, safe, spot, spot_of, when
from bot.ui.ports import finding

_NAME = 60
OPEN = "servers.open"
"""Opens a server from the list of all."""
PICK = "servers.pick"
"""Opens a server from the picker of a command that left it out."""
OTHERS = "servers.others"
"""Shows the servers of others, page after page."""
MY_SERVERS = "My servers"
OTHERS_LABEL = "Other people's servers"
CREATE = "create.pick"
"""Creates on a server from the picker of a creation that left it out."""
_QUESTIONS = {
    PICK: "You have several. Choose one below, or name it in the command.",
    finding.PICK: "You have several. Choose the one to look in, or name it in the command.",
    CREATE: "You have several. Choose the one that gets the new port, or name it in the command.",
}

_REFUSED_LAST = "Those that cannot get one come last, with the reason."


def server_list(
    servers: Sequence[GameServer],
    *,
    owner: int,
    page: int = 0,
    verb: str = OPEN,
    args: Sequence[str] = (),
    last_used: str | None = None,
    unreadable: int = 0,
    is_admin: bool = False,
    read_at: float | None = None,
) -> Screen:
    """Return one page of servers; choosing one runs `verb` with `args`.

    The verb of a picker words it as a question, for a command that left the server out. `unreadable` are those that
    the panel failed to list; an administrator gets a button for the servers of others. What was
    read before, at `read_at`, is marked with that.
    """
    question = _QUESTIONS.get(verb)
    unlisted = [missing(unreadable, whose="you are a member of")] if unreadable else []
    others = [others_button(owner, row=2)] if is_admin else []
    if not servers:
        look = button("Look again", ids.make("servers.list", owner, 0))
        return Screen(embed("Your servers", "\n\n".join(unlisted or [_none_yet(is_admin)])), [look, *others])
    refused = refusals(servers) if verb == CREATE else {}
    # Sorting keeps the order among equals.
    shown = page_of(sorted(servers, key=lambda server: server.identifier in refused), page)
    lines = [f"{count(len(servers), 'server')} on your panel account. Choose one to open its ports.", ""]
    if question:
        lines = [question, *([_REFUSED_LAST] if refused else []), ""]
    if unlisted:
        lines += [*unlisted, ""]
    if read_at is not None:
        lines += [aged(read_at), ""]
    lines += [row(server, last_used=server.identifier == last_used) for server in shown.rows]
    items: list[Item] = [
        select(
            ids.make(verb, owner, shown.number, *args),
            [
                (server.name, server.identifier, refused.get(server.identifier) or option_words(server, last_used))
                for server in shown.rows
            ],
            placeholder="Choose a server",
            row=0,
        )
    ]
    turn = (verb.replace(".", "-"), *args) if question else ()
    items += turning(shown, owner, "servers.turn" if question else "servers.list", turn)
    title = "Which server?" if question else "Your servers"
    ways = [servers_button(owner, row=2), *others] if question else others
    return Screen(embed(title, "\n".join(lines), footer=shown.words or None), [*items, *ways])


def servers_button(owner: int, *, row: int | None = None) -> Item:
    """Return the way back to one's own servers."""
    return button(MY_SERVERS, ids.make("servers.list", owner, 0), row=row)


def others_button(owner: int, *, row: int) -> Item:
    """Return an administrator's way to the servers of others."""
    return button(OTHERS_LABEL, ids.make(OTHERS, owner, 0), row=row)


def turning(shown: Page[Any], owner: int, verb: str, args: Sequence[str] = ()) -> list[Item]:
    """Return the buttons to the pages before and after; none where there is only one."""
    if shown.pages == 1:
        return []
    return [
        button(label, ids.make(verb, owner, number, *args), disabled=not 0 <= number < shown.pages, row=1)
        for label, number in (("Previous", shown.number - 1), ("Next", shown.number + 1))
    ]


def _none_yet(is_admin: bool) -> str:
    words = (
        "Your panel account has no servers, whether as their owner or as a subuser. When your host gives you one, or "
        "its owner adds you under Users, it appears in {/servers}."
    )
    return f"{words}\n\nYou are an administrator of {{panel}}: **{OTHERS_LABEL}** lists those." if is_admin else words


def aged(read_at: float) -> str:
    """Say how old a list is that was not read for this message."""
    return f"🕒 This is what {{panel}} told me {when(read_at)}; some of it may have changed since."


def missing(number: int, *, whose: str) -> str:
    """Say that the panel failed to list some servers, why that mostly is, and who can mend it."""
    if number == 1:
        return (
            f"⚠️ One server {whose} cannot be listed: {{panel}} fails to list it, usually because it has no primary "
            "port. Its owner can mend that by setting one; you can still open it by its identifier."
        )
    return (
        f"⚠️ {number} servers {whose} cannot be listed: {{panel}} fails to list them, usually because they have no "
        "primary port. Their owners can mend that by setting one; you can still open each by its identifier."
    )


def refusals(servers: Sequence[GameServer]) -> dict[str, str]:
    """Return the servers that cannot get a port, by identifier, with the reason in few words."""
    reasons = ((server.identifier, rules.cannot_create_in_short(server)) for server in servers)
    return {identifier: f"Cannot get one: {reason}" for identifier, reason in reasons if reason}


def row(server: GameServer, *, last_used: bool = False) -> str:
    """Return a server as the lists show it: name, state and ports used, then address, node and identifier."""
    blocked = server.state.blocks_changes
    head = [f"{'⚠️' if blocked else '✅'} **{named(server.name, _NAME)}**"]
    head += [rules.state_words(server)] if blocked else []
    head.append(_usage(server))
    head += ["last used"] if last_used else []
    below = [spot_of(server.given.name.text)] if server.given else []
    below.append(spot(server.primary.address, 60) if server.primary else "no primary")
    below += [f"node {safe(server.node, 30)}"] if server.node else []
    below.append(code(server.identifier))
    return f"{' · '.join(head)}\n\u2003{' · '.join(below)}"


def _usage(server: GameServer) -> str:
    # The list does not tell permissions; who may not read sees the primary only, so one may be more.
    perhaps_more = not server.is_owner and (
        server.restricted or (server.permissions is None and len(server.allocations) == 1)
    )
    seen = len(server.allocations)
    used = f"at least {seen}" if perhaps_more else str(seen)
    if server.limit is None or server.limit <= 0:
        limit = "its limit is not set" if server.limit is None else "its limit is 0"
        return f"{used} {'port' if seen == 1 else 'ports'} used, and none can be added: {limit}"
    return f"{used} of {count(server.limit, 'port')} used"


def option_words(server: GameServer, last_used: str | None = None) -> str:
    """Return what describes a server as an option of a select."""
    words = [address(server.primary.address, 60)] if server.primary else ["no primary"]
    if server.given is not None:
        words = [clip(server.given.name.text, 60)]
    if server.identifier == last_used:
        words.append("last used")
    return " · ".join([*words, server.identifier])
