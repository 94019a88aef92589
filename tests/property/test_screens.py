"""Whatever a panel holds, every screen stays within Discord's limits and keeps its structure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.cogs.suggestions import _allocation_label, _server_label
from bot.domain.models import NOTES_LIMIT, Allocation, GameServer, PanelAccount, ServerState
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.domain.places import Purpose
from bot.domain.posted import line_of
from bot.domain.purposes import PURPOSES
from bot.domain.record import Entry
from bot.domain.search import Hit
from bot.errors import BotError, UndoOff
from bot.panel.errors import PanelFailed, RequestRefused
from bot.services.accounts import Linked, Unlinking
from bot.services.changes import Change, Step, Truth, Verb
from bot.services.everyone import LogPage
from bot.services.history import HistoryPage
from bot.services.keyring import Fate, Parted, Tidied
from bot.services.offers import Offers
from bot.services.overwriting import mark_of
from bot.services.search import Findings
from bot.services.swap_errors import PastedNotDeleted, SwapFailed
from bot.services.swapping import Step as SwapStep
from bot.services.swapping import Swapped
from bot.store.intents import Intent
from bot.store.link import Deleted, Link
from bot.ui import account, history, ids, manage, port, rows, share, swap
from bot.ui.components import Drawn
from bot.ui.conflict import conflict
from bot.ui.errors import Around, of_bug, of_error
from bot.ui.everyone import everyone
from bot.ui.finding import find_form
from bot.ui.forms import draft_notes_form, lines_form, link_form, prefilled_notes_form, unread_notes_form
from bot.ui.help import help_screen
from bot.ui.masking import without_email
from bot.ui.notices import of_change
from bot.ui.promoting import confirm_new_primary, confirm_primary
from bot.ui.screen import Screen, select
from bot.ui.search import as_argument, findings, of_argument, opened
from bot.ui.servers import CREATE, OPEN, PICK, server_list
from bot.ui.text import bare, clean, quoted
from tests.property.discord_rules import (
    SITE,
    check_choice,
    check_components,
    check_form,
    check_screen,
    structure,
    unseen,
)
from tests.property.strategies import (
    OWNER,
    accounts,
    allocation_ids,
    allocations,
    bot_errors,
    changes,
    entries,
    history_pages,
    hostile,
    log_pages,
    names,
    notes,
    servers,
    twin_allocation,
    twin_change,
    twin_entry,
    twin_error,
    twin_log_page,
    twin_server,
)

pages = st.integers(0, 2**31)
AROUND = Around(OWNER, SITE, server="5e000001")


def check(screen: Screen, harmless: Screen) -> str:
    """Check a screen by itself and against the one that says the same of harmless texts; return its text."""
    embed, rows = check_screen(screen)
    plain, plain_rows = check_screen(harmless)
    assert structure(embed["description"]) == structure(plain["description"])
    assert structure(embed["title"]) == structure(plain["title"])
    assert len(embed["description"]) < 4090, "the text was cut at its end"
    assert _shape(rows) == _shape(plain_rows)
    return str(embed["description"])


def _shape(rows: list[dict[str, Any]]) -> list[list[int]]:
    return [[part["type"] for part in row["components"]] for row in rows]


@given(server=servers(), page=pages, off=st.booleans())
async def test_the_panel_of_any_server(server: GameServer, page: int, off: bool) -> None:
    screen = manage.panel(server, owner=OWNER, page=page, offers=Offers(self_service_off=off))
    harmless = manage.panel(twin_server(server), owner=OWNER, page=page, offers=Offers(self_service_off=off))

    text = check(screen, harmless)

    shown = text.count("\n⭐ `") + text.count("\n▫️ `")
    assert shown == len(rows.page(server, page).rows)


@given(server=servers(), page=pages, words=hostile)
async def test_what_is_found_of_any_server_by_any_words(server: GameServer, page: int, words: str) -> None:
    sought = ids.packable(words)

    embed, parts = check_screen(
        manage.panel(server, owner=OWNER, page=page, sought=sought, offers=Offers(share=True, power=True))
    )

    shown = embed["description"].count("\n⭐ `") + embed["description"].count("\n▫️ `")
    assert shown == len(rows.page(server, page, sought).rows)
    labels = {part["label"] for row in parts for part in row["components"] if "label" in part}
    assert labels >= ({"Find", "Show all"} if sought else set())
    assert ids.unpack(ids.pack(sought)) == sought


@given(count=st.integers(26, 500), page=pages, data=st.data())
async def test_what_is_found_among_hundreds_keeps_its_way_back(count: int, page: int, data: st.DataObject) -> None:
    longest = "voice " * 4 + "voices"
    held = tuple(
        Allocation(2**53 - 1 - n, "203.0.113.7", None, 20000 + n, longest, is_primary=n == 0) for n in range(count)
    )
    server = GameServer("5e000001", "5e000001", "x", "x", ServerState.OK, 500, held, True)
    row = data.draw(st.sampled_from(held))
    assert len(longest) == ids.PACKED

    check_screen(manage.panel(server, owner=OWNER, page=page, sought=longest, offers=Offers(share=True, power=True)))
    _, parts = check_screen(port.detail(server, row, owner=OWNER, sought=longest))

    back = next(part for row in parts for part in row["components"] if part.get("label") == "Back")
    assert back["custom_id"].endswith(f":{ids.pack(longest)}")


@given(change=changes().filter(lambda change: change.server is not None), share=st.booleans(), page=pages)
async def test_what_comes_after_any_addition(change: Change, share: bool, page: int) -> None:
    assert change.server is not None
    many = tuple(Allocation(2**53 - 1 - n, "203.0.113.7", None, 20000 + n, None, False) for n in range(30))
    server = replace(change.server, allocations=(*change.server.allocations, *many))

    check_screen(
        manage.panel(
            server,
            owner=OWNER,
            page=page,
            notice=of_change(change),
            offers=Offers(share=share, power=share),
            added=change.allocation or many[0],
        )
    )


@given(text=names)
def test_an_address_to_copy_is_bare_or_code(text: str) -> None:
    shown = bare(f"{text}:25565")

    assert structure(shown) in ([], ["code"])
    assert not unseen(shown)
    assert len(shown) <= 2000


@given(sample=st.lists(allocations(), min_size=1, max_size=10), count=st.integers(1, 500), page=pages)
async def test_the_panel_of_a_server_with_hundreds_of_allocations(
    sample: list[Allocation], count: int, page: int
) -> None:
    held = tuple(replace(sample[n % len(sample)], id=n + 1, is_primary=n == 0) for n in range(count))
    server = GameServer("5e000001", "5e000001", "x", "x", ServerState.OK, 500, held, True)

    screen = manage.panel(server, owner=OWNER, page=page)

    check(screen, manage.panel(twin_server(server), owner=OWNER, page=page))


async def test_a_page_of_the_longest_texts_shows_every_row_and_every_reason() -> None:
    row = Allocation(1, "2001:db8::25", "`" * 191, 65535, "@" * 191, is_primary=False)
    held = tuple(replace(row, id=n + 1) for n in range(60))
    server = GameServer("5e000001", "5e000001", "*" * 191, "_" * 191, ServerState.OK, 60, held, is_owner=True)
    refused = PanelFailed("It answered with HTTP 500.", panel_words="@" * 300)
    failed = tuple(Step(verb, Truth.UNKNOWN, refused) for verb in (Verb.NOTES, Verb.PRIMARY))
    notice = of_change(Change(Verb.CREATE, Truth.DONE, row, server, verified=False, trouble=refused, steps=failed))

    embed, _ = check_screen(manage.panel(server, owner=OWNER, notice=notice))

    assert embed["description"].count(":65535`") == 26  # a page of rows, and the new one above them
    assert "60 of 60 ports used" in embed["description"]
    assert "**Add port** is off until there is room: remove a port" in embed["description"].splitlines()[-1]


@given(change=changes())
async def test_the_outcome_of_any_change(change: Change) -> None:
    harmless = twin_change(change)

    check(
        manage.outcome("5e000001", change, of_change(change), owner=OWNER),
        manage.outcome("5e000001", harmless, of_change(harmless), owner=OWNER),
    )
    assert of_change(change).tone == of_change(harmless).tone


@given(change=changes().filter(lambda change: change.server is not None), page=pages)
async def test_the_panel_under_the_outcome_of_any_change(change: Change, page: int) -> None:
    harmless = twin_change(change)
    assert change.server is not None
    assert harmless.server is not None

    check(
        manage.panel(change.server, owner=OWNER, page=page, notice=of_change(change)),
        manage.panel(harmless.server, owner=OWNER, page=page, notice=of_change(harmless)),
    )


@given(server=servers(), row=allocations(), primary=st.booleans())
async def test_the_detail_of_any_allocation(server: GameServer, row: Allocation, primary: bool) -> None:
    row = replace(row, is_primary=primary)

    check(
        port.detail(server, row, owner=OWNER),
        port.detail(twin_server(server), twin_allocation(row), owner=OWNER),
    )


@given(server=servers(), row=allocations())
async def test_the_question_before_any_deletion(server: GameServer, row: Allocation) -> None:
    check(
        port.confirm_delete(server, row, owner=OWNER),
        port.confirm_delete(twin_server(server), twin_allocation(row), owner=OWNER),
    )


@given(server=servers(), row=allocations(), purposes=st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True))
async def test_the_question_before_any_primary_that_is_for_something_else(
    server: GameServer, row: Allocation, purposes: list[Purpose]
) -> None:
    check(
        confirm_primary(server, row, purposes, owner=OWNER),
        confirm_primary(twin_server(server), twin_allocation(row), purposes, owner=OWNER),
    )


@given(notes=names, server=servers(), purposes=st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True))
async def test_the_question_before_any_new_primary_that_is_for_something_else(
    notes: str, server: GameServer, purposes: list[Purpose]
) -> None:
    check(
        confirm_new_primary("5e000001", notes, purposes, "0123abcd", owner=OWNER, known=server),
        confirm_new_primary("5e000001", "x", purposes, "0123abcd", owner=OWNER, known=twin_server(server)),
    )


@given(server=servers())
async def test_the_public_line_of_any_server(server: GameServer) -> None:
    assume(server.primary is not None)
    line = share.shared_address(line_of(server, hide_ips=False))
    harmless = share.shared_address(line_of(twin_server(server), hide_ips=False))

    assert len(line) <= 2000
    assert structure(line) == structure(harmless) == ["**", "**", "code"]
    assert not line.startswith("****")


def _asked(server: GameServer, place: share.Place, *, page: int, changed: bool) -> Screen:
    line = line_of(server, hide_ips=False)
    return share.confirm_share(server, line, place, owner=OWNER, page=page, changed=changed)


@given(server=servers(), page=pages, changed=st.booleans())
async def test_the_question_before_any_post(server: GameServer, page: int, changed: bool) -> None:
    assume(server.primary is not None)
    place = share.Place(2**63, direct=False, poster=f"<@{OWNER}>")
    check(
        _asked(server, place, page=page, changed=changed),
        _asked(twin_server(server), place, page=page, changed=changed),
    )


@given(
    some=st.lists(servers(most=3), max_size=25, unique_by=lambda server: server.identifier),
    page=pages,
    verb=st.sampled_from([OPEN, PICK, CREATE]),
    last=st.booleans(),
)
async def test_any_list_of_servers(some: list[GameServer], page: int, verb: str, last: bool) -> None:
    last_used = some[0].identifier if some and last else None
    args = ("0123abcd",) if verb == CREATE else ()
    harmless = [twin_server(server) for server in some]

    text = check(
        server_list(some, owner=OWNER, page=page, verb=verb, args=args, last_used=last_used),
        server_list(harmless, owner=OWNER, page=page, verb=verb, args=args, last_used=last_used),
    )

    assert "\n****" not in text


@given(sample=st.lists(servers(most=2), min_size=1, max_size=10), count=st.integers(1, 500), page=pages)
async def test_a_list_of_hundreds_of_servers(sample: list[GameServer], count: int, page: int) -> None:
    some = [replace(sample[n % len(sample)], identifier=f"{n:08x}") for n in range(count)]

    harmless = [twin_server(server) for server in some]
    check(server_list(some, owner=OWNER, page=page), server_list(harmless, owner=OWNER, page=page))


@given(who=accounts, masked=st.sampled_from(["ptlc_…4f2a", "pacc_…0000", "…"]), last=st.one_of(st.none(), names))
async def test_everything_about_any_account(who: PanelAccount, masked: str, last: str | None) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    link = Link(OWNER, "https://panel.example.com", who, masked, moment, moment, last)
    harmless = replace(link, account=replace(who, username="x"), last_server="x" if last else last)

    check(_profile(link), _profile(harmless))
    check(_linked(Linked(link, 3, replaced=True)), _linked(Linked(harmless, 3, replaced=True)))
    check(
        account.confirm_unlink(link, owner=OWNER, site=SITE), account.confirm_unlink(harmless, owner=OWNER, site=SITE)
    )
    for erased in (True, False):
        gone = Unlinking(Deleted(had=True, erased=erased), masked, None, None, ())
        check_screen(account.unlinked(gone, owner=OWNER, site=SITE))
    assert "You are ****" not in str(_linked(Linked(link, 3, replaced=True)).embed.description)


def _profile(link: Link, *left: str) -> Screen:
    both = [Intent(OWNER, name, link.linked_at, None, given_up=up) for name in left for up in (False, True)]
    return account.profile(link, owner=OWNER, site=SITE, swap=True, left=both)


def _linked(result: Linked) -> Screen:
    return account.linked(result, owner=OWNER, site=SITE, swap=True)


@given(
    who=accounts,
    name=names,
    fate=st.sampled_from(Fate),
    addresses=st.lists(st.ip_addresses().map(str), max_size=2),
    words=st.one_of(st.none(), hostile),
)
async def test_everything_about_any_key_of_the_bots_own(
    who: PanelAccount, name: str, fate: Fate, addresses: list[str], words: str | None
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def screens(name: str, words: str | None, who: PanelAccount) -> list[Screen]:
        own = OwnKey(f"Berth, for {name} on Discord (0123abcd)", tuple(addresses))
        pasted = PastedKey("ptlc_…4f2a", "0" * 32)
        link = Link(OWNER, "https://panel.example.com", who, "ptlc_…0001", moment, moment, None, own, pasted)
        parted = Parted(link.masked_key, own.description, fate, "I cannot reach the panel")
        linked = Linked(link, 3, replaced=True, parted=parted, pasted=pasted.masked, deleted=2)
        cause = RequestRefused(panel_words=words, retry_at=1.0)
        problem = SwapFailed(cause, tidied=Tidied((own.description,), (own.description, own.description)))
        result, gone = Swapped(link.masked_key, own, pasted, 2), Deleted(had=True, erased=False)
        return [
            _profile(link, own.description, own.description),
            _linked(linked),
            account.confirm_unlink(link, owner=OWNER, site=SITE),
            account.unlinked(
                Unlinking(gone, link.masked_key, parted, pasted.masked, (own.description,), 2), owner=OWNER, site=SITE
            ),
            swap.swapped(result, owner=OWNER, site=SITE, linked=account.whose(linked, SITE)),
            swap.failed(problem, owner=OWNER, site=SITE, linked=_linked(linked)),
            swap.failed(problem, owner=OWNER, site=SITE),
            swap.not_begun(cause, _linked(linked), owner=OWNER, site=SITE),
            swap.pasted_not_deleted(PastedNotDeleted(cause, pasted), owner=OWNER, site=SITE),
            *(swap.progress(step, list(SwapStep), SITE) for step in SwapStep),
        ]

    for mine, harmless in zip(
        screens(name, words, who), screens("x", words and "x", replace(who, username="x")), strict=True
    ):
        check(mine, harmless)


@given(problem=bot_errors)
async def test_the_message_of_any_error(problem: BotError) -> None:
    check(of_error(problem, AROUND), of_error(twin_error(problem), AROUND))


@given(page=history_pages(), narrowed=st.booleans(), days=st.integers(1, 3650))
async def test_any_page_of_the_record(page: HistoryPage, narrowed: bool, days: int) -> None:
    server = "5e000001" if narrowed else None
    harmless = replace(page, entries=tuple(twin_entry(entry) for entry in page.entries))

    check(
        history.history(page, owner=OWNER, server=server, days=days),
        history.history(harmless, owner=OWNER, server=server, days=days),
    )


@given(page=log_pages())
async def test_any_page_of_a_servers_log(page: LogPage) -> None:
    text = check(everyone(page, owner=OWNER), everyone(twin_log_page(page), owner=OWNER))

    assert text.count("\n<t:") == len(page.lines)


@given(
    text=hostile,
    local=st.from_regex(r"[a-z0-9._%+-]{1,20}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
)
async def test_an_e_mail_address_in_any_text_of_a_log_is_taken_out(text: str, local: str, domain: str) -> None:
    assert f"{local}@{domain}" not in without_email(f"{text} {local}@{domain} {text}")


@given(
    some=st.lists(servers(most=4), max_size=12, unique_by=lambda server: server.identifier),
    text=hostile,
    page=pages,
    of_others=st.booleans(),
    unreadable=st.integers(0, 3),
)
async def test_what_was_found_on_any_servers(
    some: list[GameServer], text: str, page: int, of_others: bool, unreadable: int
) -> None:
    def shown(these: list[GameServer], wanted: str) -> Screen:
        hits = tuple(Hit(server, row) for server in these for row in server.allocations)
        found = Findings(wanted, hits, len(these), tuple(these), unreadable, 1.0, of_others=of_others, is_admin=True)
        return findings(found, owner=OWNER, argument=as_argument("x" * ids.PACKED) or "", page=page)

    check(shown(some, text), shown([twin_server(server) for server in some], "x"))


@given(row=st.one_of(st.none(), allocations()))
async def test_the_words_above_a_list_opened_at_any_row(row: Allocation | None) -> None:
    assert structure(opened(row).text) == structure(opened(row and twin_allocation(row)).text)


@given(text=hostile.map(clean).filter(bool))
async def test_a_text_searched_for_comes_back_from_a_buttons_id_whole_or_does_not_go_there(text: str) -> None:
    argument = as_argument(text)

    assert argument is None or of_argument(argument) == text
    assert (argument is None) is (len(text.encode()) > ids.PACKED)


@given(entry=entries, now=st.one_of(st.none(), hostile), page=pages)
async def test_any_change_on_record(entry: Entry, now: str | None, page: int) -> None:
    off, harmless = (text and UndoOff("Now it is {subject}.", subject=text) for text in (now, now and "x"))

    check(
        history.change(entry, off or None, owner=OWNER, scope="all", page=page),
        history.change(twin_entry(entry), harmless or None, owner=OWNER, scope="all", page=page),
    )


def _filled_with(form: discord.ui.Modal) -> str:
    check_form(form)
    return str(form.to_dict()["components"][0]["component"].get("value") or "")


@given(server=servers(), row=allocations(), primary=st.booleans())
async def test_the_form_for_any_notes(server: GameServer, row: Allocation, primary: bool) -> None:
    row = replace(row, is_primary=primary)
    fits = len(row.notes or "") <= server.notes_limit

    assert _filled_with(prefilled_notes_form(OWNER, server, row)) == ((row.notes or "") if fits else "")


@given(allocation=allocation_ids, typed=st.booleans(), known=st.one_of(st.none(), servers()))
async def test_the_form_for_notes_that_were_not_read(allocation: int, typed: bool, known: GameServer | None) -> None:
    if known is not None and known.allocations and not typed:
        allocation = known.allocations[0].id

    assert _filled_with(unread_notes_form(OWNER, "5e000001", allocation, known=known, typed=typed)) == ""


@given(known=st.one_of(st.none(), servers()))
async def test_the_other_forms_about_a_server(known: GameServer | None) -> None:
    check_form(find_form(OWNER, "5e000001", known=known))
    check_form(lines_form(OWNER, "5e000001", ("voice", "map"), known=known))


@given(allocation=allocation_ids, address=names, text=hostile, theirs=notes)
async def test_the_form_for_a_text_edited_again(allocation: int, address: str, text: str, theirs: str | None) -> None:
    text = text[:NOTES_LIMIT]
    seen = mark_of(theirs)

    form = draft_notes_form(OWNER, "5e000001", allocation, address=address, text=text, seen=seen, limit=NOTES_LIMIT)

    assert _filled_with(form) == text


@given(server=servers(), mine=notes, unseen=st.booleans(), data=st.data())
async def test_the_question_whose_notes_stay(
    server: GameServer, mine: str | None, unseen: bool, data: st.DataObject
) -> None:
    assume(server.allocations)
    row = data.draw(st.sampled_from(server.allocations))
    twin = twin_server(server)
    other = next(each for each in twin.allocations if each.id == row.id)
    lines = ["\n".join("x" for _ in quoted(text or "", 600).splitlines()) for text in (row.notes, mine)]
    other = replace(other, notes=lines[0] or None)
    twin = replace(twin, allocations=tuple(other if each.id == row.id else each for each in twin.allocations))

    check(
        conflict(server, row, owner=OWNER, mine=mine or "", token="0123abcd", unseen=unseen),
        conflict(twin, other, owner=OWNER, mine=lines[1], token="0123abcd", unseen=unseen),
    )


@given(text=hostile, limit=st.integers(10, 600))
def test_a_quotation_of_any_text_is_lines_of_words_without_effect(text: str, limit: int) -> None:
    lines = quoted(text, limit).splitlines()

    assert all(line.startswith("> ") for line in lines)
    assert set(structure("\n".join(line[2:] for line in lines))) <= {"line end"}
    assert not lines or (clean(lines[0][2:]) and clean(lines[-1][2:]))
    assert sum(len(line) - 2 for line in lines) <= 3 * limit


@given(row=allocations(), primary=st.booleans())
def test_the_suggestion_of_any_allocation(row: Allocation, primary: bool) -> None:
    check_choice(_allocation_label(replace(row, is_primary=primary)), str(row.id))


@given(server=servers(most=2))
def test_the_suggestion_of_any_server(server: GameServer) -> None:
    check_choice(_server_label(server), server.identifier)


async def test_the_screens_that_hold_nothing_of_a_panel() -> None:
    check_form(link_form(OWNER, SITE))
    check_screen(
        help_screen(owner=OWNER, site=SITE, support_url="https://support.example.com/" + "x" * 400, privacy_url=None)
    )
    for around in (AROUND, Around(OWNER, SITE)):
        check_screen(of_bug("0123abcd", around))
    check_screen(account.exported({"x": "y"}))


@given(text=hostile)
async def test_a_select_takes_any_texts(text: str) -> None:
    item = select("v1:alloc.pick:1:5e000001:0", [(text, "1", text), (text, "2", text)], placeholder="Choose")

    check_components(Drawn([item]).to_components())
