"""Pydantic models of the panel's activity log; e-mail and IP addresses in it are not read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from bot.domain.activity import LoggedChange
from bot.panel.wire import Wire, absent_as_none


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
        )


class ActivityObject(Wire):
    """`{"object": "activity_log", "attributes": {…}}`."""

    object: Literal["activity_log"]
    attributes: ActivityAttributes


class ActivityList(Wire):
    """One page of `GET …/servers/{id}/activity`."""

    object: Literal["list"]
    data: list[ActivityObject]

    def to_domain(self) -> tuple[LoggedChange, ...]:
        """Return the lines newest first; the panel asked for that still gives those of one second oldest first."""
        lines = [item.attributes.to_domain() for item in self.data]
        return tuple(sorted(lines, key=lambda line: line.at)[::-1])
