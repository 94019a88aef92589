"""Where a name leads, as DNS tells it, and what that means for a server's primary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.domain.hostnames import JoinName
from bot.domain.led import Address, Beside, beside_in, is_inner, shown_of
from bot.domain.models import Allocation
from bot.domain.srv import BEDROCK_PORT, GAMES, MINECRAFT, OF_RECORD, Game
from bot.domain.toset import addresses_of, all_to_set, both_to_set, can_have, port_to_set, record_of


@dataclass(frozen=True, slots=True)
class Target:
    """One service record: where a game's client connects that asked for it."""

    record: str
    """What stands before the name, as `_minecraft._tcp`."""
    host: str
    """Where it leads; empty for the record that says that there is no such service."""
    port: int
    priority: int
    weight: int
    addresses: tuple[Address, ...] = ()
    trouble: str = ""
    """Why not all of its addresses could be looked up, after "because"."""

    @property
    def game(self) -> Game:
        """The game whose clients ask for it."""
        return OF_RECORD[self.record]


@dataclass(frozen=True, slots=True)
class Memory:
    """How old that is which DNS was not asked for anew, as it was answered before and that still holds."""

    age: float
    """Seconds since the oldest of those answers."""
    holds: float
    """Seconds until none of them holds any more."""
    whole: bool
    """Whether nothing that was answered just now is beside them."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What DNS says of a name."""

    addresses: tuple[Address, ...] = ()
    targets: tuple[Target, ...] = ()
    """Those that clients may take, the likeliest of each game first."""
    not_seen: tuple[tuple[str, int], ...] = ()
    """The service records of which clients may take more than those, each with how many more."""
    trouble: str = ""
    """Why not all of its own addresses could be looked up, after "because"."""
    failed: tuple[tuple[str, str], ...] = ()
    """The service records that could not be looked up, each with why."""
    memory: Memory | None = None
    """Of what age the remembered among it is; None where DNS was asked for all of it just now."""

    def more(self, record: str) -> int:
        """Return how many service records of a kind clients may take besides those that were looked at."""
        return dict(self.not_seen).get(record, 0)


class Leads(Enum):
    """What a name means for a server."""

    UNKNOWN = auto()
    """It could not be looked up."""
    NOWHERE = auto()
    """DNS has no address for it."""
    TO_NO_SERVICE = auto()
    """Its service record says that there is none."""
    BY_RECORD = auto()
    """A service record leads to the primary: no port is needed."""
    TO_OLD_PORT = auto()
    """The service record leads to the server, and to another port than the primary's."""
    PARTLY = auto()
    """Some of its service records lead to the primary, and others do not."""
    BY_DEFAULT = auto()
    """The address is right, and the primary has the game's own port: no port is needed."""
    WITH_PORT = auto()
    """The address is right, and so is the port that players type after the name."""
    PORT_MISSING = auto()
    """The address is right, and players have to type the port, which the name does not hold."""
    UNKNOWN_GAME = auto()
    """The address is right, and which port the game's client takes by itself is not known."""
    TO_OTHER_PORT = auto()
    """The address is right, and players type a port that is not the primary's."""
    ELSEWHERE = auto()
    """It leads to another address than the server's."""
    INNER = auto()
    """It cannot be compared: the address that the panel tells, or the one the name leads to, is of an inner network."""


TO_PRIMARY = frozenset({Leads.BY_RECORD, Leads.BY_DEFAULT, Leads.WITH_PORT, Leads.PORT_MISSING, Leads.UNKNOWN_GAME})
"""What leads to the primary, at which a game that has been running since before a change does not listen yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a name means for a server's primary, and what it was found by."""

    leads: Leads
    name: JoinName
    primary: Allocation
    trouble: str = ""
    target: Target | None = None
    """The service record in question."""
    address: Address | None = None
    """Where the name leads instead."""
    not_seen: int = 0
    """How many service records the game may take besides those that were looked at."""
    to_set: tuple[str, ...] = ()
    """The records that would make it right, as a zone file has them."""
    for_game: str = ""
    """Whose clients find it, of a server whose game is not known."""
    astray: tuple[Target, ...] = ()
    """All service records that the game may take and that lead elsewhere, of those that were looked at."""
    choices: int = 0
    """How many service records those are."""
    by_port: bool = False
    """Whether who types the primary's port after the name finds it, whatever the service record says."""
    beside: tuple[Beside, ...] = ()
    others: tuple[Target, ...] = ()
    """Where the records of games lead elsewhere, of a server whose game is not known: they may be another server's."""


def records_for(name: JoinName, game: Game | None) -> tuple[str, ...]:
    """Return what is to be asked for before a name; nothing where players type a port with which no client asks."""
    if not _asks(name, game):
        return ()
    return tuple(one.record for one in ((game,) if game else GAMES) if can_have(one.record, name))


def _asks(name: JoinName, game: Game | None) -> bool:
    """Tell whether clients ask for a record of this name, with the port that is typed after it."""
    return name.port is None or (game is not None and game.asks_though_typed(name.port))


def judged(name: JoinName, primary: Allocation, game: Game | None, resolved: Resolved) -> Finding:
    """Return what DNS's answer means for a server with this primary.

    What could not be looked up may be right: it makes a finding unknown, unless the rest settles it.
    """
    ours = addresses_of(primary)
    if game is MINECRAFT and primary.port == BEDROCK_PORT:
        game = None
    if not _asks(name, game):
        return _by_address(name, primary, game, resolved, ours)
    if game is None:
        return _of_any_game(name, primary, resolved, ours)
    failed = dict(resolved.failed).get(game.record)
    if failed:
        return Finding(Leads.UNKNOWN, name, primary, failed)
    if any(target.record == game.record for target in resolved.targets):
        return _by_record(name, primary, game, ours, resolved)
    return _by_address(name, primary, game, resolved, ours)


