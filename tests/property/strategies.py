"""What a panel can hold: hostile texts, allocations, servers, accounts, changes and errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot import errors as ours
from bot.domain.activity import NOTED, PROMOTED, LoggedChange
from bot.domain.models import Allocation, GameServer, PanelAccount, ServerState
from bot.domain.ownkeys import PastedKey
from bot.domain.purposes import VOICE
from bot.domain.record import Entry, Outcome, Values
from bot.errors import BotError
from bot.panel import errors
from bot.services.changing.changes import Change, Step, Truth, Verb
from bot.services.changing.history import HistoryPage
from bot.services.changing.overwriting import NotesChanged
from bot.services.changing.ownport import NeedsItsOwnPort
from bot.services.everyone import LogPage, Scope
from bot.services.keys.keyring import Tidied
from bot.services.keys.swap_errors import PastedNotDeleted, SwapFailed, SwapOff
from bot.services.several.steps import Lost
from bot.ui.history.events import WORDS

OWNER = 18_446_744_073_709_551_615
"""The largest id Discord can give anybody."""
_FRAGMENTS = (
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</link:1>", "<t:0:R>", "<:x:1>", "<a:x:1>", "<id:home>"),
    *("*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "```py\n", "\\", "\\\\", "> ", ">>> ", "# ", "-# "),
    *("- ", "* ", "1. ", "[x](https://x.example)", "https://x.example", "http://x", "<https://x>", "discord://x"),
    *(":smile:", "{/link}", "{/allocations list}", "\\{/link}", "{subject}", "{", "}", "%s", "{0}"),
    *("\n", "\r\n", "\r", "\t", "\0", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\u2029", "\u00a0", "\u3000"),
    *("\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufe0f", "\u00ad"),
    *("\U000e0041", "\ue000", "\ufffe", "\u0301" * 9, "👩\u200d🚀", "⭐ ", "▫️ ", "**Primary**", "📝 ", "✅ ", " → "),
)
hostile = st.lists(st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=12)), max_size=40).map("".join)
"""Any text, with everything Discord or a terminal could take for more than text."""
notes = st.one_of(st.none(), hostile.map(lambda text: text[:256]), st.just("@" * 191))
names = st.one_of(hostile.map(lambda text: text[:191]), st.just("*" * 191), st.just(""))
aliases = st.one_of(st.none(), names.map(lambda text: text or None), st.just("`" * 191))
addresses = st.one_of(st.ip_addresses().map(str), st.sampled_from(["2001:0DB8:0:0::0016", "203.0.113.7"]), names)
identifiers = st.text("0123456789abcdef", min_size=8, max_size=8)
allocation_ids = st.integers(1, 2**53 - 1)


@st.composite
def allocations(draw: st.DrawFn) -> Allocation:
    """Draw one allocation."""
    return Allocation(
        draw(allocation_ids), draw(addresses), draw(aliases), draw(st.integers(0, 65535)), draw(notes), is_primary=False
    )


@st.composite
def servers(draw: st.DrawFn, *, most: int = 30) -> GameServer:
    """Draw a server with up to that many allocations, of which one, or none, is the primary."""
    rows = draw(st.lists(allocations(), max_size=most, unique_by=lambda row: row.id))
    has_primary = draw(st.booleans())
    if rows and has_primary:
        rows[0] = replace(rows[0], is_primary=True)
    permission = st.sampled_from(["*", *(f"allocation.{verb}" for verb in ("read", "create", "update", "delete"))])
    identifier = draw(identifiers)
    return GameServer(
        identifier=identifier,
        uuid=f"{identifier}-0000-4000-8000-000000000001",
        name=draw(names),
        node=draw(names),
        state=draw(st.sampled_from(ServerState)),
        limit=draw(st.one_of(st.none(), st.integers(-1, 2**31 - 1))),
        allocations=tuple(rows),
        is_owner=draw(st.booleans()),
        permissions=draw(st.one_of(st.none(), st.frozensets(permission, max_size=3))),
    )


accounts = st.builds(PanelAccount, st.integers(1, 2**31 - 1), names)


def _kinds(root: type[BotError]) -> list[type[BotError]]:
    return [root, *(kind for below in root.__subclasses__() for kind in _kinds(below))]


ERROR_KINDS = sorted(set(_kinds(BotError)), key=lambda kind: kind.__name__)


def error(kind: type[BotError], words: str) -> BotError:
    """Return an error of this kind that carries a hostile text wherever it can carry one."""
    if issubclass(kind, errors.PermissionDenied):
        return kind("allocation.create")
    if kind in (ours.NotLinked, ours.StepLeftOut, ours.TextForgotten):
        return kind()
    if kind is errors.AddressNotAllowed:
        return kind()
    if kind is SwapOff:
        return kind()
    if issubclass(kind, PastedNotDeleted):
        return kind(errors.RequestRefused(panel_words=words), PastedKey(words, "0" * 32))
    if kind is SwapFailed:
        return kind(errors.RequestRefused(panel_words=words), tidied=Tidied((words,), (words,)))
    if kind is Lost:
        return kind(errors.RequestRefused(panel_words=words))
    if kind in (ours.ReachedLate, ours.StillUnderWay):
        return kind(4.0)
    if kind is NotesChanged:
        row = Allocation(1, "203.0.113.7", None, 25565, words, is_primary=True)
        return kind(GameServer("5e000001", "5e000001", words, "x", ServerState.OK, 1, (row,), True), row, unseen=False)
    if kind is NeedsItsOwnPort:
        row = Allocation(1, "203.0.113.7", None, 25565, words, is_primary=False)
        return kind(GameServer("5e000001", "5e000001", words, "x", ServerState.OK, 1, (row,), True), row, [VOICE])
    if issubclass(kind, errors.PanelError):
        return kind("What happened.", panel_words=words, retry_at=4_000_000_000.0)
    return kind("It is about {subject}.", subject=words, retry_at=4_000_000_000.0)


bot_errors = st.builds(error, st.sampled_from(ERROR_KINDS), hostile)
steps = st.builds(
    Step, st.sampled_from([Verb.NOTES, Verb.PRIMARY]), st.sampled_from(Truth), st.one_of(st.none(), bot_errors)
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Draw what became of a change, in every combination there could be."""
    server = draw(st.one_of(st.none(), servers(most=12)))
    row = st.one_of(st.none(), allocations())
    if server is not None and server.allocations:
        row = st.one_of(row, st.sampled_from(server.allocations))
    verb = draw(st.sampled_from(Verb))
    return Change(
        verb=verb,
        truth=draw(st.sampled_from(Truth)),
        allocation=draw(row),
        server=server,
        verified=draw(st.booleans()),
        before=draw(st.one_of(st.none(), servers(most=3), st.just(server))),
        already=verb in (Verb.NOTES, Verb.PRIMARY) and draw(st.booleans()),
        stayed=draw(st.booleans()),
        promotion=draw(st.one_of(st.none(), st.integers(1, 2**53 - 1))),
        trouble=draw(st.one_of(st.none(), bot_errors)),
        steps=tuple(draw(st.lists(steps, max_size=2, unique_by=lambda step: step.verb))),
    )


