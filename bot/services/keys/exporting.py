"""Everything that is stored of a person, as plain JSON values; of keys only what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.models import GivenName
from bot.domain.plan import Plan
from bot.domain.record import Entry
from bot.services.keys.accounts import AccountService
from bot.services.keys.keyring import Keyring
from bot.services.ports import Clock, IntentLike, LinkLike, Names, Plans, Record

_EXPORTED = 100_000


class Exports:
    """Gathers what is stored of a person in all places."""

    def __init__(
        self, accounts: AccountService, record: Record, plans: Plans, names: Names, keyring: Keyring, *, now: Clock
    ) -> None:
        self._accounts = accounts
        self._record = record
        self._plans = plans
        self._names = names
        self._keyring = keyring
        self._now = now

    async def of(self, user_id: int) -> dict[str, Any]:
        """Return everything stored about this person as plain JSON values, the key only masked; raise NotLinked."""
        link = await self._accounts.stored(user_id)
        changes = await self._record.newest(user_id, server=None, limit=_EXPORTED)
        return _exported(
            user_id,
            link,
            changes=changes,
            plans=await self._plans.all(user_id),
            names=await self._names.given_by(user_id),
            left=await self._keyring.left_of(user_id),
            at=self._now(),
        )


def _exported(
    user_id: int,
    link: LinkLike,
    *,
    changes: Sequence[Entry],
    plans: Sequence[Plan],
    names: Sequence[GivenName],
    left: Sequence[IntentLike],
    at: datetime,
) -> dict[str, Any]:
    """Return a person's link, record, plans, the names they gave, and the keys that may be `left` on the panel."""
    return {
        "discord_user_id": str(user_id),
        "panel": link.panel,
        "panel_account": {
            "id": link.account.id,
            "username": link.account.username,
            "administrator": link.account.is_admin,
        },
        "api_key": {
            "masked": link.masked_key,
            "stored": "encrypted",
            "made_by_the_bot": link.own is not None,
            "description": link.own.description if link.own else None,
            "works_from": list(link.own.allowed_ips) if link.own else None,
        },
        "pasted_key": {"masked": link.pasted.masked, "mark": link.pasted.mark} if link.pasted else None,
        "keys_to_remove": [
            {"description": intent.description, "since": intent.begun_at.isoformat()} for intent in left
        ],
        "linked_at": link.linked_at.isoformat(),
        "last_used_at": link.last_used_at.isoformat() if link.last_used_at else None,
        "last_server": link.last_server,
        "changes": [_change(entry) for entry in changes],
        "several": [plan.to_values() for plan in plans],
        "names": [
            {"server": given.server, "name": given.name.text, "given_at": given.at.isoformat()} for given in names
        ],
        "exported_at": at.isoformat(timespec="seconds"),
    }


def _change(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "server": {"identifier": entry.server, "name": entry.server_name},
        "change": entry.verb,
        "allocation": {"id": entry.allocation_id, "address": entry.address},
        "before": entry.before,
        "after": entry.after,
        "outcome": entry.outcome.value,
    }
