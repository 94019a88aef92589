"""Opening a server: its allocations, read now, in the place of whatever led there."""

from __future__ import annotations

from bot.services.bundle import Services
from bot.ui.answer.respond import Reply
from bot.ui.parts.screen import Screen
from bot.ui.ports.manage import panel
from bot.ui.ports.notices import Notice
from bot.ui.servers.servers import others_button


async def open_server(
    reply: Reply,
    services: Services,
    user: int,
    identifier: str,
    *,
    notice: Notice | None = None,
    sought: str = "",
    beside_others: bool = False,
) -> None:
    """Show a server's allocations, with one panel call; `beside_others` adds an administrator's way to other servers.

    Raises any PanelError.
    """
    server = await services.allocations.view(user, identifier)
    screen = panel(
        server,
        owner=user,
        notice=notice,
        offers=services.offers(server),
        sought=sought,
    )
    if beside_others:
        screen = Screen(screen.embed, [*screen.items, others_button(user, row=4)])
    await reply.show(screen)
