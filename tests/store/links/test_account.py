"""What is learned of a link's panel account later is noted on that link, and on no other."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.models import PanelAccount
from bot.store.links import LinkStore
from tests.store.links.people import ANN, BOB, KEY, NOON, OTHER


async def test_whether_an_account_is_an_administrators_is_kept_and_can_be_learned_later(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.save(BOB, PanelAccount(2, "bob", is_admin=True), OTHER, at=NOON)
    before = await store.get(ANN)
    await store.open(ANN)  # so that the row is in memory too

    store.learned(ANN, is_admin=False, linked_at=NOON)

    opened, read, bob = await store.open(ANN), await store.get(ANN), await store.get(BOB)
    assert before is not None
    assert opened is not None
    assert read is not None
    assert bob is not None
    assert [link.account.is_admin for link in (before, opened[0], read, bob)] == [None, False, False, True]


async def test_what_is_learned_of_a_replaced_link_is_not_noted_on_the_new_one(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.save(ANN, PanelAccount(2, "anna"), OTHER, at=NOON + timedelta(days=1))
    await store.open(ANN)

    store.learned(ANN, is_admin=True, linked_at=NOON)

    opened, read = await store.open(ANN), await store.get(ANN)
    assert opened is not None
    assert read is not None
    assert [opened[0].account.is_admin, read.account.is_admin] == [None, None]
