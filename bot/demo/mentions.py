"""Mentions in the demo's embeds: Discord shows them by name, SimCord's page as they are written."""

from __future__ import annotations

from simcord.preview import _markdown


def show_mentions_in_embeds() -> None:
    """Have the page name channels, people and commands in an embed's text, as it does in a message's."""
    for field in ("embed_description", "embed_field_value"):
        _markdown._FIELD_POLICIES[field].update(mentions=True, commands=True)
