"""A simulated game panel: an independent reading of the client API, used by the demo and the tests."""

from bot.demo.panel.app import SimulatedPanel
from bot.demo.panel.daemon import Daemon, Process, Reply
from bot.demo.panel.database import Database, Engine
from bot.demo.panel.faults import Fault, Faults, Hold
from bot.demo.panel.flavours import Flavour
from bot.demo.panel.page import WebPage
from bot.demo.panel.records import (
    Activity,
    Allocation,
    ApiKey,
    Build,
    KeyKind,
    Maintenance,
    Node,
    Server,
    User,
)
from bot.demo.panel.requests import RecordedRequest, RequestLog
from bot.demo.panel.state import PanelState

__all__ = [
    "Activity",
    "Allocation",
    "ApiKey",
    "Build",
    "Daemon",
    "Database",
    "Engine",
    "Fault",
    "Faults",
    "Flavour",
    "Hold",
    "KeyKind",
    "Maintenance",
    "Node",
    "PanelState",
    "Process",
    "RecordedRequest",
    "Reply",
    "RequestLog",
    "Server",
    "SimulatedPanel",
    "User",
    "WebPage",
]
