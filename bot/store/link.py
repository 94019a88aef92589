"""What is stored of one person, the sealed key apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.models import PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.store.connection import Row
from bot.store.lastuse import Use
from bot.store.moments import moment


@dataclass(frozen=True, slots=True)
class Link:
    """What is stored of one person, the key itself apart."""

    user_id: int
    panel: str
    """The origin of the panel that the key is bound to."""
    account: PanelAccount
    masked_key: str
    linked_at: datetime
    last_used_at: datetime | None
    last_server: str | None
    own: OwnKey | None = None
    """What is known of the key where the bot made it; None for one that was pasted."""
    pasted: PastedKey | None = None
    """The pasted key whose place that took, while its owner has not said what is to become of it."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion found, and whether the files keep no copy of it."""

    had: bool
    erased: bool
    """False while another program reads the database: the copy in its log is erased as soon as that lets go."""


def used_link(link: Link, use: Use) -> Link:
    """Return a link as it is after a use."""
    return replace(link, last_used_at=use.at, last_server=use.server or link.last_server)


def link_in(row: Row) -> Link:
    """Return the link that a row holds."""
    used, is_admin = row["last_used_at"], row["is_admin"]
    own, allowed, pasted = row["own_description"], row["own_allowed_ips"], row["pasted_mark"]
    return Link(
        user_id=row["user_id"],
        panel=row["panel_origin"],
        account=PanelAccount(
            row["panel_user_id"], row["panel_username"], is_admin=None if is_admin is None else bool(is_admin)
        ),
        masked_key=row["masked_key"],
        linked_at=moment(row["linked_at"]),
        last_used_at=None if used is None else moment(used),
        last_server=row["last_server"],
        own=None if own is None else OwnKey(own, tuple(allowed.split(",")) if allowed else ()),
        pasted=None if pasted is None else PastedKey(row["pasted_masked"], pasted),
    )
