"""Whatever an account is called, and whatever became of its keys, what is told of them keeps its structure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hostnames import JoinName
from bot.domain.models import PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.panel.errors import RequestRefused
from bot.services.address.joining import OwnName
from bot.services.keys.accounts import Linked, Unlinking
from bot.services.keys.keyring import Fate, Parted, Tidied
from bot.services.keys.swap_errors import PastedNotDeleted, SwapFailed
from bot.services.keys.swapping import Step as SwapStep
from bot.services.keys.swapping import Swapped
from bot.store.intents import Intent
from bot.store.link import Deleted, Link
from bot.ui.address.given import names_given
from bot.ui.keys import account, swap
from bot.ui.parts.screen import Screen
from tests.property.discord_rules import (
    SITE,
    check_screen,
)
from tests.property.screens import check
from tests.property.strategies import (
    OWNER,
    accounts,
    hostile,
    names,
)


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


@given(called=st.lists(st.one_of(st.none(), names), max_size=12), page=st.integers(0, 3))
async def test_the_names_one_gave_whatever_their_servers_are_called(called: list[str | None], page: int) -> None:
    own = [OwnName(f"{number:08x}", JoinName("play.example.org"), name) for number, name in enumerate(called)]
    harmless = [replace(one, called="x" if one.called else one.called) for one in own]

    check(names_given(own, owner=OWNER, page=page), names_given(harmless, owner=OWNER, page=page))


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
