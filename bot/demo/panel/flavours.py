"""Which panel is simulated, and the numbers that differ between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.demo.panel.database import Engine


class Flavour(StrEnum):
    """A panel and the version of it whose behaviour is simulated."""

    PTERODACTYL_1_11 = "pterodactyl-1.11"
    PTERODACTYL_1_12 = "pterodactyl-1.12"
    PELICAN = "pelican"


@dataclass(frozen=True, slots=True)
class Traits:
    """What differs between flavours on the allocation endpoints."""

    requests_per_minute: int
    creates_per_minute: int | None
    primary_deletable: bool
    creation_locks_server: bool
    engine: Engine
    """The database it is usually set up with."""
    account_has_id: bool = True
    users_are_shown_in_full: bool = False
    activity_has_batches: bool = True
    activity_is_text: bool = False
    """Whether its activity log names addresses as people do, and strips tags of texts."""
    filters_know_wildcards: bool = True


TRAITS = {
    Flavour.PTERODACTYL_1_11: Traits(
        720, None, primary_deletable=False, creation_locks_server=False, engine=Engine.MARIADB
    ),
    Flavour.PTERODACTYL_1_12: Traits(
        128, 2, primary_deletable=False, creation_locks_server=True, engine=Engine.MARIADB
    ),
    Flavour.PELICAN: Traits(
        256,
        2,
        primary_deletable=True,
        creation_locks_server=False,
        engine=Engine.SQLITE,
        account_has_id=False,
        users_are_shown_in_full=True,
        activity_has_batches=False,
        activity_is_text=True,
        filters_know_wildcards=False,
    ),
}
