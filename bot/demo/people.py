"""People in the simulated Discord: what they do, and what they see of it."""

from __future__ import annotations

from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage


class Seen:
    """What a person sees after an action: a message or a form, with its parts by name."""

    def __init__(self, result: InteractionResult, message: ResponseMessage | None) -> None:
        self.result = result
        self._message = message

    @property
    def message(self) -> ResponseMessage:
        """The message; raises LookupError if there was no answer or a form."""
        if self._message is None:
            raise LookupError(f"nothing was answered: {self.result!r}")
        return self._message

    @property
    def answered(self) -> bool:
        """Whether there is a message to see that does not only say that the panel is being asked."""
        return self._message is not None and not self.waiting

    @property
    def waiting(self) -> str:
        """What the message says of the panel being asked, alone or over its picture; nothing where it does not."""
        if self._message is None or not self._message.embeds:
            return ""
        embed = self._message.embeds[0]
        said = embed.author.name or ("" if embed.title else embed.description or "")
        return said if said.startswith("⏳ I am asking ") else ""

    @property
    def embed(self) -> discord.Embed:
        """The message's embed."""
        return self.message.embeds[0]

    @property
    def text(self) -> str:
        """All text of the message, embeds included."""
        parts = [self.message.content or ""]
        for embed in self.message.embeds:
            parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        return "\n".join(part for part in parts if part)

    @property
    def components(self) -> list[dict[str, Any]]:
        """The components of all rows."""
        return [part for row in self.message.components for part in row.get("components", [row])]

    @property
    def buttons(self) -> dict[str, bool]:
        """The buttons' labels, with whether each can be pressed."""
        return {c["label"]: not c.get("disabled", False) for c in self.components if c["type"] == 2}

    @property
    def options(self) -> dict[str, str]:
        """The select's options, label to value; without the mark that makes each drawing's values distinct."""
        return {label: value.partition("~")[0] for label, value in self.wire_options.items()}

    @property
    def wire_options(self) -> dict[str, str]:
        """The select's options as Discord has them, label to value."""
        return {o["label"]: o["value"] for c in self.components if c["type"] == 3 for o in c["options"]}

    @property
    def wire_values(self) -> list[str]:
        """The values of the select's options as Discord has them, also where labels are alike."""
        return [o["value"] for c in self.components if c["type"] == 3 for o in c["options"]]

    @property
    def wire_fields(self) -> list[str]:
        """The custom_ids of the fields of the form that was opened, as Discord has them."""
        parts = (label.get("component", {}) for label in self.form["components"])
        return [str(part["custom_id"]) for part in parts if "custom_id" in part]

    def custom_id(self, label: str) -> str:
        """Return the custom_id of a button by its label."""
        return next(str(c["custom_id"]) for c in self.components if c.get("label") == label)

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the message."""
        return self.message.ephemeral

    @property
    def form(self) -> dict[str, Any]:
        """The form that was opened; raises LookupError if there is none."""
        if self.result.modal is None:
            raise LookupError("no form was opened")
        return self.result.modal


class Person:
    """A member of the Discord server; what they saw last is kept in `seen`."""

    def __init__(self, actor: MemberActor, channel: Any) -> None:
        self.actor = actor
        self.channel = channel
        self.id: int = actor.id
        self._seen: Seen | None = None

    @property
    def seen(self) -> Seen:
        """What the person saw last."""
        if self._seen is None:
            raise LookupError("nothing was done yet")
        return self._seen

    async def run(self, command: str, **options: Any) -> Seen:
        """Run a slash command."""
        return self.saw(await self.actor.slash(self.channel, command, **options))

    async def press(self, label: str, on: Seen | None = None) -> Seen:
        """Press a button by its label, on the message last seen or on another."""
        return self.saw(await self.actor.click((on or self.seen).message, label=label))

    async def choose(self, option: str, on: Seen | None = None) -> Seen:
        """Choose an option of the select, by its label or its value."""
        seen = on or self.seen
        wanted = seen.options.get(option, option)
        wire = next((raw for raw in seen.wire_values if raw.partition("~")[0] == wanted), wanted)
        return self.saw(await self.actor.select(seen.message, [wire]))

    async def choose_several(self, *options: str, on: Seen | None = None) -> Seen:
        """Choose some options of the select, by their labels."""
        seen = on or self.seen
        return self.saw(await self.actor.select(seen.message, [seen.wire_options[option] for option in options]))

    async def fill(self, on: Seen | None = None, **fields: str) -> Seen:
        """Submit the form that is open; its fields go by their names, without the mark of this opening."""
        seen = on or self.seen
        wire = {name: next((raw for raw in seen.wire_fields if raw.partition("~")[0] == name), name) for name in fields}
        return self.saw(await self.actor.submit_modal(seen.result, {wire[name]: fields[name] for name in fields}))

    async def suggest(self, command: str, option: str, typed: str, **filled: Any) -> dict[str, str]:
        """Type into an option; return the suggestions, name to value."""
        found = await self.actor.autocomplete(self.channel, command, option, typed, **filled)
        return {choice["name"]: choice["value"] for choice in found}

    async def link(self, key: str) -> Seen:
        """Link a panel account through the form."""
        await self.run("link")
        return await self.fill(key=key)

    def saw(self, result: InteractionResult) -> Seen:
        """Keep what an action showed, a later message before the first."""
        followups = result.followups
        self._seen = Seen(result, followups[-1] if followups else result.response)
        return self._seen
