"""Telling Discord our commands, only when they changed, and knowing their mentions."""

from __future__ import annotations

import hashlib
import json
import logging

from discord import AppCommandType, app_commands

from bot.front.tree import Tree
from bot.services.together.remembering import Remembers
from bot.store.memory import LAST_SYNC

log = logging.getLogger(__name__)


def fingerprint(tree: Tree, application_id: int) -> str:
    """Return what changes when, and only when, the definition of a command changes."""
    definitions = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps([application_id, definitions], sort_keys=True).encode()).hexdigest()


async def sync_if_changed(tree: Tree, memory: Remembers) -> dict[str, str]:
    """Send the definitions if they differ from the ones last sent; return each command's clickable mention."""
    wanted = fingerprint(tree, tree.client.application_id or 0)
    known = await memory.recall(LAST_SYNC)
    if isinstance(known, dict) and known.get("fingerprint") == wanted:
        ids = {str(name): int(number) for name, number in known["ids"].items()}
    else:
        synced = await tree.sync()
        ids = {command.name: command.id for command in synced}
        await memory.remember(LAST_SYNC, {"fingerprint": wanted, "ids": ids})
        log.info("Synced %d commands with Discord", len(synced))
    return _mentions(tree, ids)


def _mentions(tree: Tree, ids: dict[str, int]) -> dict[str, str]:
    mentions: dict[str, str] = {}
    for command in tree.walk_commands(type=AppCommandType.chat_input):
        root = command.root_parent or command
        if not isinstance(command, app_commands.Group) and root.name in ids:
            mentions[command.qualified_name] = f"</{command.qualified_name}:{ids[root.name]}>"
    return mentions
