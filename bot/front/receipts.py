"""What Discord says to an answer: of it only the message's id is wanted, and discord.py would read all of it."""

from __future__ import annotations

from typing import Any, cast

from discord.webhook.async_ import AsyncWebhookAdapter, async_context


class Receipts:
    """The adapter by which discord.py answers interactions, without the message that Discord repeats to us.

    Reading that back, with every button on it, costs a twentieth of a list.
    """

    def __init__(self, adapter: AsyncWebhookAdapter) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the adapter does."""
        return getattr(self._adapter, name)

    async def create_interaction_response(self, *args: Any, **options: Any) -> Any:
        """Answer an interaction; what is returned keeps the message's id, and drops the message."""
        receipt: Any = await self._adapter.create_interaction_response(*args, **options)
        match receipt:
            case {"resource": {"message": _} as resource}:
                del resource["message"]
        return receipt


def keep_only_receipts() -> None:
    """Answer by such an adapter in this task and in those it begins."""
    adapter = async_context.get()
    if not isinstance(adapter, Receipts):
        async_context.set(cast("AsyncWebhookAdapter", Receipts(adapter)))
