"""Running a command once more from the button that an error carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from bot.errors import Outdated
from bot.front import again
from bot.front.router import Press
from bot.ui.answer.respond import Reply

if TYPE_CHECKING:
    from bot.front.client import Bot


class Again(commands.Cog):
    """Answers the buttons that run a command as its person typed it; its answer takes the place of the error."""

    def __init__(self, bot: Bot) -> None:
        self._tree = bot.tree
        bot.router.on(again.RUN, self.on_run)
        bot.router.on(again.FORM, self.on_run, opens_form=True)

    async def on_run(self, press: Press, _: Reply) -> None:
        """Run the command; only one that changes nothing by itself."""
        name, typed = again.typed_in(press.id)
        command = self._command(name)
        known = {parameter.name for parameter in command.parameters}
        needed = {parameter.name for parameter in command.parameters if parameter.required}
        if not needed <= typed.keys() <= known:
            raise Outdated
        callback: Any = command.callback
        await callback(command.binding, press.interaction, **typed)

    def _command(self, name: str) -> app_commands.Command[Any, ..., Any]:
        found: Any = self._tree
        for word in name.split(" "):
            found = found.get_command(word)
        if not isinstance(found, app_commands.Command):
            raise Outdated
        return found
