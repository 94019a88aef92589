"""Which panel is simulated, and what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.panel.database import Engine


class Flavour(StrEnum):
    """A panel and the version of it whose behaviour is simulated."""

    PTERODACTYL_1_11 = "pterodactyl-1.11"
    PTERODACTYL_1_12 = "pterodactyl-1.12"
    PELICAN = "pelican"


@dataclass(frozen=True, slots=True)
class Traits:
    """What differs between flavours; what a flavour does not say is as in Pterodactyl 1.11."""

    engine: Engine = Engine.MARIADB
    """The database it is usually set up with."""
    php: str = "8.2.36"

    # Limits of requests
    requests_per_minute: int = 720
    creates_per_minute: int | None = None

    # Allocations
    creation_locks_server: bool = False
    rows_come_from_the_range: bool = False
    """Whether only ports of the configured range are handed out, free rows outside it never."""
    usual_range: tuple[int | str, int | str] = ("", "")
    """The range where the state names none; Pelican's form for switching creation on demands one."""
    first_port: int = 1025
    primary_is_protected: bool = True
    """Whether a primary can neither be deleted nor become a second server's primary."""
    notes_length: Mapping[Engine, int | None] = field(
        default_factory=lambda: {Engine.MARIADB: 191, Engine.SQLITE: None}
    )
    blocking_installs: frozenset[str] = frozenset({"installing", "install_failed"})
    """The states of an installation in which a server can only be looked at."""

    # Who asks
    key_prefix: str = "ptlc_"
    scheme_has_case: bool = True
    enforces_two_factor: bool = True
    address_is_checked_first: bool = True
    """Whether a key's list of addresses counts before a server is looked up."""
    session: str = "pterodactyl_session"
    null_addresses: bool = True
    """Whether a new key's list of addresses may be null."""

    # The machines of the servers
    daemon_is_passed_on: bool = True
    """Whether a machine's own status and text are passed on; else its failures are a missing server or a 500."""
    patience_for_resources: float = 15.0
    permission_for_no_signal: str = ""
    """What a power action without a signal that exists needs; nobody but who may do all has the empty one."""

    # What is shown
    account_has_id: bool = True
    users_are_shown_in_full: bool = False
    servers_show_more: bool = False
    permissions_are_described: bool = True
    activity_has_batches: bool = True
    activity_is_text: bool = False
    """Whether its activity log names addresses as people do, and strips tags of texts."""
    filters_know_wildcards: bool = True

    # Web pages
    html: str = "text/html; charset=UTF-8"
    login: str = "auth/login"
    unknown_pages_need_a_login: bool = True
    maintenance_redirects: bool = True
    answers_preflight: bool = True
    """Whether OPTIONS is answered as a browser's preflight, else with the verbs there are."""
    trims_invisible: bool = False
    """Whether more than blanks is trimmed of texts, as newer versions of the framework do."""


TRAITS = {
    Flavour.PTERODACTYL_1_11: Traits(),
    Flavour.PTERODACTYL_1_12: Traits(
        requests_per_minute=128, creates_per_minute=2, creation_locks_server=True, trims_invisible=True
    ),
    Flavour.PELICAN: Traits(
        engine=Engine.SQLITE,
        php="8.4.27",
        requests_per_minute=256,
        creates_per_minute=2,
        rows_come_from_the_range=True,
        usual_range=(25000, 25999),
        first_port=1024,
        primary_is_protected=False,
        notes_length={Engine.MARIADB: 255, Engine.SQLITE: None},
        blocking_installs=frozenset({"installing", "install_failed", "reinstall_failed"}),
        key_prefix="pacc_",
        scheme_has_case=False,
        enforces_two_factor=False,
        address_is_checked_first=False,
        session="pelican_session",
        null_addresses=False,
        daemon_is_passed_on=False,
        patience_for_resources=1.0,
        permission_for_no_signal="websocket.connect",
        account_has_id=False,
        users_are_shown_in_full=True,
        servers_show_more=True,
        permissions_are_described=False,
        activity_has_batches=False,
        activity_is_text=True,
        filters_know_wildcards=False,
        html="text/html; charset=utf-8",
        login="login",
        unknown_pages_need_a_login=False,
        maintenance_redirects=False,
        answers_preflight=False,
        trims_invisible=True,
    ),
}
