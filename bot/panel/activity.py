"""Pydantic models of the panel's activity log; e-mail and IP addresses in it are not read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from bot.domain.activity import LoggedChange, LoggedPage, has_texts
from bot.panel.wire import ServerListMeta, Wire, absent_as_none


def _properties(value: Any) -> Any:
    """Read Pelican's empty list, which is an empty object, as one; and leave out what is not text."""
    return {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}


class ActorAttributes(Wire):
    """Who did it."""

    username: str


class Actor(Wire):
    """`{"object": "user", "attributes": {…}}`."""

    object: Literal["user"]
    attributes: ActorAttributes


class ActivityRelationships(Wire):
    """What `include=actor` adds; `null_resource` where there is none or the account is gone."""

    actor: Annotated[Actor | None, BeforeValidator(absent_as_none)] = None


class ActivityAttributes(Wire):
    """Attributes of one line of the log."""

    event: str
    batch: Any = None
    """Always null; only Pterodactyl has it."""
    is_api: bool = False
    properties: Annotated[dict[str, str], BeforeValidator(_properties), Field(default_factory=dict)]
    timestamp: AwareDatetime
    relationships: ActivityRelationships = ActivityRelationships()

    def to_domain(self) -> LoggedChange:
        """Return the line."""
        actor = self.relationships.actor
        return LoggedChange(
            event=self.event,
            address=self.properties.get("allocation"),
            username=actor.attributes.username if actor else None,
            at=self.timestamp,
            is_api=self.is_api,
            texts=self._texts,
        )

    @property
    def _texts(self) -> tuple[str, str] | None:
        # No text is null on Pterodactyl and empty on Pelican.
        pair = (self.properties.get("old", ""), self.properties.get("new", ""))
        return pair if has_texts(self.event) and any(pair) else None


class ActivityObject(Wire):
    """`{"object": "activity_log", "attributes": {…}}`."""

    object: Literal["activity_log"]
    attributes: ActivityAttributes


class ActivityList(Wire):
    """One page of `GET …/servers/{id}/activity`."""

    object: Literal["list"]
    data: list[ActivityObject]
    meta: ServerListMeta = ServerListMeta()

    def to_domain(self) -> LoggedPage:
        """Return the lines newest first; the panel gives those of one second oldest first, whichever way it sorts."""
        lines = sorted((item.attributes.to_domain() for item in self.data), key=lambda line: line.at)
        total = max(len(lines), self.meta.pagination.total)
        on_pelican = any("batch" not in item.attributes.model_fields_set for item in self.data)
        return LoggedPage(tuple(reversed(lines)), total, drops_tags=on_pelican)
