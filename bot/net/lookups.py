"""The way to look names up, where its extra is installed; without it nothing of it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.net.resolver import Resolver


def open_resolver() -> Resolver | None:
    """Return what asks the DNS servers of this machine; None where the extra `address` is not installed."""
    try:
        from bot.net.resolver import of_this_machine  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "bot":
            raise
        return None
    return of_this_machine()
