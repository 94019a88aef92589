"""What the services need of the panel and the store, so that they depend on neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.activity import LoggedChange, LoggedPage
from bot.domain.keys import AccountKey, Allowed, CreatedKey
from bot.domain.models import Allocation, ApiKey, GameServer, GivenName, Listing, PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.domain.plan import Plan
from bot.domain.power import Resources, Signal
from bot.domain.probe import Probe
from bot.domain.progress import Progress
from bot.domain.record import Entry
from bot.domain.resolved import Resolved

Clock = Callable[[], datetime]
"""Returns the current time, aware, in UTC."""


class LinkLike(Protocol):
    """What is stored of one person, the key itself apart."""

    @property
    def account(self) -> PanelAccount:
        """The panel account."""

    @property
    def panel(self) -> str:
        """The origin of the panel that the key is for."""

    @property
    def masked_key(self) -> str:
        """Prefix and last four characters of the key."""

    @property
    def linked_at(self) -> datetime:
        """When the key was linked."""

    @property
    def last_used_at(self) -> datetime | None:
        """When the key was last used."""

    @property
    def last_server(self) -> str | None:
        """The identifier of the server last acted on."""

    @property
    def own(self) -> OwnKey | None:
        """What is known of the key where the bot made it; None for one that was pasted."""

    @property
    def pasted(self) -> PastedKey | None:
        """The pasted key whose place that took, while its owner has not said what is to become of it."""


class DeletedLike(Protocol):
    """What a deletion of everything stored of a person came to."""

    @property
    def had(self) -> bool:
        """Whether there was anything."""

    @property
    def erased(self) -> bool:
        """Whether no file keeps a copy; False while another program reads the database, and only until it lets go."""


class Links(Protocol):
    """Where links are kept."""

    async def count(self) -> int:
        """Return how many people are linked."""

    async def save(self, user_id: int, account: PanelAccount, key: ApiKey, *, at: datetime) -> tuple[LinkLike, bool]:
        """Store a link; return it, and whether it took the place of an earlier one.

        Where that held a key of the bot's own, an intent to remove it from the panel is written in the same moment.
        """

    async def swap(self, user_id: int, key: ApiKey, own: OwnKey, pasted: PastedKey) -> bool:
        """Store a key of the bot's own in place of the pasted one and clear its intent; False for who has no link."""

    async def settle_pasted(self, user_id: int, mark: str) -> None:
        """Forget the pasted key of this mark: its owner has said what is to become of it."""

    async def get(self, user_id: int) -> LinkLike | None:
        """Return the link, or None."""

    async def open(self, user_id: int) -> tuple[LinkLike, ApiKey] | None:
        """Return the link with its key, or None."""

    async def use(self, user_id: int, *, at: datetime, server: str | None) -> tuple[LinkLike, ApiKey] | None:
        """Return the same to somebody who acts with the key, and note that; a note that fails is only logged."""

    def learned(self, user_id: int, *, is_admin: bool, linked_at: datetime) -> None:
        """Note whether the account linked then is an administrator's; nobody waits for it."""

    async def delete(self, user_id: int) -> DeletedLike:
        """Delete everything stored of the person."""

    def forget(self, user_id: int) -> None:
        """Read this person's link anew the next time: another process has changed it."""

    def trust(self, *, told_of_changes: bool) -> None:
        """Keep links in memory, or read each anew: while nobody tells what other processes change."""


class IntentLike(Protocol):
    """Keys that may be on the panel without anybody who holds them."""

    @property
    def user_id(self) -> int:
        """Whose account it is."""

    @property
    def description(self) -> str:
        """How their descriptions begin."""

    @property
    def begun_at(self) -> datetime:
        """When the first of them was about to be made."""

    @property
    def key(self) -> ApiKey | None:
        """The key with which they were made; None where it does not open any more."""

    @property
    def given_up(self) -> bool:
        """Whether they are no longer looked for."""


class Intents(Protocol):
    """Where the intents to make a key are kept: written before it is made, cleared once it is stored or removed."""

    async def begin(self, user_id: int, description: str, key: ApiKey, *, at: datetime) -> None:
        """Write one down; raises NotLinked after an unlink."""

    async def of(self, user_id: int) -> Sequence[IntentLike]:
        """Return this person's intents."""

    async def whose(self) -> Sequence[int]:
        """Return who has any."""

    async def give_up(self, user_id: int, description: str) -> None:
        """Keep one without its key, for its person to be told of; never raises."""

    async def clear(self, user_id: int, description: str) -> None:
        """Forget one; never raises."""