values: st.SearchStrategy[Values | None] = st.one_of(
    st.none(),
    st.fixed_dictionaries({"notes": notes}),
    st.fixed_dictionaries({"primary": allocation_ids, "address": st.one_of(st.none(), names)}),
)
entries = st.builds(
    Entry,
    user_id=st.just(OWNER),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    server=identifiers,
    server_name=names,
    verb=st.sampled_from([verb.value for verb in Verb]),
    allocation_id=st.one_of(st.none(), allocation_ids),
    address=st.one_of(st.none(), names),
    before=values,
    after=values,
    outcome=st.sampled_from(Outcome),
    number=st.integers(1, 2**53 - 1),
)


@st.composite
def history_pages(draw: st.DrawFn) -> HistoryPage:
    """Draw one page of somebody's changes."""
    rows = draw(st.lists(entries, max_size=8, unique_by=lambda entry: entry.number))
    pages = draw(st.integers(1, 10_000))
    return HistoryPage(tuple(rows), draw(st.integers(0, pages - 1)), pages, len(rows))


logged_changes = st.builds(
    LoggedChange,
    event=st.one_of(st.sampled_from([NOTED, PROMOTED, *WORDS]), hostile.map(lambda text: f"server:{text}")),
    address=st.one_of(st.none(), names),
    username=st.one_of(st.none(), names),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    is_api=st.booleans(),
    texts=st.one_of(st.none(), st.tuples(hostile, hostile)),
)


@st.composite
def log_pages(draw: st.DrawFn) -> LogPage:
    """Draw one page of a server's log."""
    lines = tuple(draw(st.lists(logged_changes, max_size=15)))
    total = len(lines) + draw(st.integers(0, 10_000))
    return LogPage(
        draw(identifiers),
        draw(st.one_of(st.none(), names)),
        draw(st.sampled_from(Scope)),
        lines,
        total,
        draw(st.integers(0, max(0, total // 8 - 1))),
        draw(names),
        draw(st.booleans()),
    )


# ------------------------------------------------------------------------------------------------ harmless twins


def _twin_of(text: str | None) -> str | None:
    return "x" if text else text


def twin_allocation(row: Allocation) -> Allocation:
    """Return the same allocation with harmless texts."""
    alias = "x.example" if row.other else "x" if row.label else None
    return replace(row, ip="x", alias=alias, notes=_twin_of(row.notes))


def twin_server(server: GameServer) -> GameServer:
    """Return the same server with harmless texts."""
    rows = tuple(twin_allocation(row) for row in server.allocations)
    return replace(server, name="x", node=_twin_of(server.node) or "", allocations=rows)


def twin_error(harmful: BotError) -> BotError:
    """Return the same error about harmless texts."""
    return error(type(harmful), _twin_of(harmful.panel_words or harmful.subject) or "")


def twin_change(change: Change) -> Change:
    """Return the same change of harmless texts."""
    return replace(
        change,
        allocation=twin_allocation(change.allocation) if change.allocation else None,
        server=twin_server(change.server) if change.server else None,
        before=twin_server(change.before) if change.before else None,
        trouble=twin_error(change.trouble) if change.trouble else None,
        steps=tuple(replace(s, problem=twin_error(s.problem) if s.problem else None) for s in change.steps),
    )


def _twin_values(held: Values | None) -> Values | None:
    if held is None:
        return None
    return {name: _twin_of(value) if isinstance(value, str) else value for name, value in held.items()}


def twin_entry(entry: Entry) -> Entry:
    """Return the same change on record of harmless texts."""
    return replace(
        entry,
        server_name="x",
        address=_twin_of(entry.address),
        before=_twin_values(entry.before),
        after=_twin_values(entry.after),
    )


def twin_logged(line: LoggedChange) -> LoggedChange:
    """Return the same line of a log of harmless texts; one of the person who looks stays that person's."""
    return replace(
        line,
        event=line.event if line.event in (NOTED, PROMOTED, *WORDS) else "server:x",
        address=_twin_of(line.address),
        username=None if line.username is None else "x",
        texts=("x", "x") if line.texts else None,
    )


def twin_log_page(page: LogPage) -> LogPage:
    """Return the same page of a log of harmless texts."""
    return replace(page, name=_twin_of(page.name), lines=tuple(map(twin_logged, page.lines)), username="y")
