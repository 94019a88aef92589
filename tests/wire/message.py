"""A message of the bot, as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.wire.payloads import BOT, CHANNEL_ID, EPHEMERAL, Json, now, snowflake

ASKING = "⏳ I am asking "


@dataclass(slots=True, eq=False)
class Message:
    """One message with what is on it now; edits change it in place."""

    id: int = field(default_factory=snowflake)
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    rows: list[Json] = field(default_factory=list)
    flags: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    edits: int = 0
    deleted: bool = False
    created: str = field(default_factory=now)

    def take(self, body: Json, files: dict[str, bytes]) -> None:
        """Put what a call sent on the message, in place of what was there."""
        if "content" in body:
            self.content = body["content"] or ""
        if "embeds" in body:
            self.embeds = body["embeds"] or []
        if "components" in body:
            self.rows = body["components"] or []
        if "attachments" in body or files:
            self.files = dict(files)

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who acted sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def text(self) -> str:
        """All words of the message, embeds included."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        return "\n".join(part for part in parts if part)

    @property
    def asking(self) -> bool:
        """Whether it says that the panel is being asked, alone or over its picture, and is no answer yet."""
        return any(
            embed.get("author", {})
            .get("name", "" if "title" in embed else embed.get("description", ""))
            .startswith(ASKING)
            for embed in self.embeds
        )

    @property
    def components(self) -> list[Json]:
        """The components of all rows."""
        return [part for row in self.rows for part in row.get("components", [row])]

    @property
    def buttons(self) -> dict[str, bool]:
        """The buttons' labels, with whether each can be pressed."""
        return {part["label"]: not part.get("disabled", False) for part in self.components if part["type"] == 2}

    def component(self, name: str) -> Json:
        """Return the component with this custom_id, or the button with this label; raise LookupError."""
        for part in self.components:
            if name in (part.get("custom_id"), part.get("label")):
                return part
        raise LookupError(f"no {name!r} among {list(self.buttons)} on: {self.text}")

    @property
    def select(self) -> Json:
        """The select; raises LookupError if there is none."""
        for part in self.components:
            if part["type"] == 3:
                return part
        raise LookupError(f"no select on: {self.text}")

    def payload(self) -> Json:
        """Return the message as Discord describes it."""
        return {
            "id": str(self.id),
            "channel_id": str(CHANNEL_ID),
            "author": BOT,
            "content": self.content,
            "timestamp": self.created,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [
                {"id": str(number), "filename": name, "size": len(content), "url": "", "proxy_url": ""}
                for number, (name, content) in enumerate(self.files.items())
            ],
            "embeds": self.embeds,
            "components": self.rows,
            "pinned": False,
            "type": 20,
            "flags": self.flags,
            "application_id": BOT["id"],
            "webhook_id": BOT["id"],
        }