class Panel(Protocol):
    """The panel calls; each raises a `PanelError` when the answer is not the wanted one."""

    async def account(self, key: ApiKey) -> PanelAccount:
        """Return whom the key belongs to."""

    async def listing(self, key: ApiKey, *, others: bool = False, progress: Progress | None = None) -> Listing:
        """Return all servers of the key's user, with what the panel failed to list; with `others` those of others."""

    async def server(self, key: ApiKey, server: str) -> GameServer:
        """Return one server with permissions."""

    async def allocations(self, key: ApiKey, server: str) -> tuple[Allocation, ...]:
        """Return a server's allocations."""

    async def create(self, key: ApiKey, server: str) -> Allocation:
        """Assign an allocation."""

    async def set_notes(self, key: ApiKey, server: str, allocation: int, notes: str | None) -> Allocation:
        """Set or clear the notes."""

    async def set_primary(self, key: ApiKey, server: str, allocation: int) -> Allocation:
        """Make an allocation the primary."""

    async def delete(self, key: ApiKey, server: str, allocation: int) -> None:
        """Delete an allocation."""

    async def activity(self, key: ApiKey, server: str, *, event: str) -> tuple[LoggedChange, ...]:
        """Return what the panel's log says of this server's last changes of one kind, newest first."""

    async def resources(self, key: ApiKey, server: str) -> Resources:
        """Return what a server's process does, as the panel last heard of it."""

    async def power(self, key: ApiKey, server: str, signal: Signal) -> None:
        """Have a server's process start or restart; returns when that is accepted, not when it is done."""

    async def log(
        self, key: ApiKey, server: str, *, events: str = "", oldest_first: tuple[int, int] | None = None
    ) -> LoggedPage:
        """Return the newest lines of this server's log, or a page counted from its beginning, newest first."""

    async def keys(self, key: ApiKey) -> tuple[AccountKey, ...]:
        """Return all client API keys of the account that the key belongs to."""

    async def create_key(self, key: ApiKey, *, description: str, allowed_ips: Sequence[Allowed]) -> CreatedKey:
        """Make a client API key that works from these addresses only; from everywhere if there are none."""

    async def delete_key(self, key: ApiKey, identifier: str) -> None:
        """Delete a client API key of the account, be it the one used; raise KeyNotThere for one that is gone."""


class Record(Protocol):
    """Where changes are written down."""

    async def begin(self, entry: Entry) -> int:
        """Write down a change that is about to be sent; return its number. Raises NotLinked after an unlink."""

    async def settle(self, number: int, entry: Entry) -> None:
        """Write down what became of it; never raises, for the change has been made."""

    async def withdraw(self, user_id: int, number: int) -> None:
        """Take an entry back, for the panel was not asked or took nothing for now; never raises."""

    async def add(self, entry: Entry) -> int | None:
        """Write down a change that was made and return its number; never raises, writes nothing after an unlink."""

    async def page(self, user_id: int, *, server: str | None, offset: int, limit: int) -> tuple[list[Entry], int]:
        """Return some of a person's entries, newest first, and how many there are."""

    async def newest(self, user_id: int, *, server: str | None, limit: int) -> list[Entry]:
        """Return the newest of a person's entries, the newest first."""

    async def one(self, user_id: int, number: int) -> Entry | None:
        """Return one entry of this person, or None."""

    async def forget_before(self, moment: datetime) -> int:
        """Delete what is older, or too much for one person; return how many entries that were."""


class Plans(Protocol):
    """Where plans to add several ports are kept."""

    async def begin(self, plan: Plan) -> int:
        """Write a new plan down; return its number. Raises NotLinked after an unlink."""

    async def save(self, plan: Plan) -> None:
        """Write down how far a plan is before something is sent; raises PlanForgotten if it is not kept any more."""

    async def settle(self, plan: Plan) -> None:
        """Write down how far a plan is after something was done; never raises."""

    async def one(self, user_id: int, number: int) -> Plan | None:
        """Return one plan of this person, or None."""

    async def all(self, user_id: int) -> list[Plan]:
        """Return this person's plans, newest first."""

    async def forget_before(self, moment: datetime) -> int:
        """Delete what is older; return how many plans that were."""


class Games(Protocol):
    """The games themselves, asked over the network."""

    async def ask(self, host: str, port: int) -> Probe:
        """Return what answers at an address, or why it is not asked; it takes three seconds at most."""


class Names(Protocol):
    """Where the names that players type are kept; they are read from memory."""

    async def load(self) -> None:
        """Read all of them."""

    def of(self, server: str) -> GivenName | None:
        """Return the name of a server, or None."""

    def doubt(self, server: str) -> None:
        """Have the name of one server read anew soon, which another process may have changed; never raises."""

    def forget(self, user_id: int) -> tuple[str, ...]:
        """Drop from memory what this person gave, which is deleted; return the servers it was of."""

    async def read_again(self, server: str) -> None:
        """Read the name of one server anew, which another process may have changed."""

    async def put(self, given: GivenName) -> None:
        """Keep a name in place of the server's earlier one. Raises NotLinked after an unlink."""

    async def clear(self, server: str) -> None:
        """Forget the name of a server."""

    async def given_by(self, user_id: int) -> list[GivenName]:
        """Return every name that this person gave, the oldest first."""

    async def left(self, user_id: int) -> tuple[str, ...]:
        """Take note that what this person gave is deleted; return the servers it was of."""


class Resolver(Protocol):
    """The DNS, asked over the network."""

    async def look_up(self, host: str, records: Sequence[str]) -> Resolved:
        """Return where a name leads, by its address and by these service records; it takes a second at most."""
