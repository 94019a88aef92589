"""The tour's scene of the name that players type: a server whose DNS is right, and one whose DNS is stale."""

from __future__ import annotations

from bot.demo.naming import FREE
from bot.demo.people import Person
from bot.demo.transcript import Transcript


async def give_a_name(told: Transcript, mara: Person) -> None:
    """Look where the names of two servers lead, and give one of them another name."""
    await mara.run("allocations address", server="Survival")
    told.show(
        "Mara runs /allocations address for Survival",
        mara.seen,
        "Players type `play.example.com:25565`",
        "✅ No port needed: its DNS leads to `:25565`, the primary.",
    )
    await mara.run("allocations address", server="Skyblock")
    told.show(
        "… and for Skyblock, whose DNS dates from before a change",
        mara.seen,
        "⚠️ DNS still leads to `:25570`; the primary is `:25565`",
        "`_minecraft._tcp.sky.example.com SRV 0 5 25565 sky.example.com`",
    )
    await mara.run("allocations address", server="Survival", name=FREE)
    told.show(
        f"Mara says that players join Survival as {FREE}", mara.seen, f"✅ Players type `{FREE}`", "✅ No port needed"
    )
    await mara.press("Show allocations")
    told.show("The list of Survival shows that name first", mara.seen, f"🌐 Players type `{FREE}`")
