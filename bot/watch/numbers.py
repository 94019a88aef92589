"""The numbers of the running bot, as Prometheus reads them. Needs the extra `metrics`.

No label holds anything that a person, a Discord server, a game server or a panel could be known by.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot import __version__

TYPE = CONTENT_TYPE_LATEST
"""The media type of what `told` returns."""
_ANSWERED = (0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10, 30, 60)
_PANEL = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 12)
_DATABASE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 3)
_LAG = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
_WAIT = (1, 5, 10, 30, 60, 120, 600, 3600)


class Numbers:
    """Takes note of what the bot does, and tells the sums."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._interactions = self._counter("interactions", "Interactions answered, or given up.", "verb", "outcome")
        # Without labels, so that it is told from the start: of a series that begins at 1 no increase is seen.
        self._bugs = self._counter("bugs", "Mistakes of the bot itself; the log has each with its reference.")
        self._acknowledged = self._histogram(
            "interaction_acknowledged_seconds",
            "From an interaction's making to Discord's having a first answer; it waits 3 seconds.",
            _ANSWERED,
        )
        self._answered = self._histogram(
            "interaction_answered_seconds", "From an interaction's making to its final answer.", _ANSWERED, "verb"
        )
        self._requests = self._histogram(
            "panel_request_seconds", "Requests to the panel.", _PANEL, "method", "route", "status"
        )
        self._held = self._histogram(
            "panel_held_back_seconds",
            "Requests refused or held back, as the panel's limit was used up: time left.",
            _WAIT,
            "limiter",
        )
        self._transactions = self._histogram(
            "database_seconds", "Transactions, from when they were asked for.", _DATABASE, "kind"
        )
        self.lag = self._histogram("loop_lag_seconds", "How late the event loop gets to what is due.", _LAG)
        self.links = self._gauge("links", "Panel accounts that are linked, counted once a minute.")
        Info("berth_build", "Which version this is.", registry=self._registry).info({"version": __version__})

    def watch(self, name: str, words: str, tell: Callable[[], float]) -> None:
        """Tell one more number, asked for whenever all are."""
        self._gauge(name, words).set_function(tell)

    def told(self) -> bytes:
        """Return all numbers in the form that Prometheus reads."""
        return generate_latest(self._registry)

    def interaction(self, verb: str, outcome: str, *, acknowledged: float | None, seconds: float) -> None:
        """Note an interaction."""
        self._interactions.labels(verb, outcome).inc()
        self._answered.labels(verb).observe(seconds)
        if acknowledged is not None:
            self._acknowledged.observe(acknowledged)

    def bug(self) -> None:
        """Note a mistake of the bot itself."""
        self._bugs.inc()

    def panel_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Note a request to the panel."""
        self._requests.labels(method, route, status).observe(seconds)

    def held_back(self, limiter: str, seconds: float) -> None:
        """Note that the panel's own limit is waited for."""
        self._held.labels(limiter).observe(seconds)

    def database(self, kind: str, seconds: float) -> None:
        """Note a transaction."""
        self._transactions.labels(kind).observe(seconds)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"berth_{name}", words, labels, registry=self._registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(f"berth_{name}", words, registry=self._registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"berth_{name}", words, labels, buckets=buckets, registry=self._registry)