def _of_any_game(name: JoinName, primary: Allocation, resolved: Resolved, ours: tuple[Address, ...]) -> Finding:
    """Judge a name of a server whose game is not known: no record of it need be that game's."""
    off: dict[str, tuple[Leads, Target]] = {}
    for target in resolved.targets:
        leads = _of_target(target, primary, ours)
        if leads is not Leads.BY_RECORD:
            off.setdefault(target.record, (leads, target))
    others = tuple(target for leads, target in off.values() if leads not in (Leads.UNKNOWN, Leads.INNER))
    right = next((target for target in resolved.targets if target.record not in off), None)
    if right is not None:
        found = Finding(Leads.BY_RECORD, name, primary, target=right, not_seen=resolved.more(right.record))
        return replace(found, for_game=right.game.name, others=others)
    unknown = [why for _, why in resolved.failed]
    unknown += [target.trouble for leads, target in off.values() if leads is Leads.UNKNOWN]
    if unknown:
        return Finding(Leads.UNKNOWN, name, primary, unknown[0])
    return replace(_by_address(name, primary, None, resolved, ours), others=others)


def _by_record(
    name: JoinName, primary: Allocation, game: Game, ours: tuple[Address, ...], resolved: Resolved
) -> Finding:
    """Judge a name by the service records that its game's clients ask for."""
    seen = [(_of_target(target, primary, ours), target) for target in resolved.targets]
    typed = name.port if game.keeps_typed_port else None
    if typed is not None:
        seen = [(Leads.BY_RECORD if leads is Leads.TO_OLD_PORT else leads, target) for leads, target in seen]
    right = [target for leads, target in seen if leads is Leads.BY_RECORD]
    wrong = [(leads, target) for leads, target in seen if leads is not Leads.BY_RECORD]
    led = [address for target in right for address in target.addresses]
    not_seen = resolved.more(game.record)
    found = Finding(Leads.BY_RECORD, name, primary, not_seen=not_seen, beside=beside_in(led, ours))
    if not wrong and typed is not None:
        return replace(found, leads=Leads.WITH_PORT if typed == primary.port else Leads.TO_OTHER_PORT)
    if not wrong:
        return replace(found, target=right[0])
    trouble = next((target.trouble for leads, target in wrong if leads is Leads.UNKNOWN), "")
    if trouble:
        return replace(found, leads=Leads.UNKNOWN, trouble=trouble)
    leads, target = wrong[0]
    found = replace(
        found,
        leads=leads,
        target=target,
        address=shown_of(target.addresses),
        astray=tuple(target for _, target in wrong),
        choices=len(seen),
        by_port=name.port is None and _finds_by_port(primary, game, ours, resolved, {leads for leads, _ in seen}),
    )
    if right:
        # What is to be set is there already; the other one is to go.
        return replace(found, leads=Leads.PARTLY)
    if leads is Leads.TO_OLD_PORT:
        return replace(found, to_set=(record_of(target.record, name, primary.port, target.host),))
    if leads is Leads.INNER:
        return found
    there = any(address in ours for address in resolved.addresses)
    leading = (target.record, target.host, target.port)
    return replace(found, to_set=both_to_set(name, primary, leading, is_there=there))


def _finds_by_port(
    primary: Allocation, game: Game, ours: tuple[Address, ...], resolved: Resolved, led: set[Leads]
) -> bool:
    if game.keeps_typed_port:
        return led <= {Leads.BY_RECORD, Leads.TO_OLD_PORT}
    return not game.asks_though_typed(primary.port) and any(address in ours for address in resolved.addresses)


def _of_target(target: Target, primary: Allocation, ours: tuple[Address, ...]) -> Leads:
    if not target.host:
        return Leads.TO_NO_SERVICE
    wrong = _place(target.addresses, ours) if target.addresses else Leads.NOWHERE
    if wrong is None:
        return Leads.BY_RECORD if target.port == primary.port else Leads.TO_OLD_PORT
    return Leads.UNKNOWN if target.trouble else wrong


def _by_address(
    name: JoinName, primary: Allocation, game: Game | None, resolved: Resolved, ours: tuple[Address, ...]
) -> Finding:
    """Judge a name by its address: what counts where players type a port, or no record says one."""
    wrong = _place(resolved.addresses, ours) if resolved.addresses else Leads.NOWHERE
    if wrong is not None and resolved.trouble:
        return Finding(Leads.UNKNOWN, name, primary, resolved.trouble)
    if wrong is Leads.NOWHERE:
        return Finding(Leads.NOWHERE, name, primary, to_set=all_to_set(name, primary, game))
    if wrong is not None:
        return Finding(wrong, name, primary, address=shown_of(resolved.addresses))
    here = Finding(Leads.UNKNOWN_GAME, name, primary, beside=beside_in(resolved.addresses, ours))
    if name.port is not None:
        return replace(here, leads=Leads.WITH_PORT if name.port == primary.port else Leads.TO_OTHER_PORT)
    if game is None:
        return here
    if primary.port == game.port:
        return replace(here, leads=Leads.BY_DEFAULT)
    return replace(here, leads=Leads.PORT_MISSING, to_set=port_to_set(name, primary, game))


def _place(addresses: Sequence[Address], ours: tuple[Address, ...]) -> Leads | None:
    """Return what is wrong with where addresses lead; None where one of them is the server's."""
    if any(address in ours for address in addresses):
        return None
    if all(is_inner(address) for address in ours) or all(is_inner(address) for address in addresses):
        return Leads.INNER
    return Leads.ELSEWHERE
