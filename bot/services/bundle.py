"""The services together, as the cogs reach them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import GameServer
from bot.domain.pasted import PanelHosts
from bot.services.address.joining import Joining
from bot.services.address.sharing import Sharing
from bot.services.allocations import AllocationService
from bot.services.changing.history import HistoryService
from bot.services.changing.recorder import Recorder
from bot.services.changing.second_look import SecondLook
from bot.services.everyone import ServerLog
from bot.services.game.awaiting import Awaiting
from bot.services.game.checking import Checking
from bot.services.game.power import Power
from bot.services.game.probing import Probing
from bot.services.game.processes import Processes
from bot.services.game.since import PrimarySince
from bot.services.kept import DRAFT_KEPT, KeptTexts
from bot.services.keys.accounts import AccountService
from bot.services.keys.exporting import Exports
from bot.services.keys.keyring import Keyring
from bot.services.keys.lastword import LastWord
from bot.services.keys.pasted import PastedKeys
from bot.services.keys.swapping import Swapping
from bot.services.offers import Offers
from bot.services.ports import Clock, Games, Intents, Links, Names, Panel, Plans, Record, Resolver
from bot.services.servers.directory import Directory
from bot.services.servers.others import Others
from bot.services.servers.search import Finder
from bot.services.servers.seats import Seats
from bot.services.several.adding import SeveralService
from bot.services.several.staying import Staying
from bot.services.several.steps import Steps
from bot.services.together.fleet import Fleet
from bot.services.together.heeding import Heeding
from bot.services.together.turns import Turns


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case the bot offers."""

    accounts: AccountService
    exports: Exports
    keyring: Keyring
    swapping: Swapping
    pasted: PastedKeys
    directory: Directory
    others: Others
    allocations: AllocationService
    several: SeveralService
    history: HistoryService
    everyone: ServerLog
    finder: Finder
    second_look: SecondLook
    staying: Staying
    sharing: Sharing
    power: Power
    checking: Checking
    joining: Joining
    turns: Turns
    fleet: Fleet
    kept: KeptTexts
    drafts: KeptTexts
    """What was filled into the notes form and could not be saved at once."""

    @classmethod
    def assemble(
        cls,
        links: Links,
        record: Record,
        intents: Intents,
        plans: Plans,
        panel: Panel,
        *,
        names: Names,
        now: Clock,
        history_days: int,
        share: str,
        key_swap: str,
        key_allowed_ips: str,
        hosts: PanelHosts,
        power: bool,
        games: Games | None,
        hide_ips: bool,
        resolver: Resolver | None,
        fleet: Fleet | None = None,
    ) -> Services:
        """Return the services on the stores of links, changes, intents to make keys, plans and names, and a panel."""
        fleet = fleet or Fleet()
        seats, turns, last_word = Seats(), Turns(fleet), LastWord(fleet.exclusion)
        keyring = Keyring(links, intents, panel, last_word, now=now)
        kept, drafts = KeptTexts(links, fleet.texts), KeptTexts(links, fleet.texts, kind="draft", seconds=DRAFT_KEPT)
        accounts = AccountService(
            *(links, panel, seats), names=names, keyring=keyring, last_word=last_word, texts=(kept, drafts), now=now
        )
        exports = Exports(accounts, record, plans, names, keyring, now=now)
        swapping = Swapping(
            *(accounts, links, intents, panel),
            keyring=keyring,
            last_word=last_word,
            exclusion=fleet.exclusion,
            when=key_swap,
            locked=key_allowed_ips == "seen",
            now=now,
        )
        recorder = Recorder(record, now=now)
        allocations = AllocationService(accounts, panel, seats, turns, recorder, news=fleet.news)
        several = SeveralService(accounts, Steps(allocations, plans, record, turns, seats), plans, fleet=fleet, now=now)
        history = HistoryService(record, plans, allocations, now=now, days=history_days)
        others = Others(links, accounts, panel, seats)
        directory = Directory(accounts, panel, seats, others, hosts=hosts)
        processes, awaiting = Processes(accounts, panel), Awaiting(accounts, panel, record)
        fleet.listen(Heeding(links, names, accounts, seats, several))
        told = Power(*(accounts, panel, allocations, processes, awaiting), marks=fleet.marks, allowed=power, now=now)
        second_look, since = SecondLook(allocations, recorder, seats), PrimarySince(accounts, panel, record)
        return cls(
            *(accounts, exports, keyring, swapping, PastedKeys(accounts, links, panel, last_word), directory, others),
            *(allocations, several, history, ServerLog(accounts, panel, seats)),
            Finder(directory, others, seats),
            *(second_look, Staying(several, second_look, recorder)),
            *(Sharing(allocations, who=share, hide_ips=hide_ips, marks=fleet.marks), told),
            Checking(allocations, processes, awaiting, Probing(games, fleet, now=now)),
            Joining(allocations, names, since, seats, resolver, power=told, news=fleet.news, now=now),
            *(turns, fleet),
            *(kept, drafts),
        )

    def offers(self, server: GameServer) -> Offers:
        """Return what this person is offered on the list of the server as it was just read."""
        return Offers(
            self_service_off=self.allocations.auto_allocation_off,
            share=self.sharing.offers(server),
            power=self.power.offers(server),
            only_looks=not self.power.may_tell(server),
            check=self.checking.offered,
        )
