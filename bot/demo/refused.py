"""The tour's scenes of what is refused: a wrong key, a limit reached meanwhile, a suspended server, no permission."""

from __future__ import annotations

from bot.demo.people import Person
from bot.demo.stage import Stage
from bot.demo.transcript import Transcript
from bot.demo.world import DemoWorld, demo_key


async def a_wrong_key(told: Transcript, noa: Person) -> None:
    """Paste a key that the panel does not know into the form that is open; then open it again."""
    await noa.fill(key=demo_key("demoNobody9"))
    told.show("Noa pastes a key that was revoked", noa.seen, "refused your key", "Create a new client API key there")
    await noa.press("I have my key")


async def refusals(told: Transcript, world: DemoWorld, stage: Stage, sam: Person, mara: Person) -> None:
    """Meet a no of the rules, of the panel, and of one in maintenance; see it in the list and on record."""
    await sam.run("allocations create", server="Survival")
    told.show("Sam, who may only look, runs /allocations create", sam.seen, "allocation.create", "owner")
    await mara.run("allocations list", server="Bedrock")
    bedrock = next(server for server in world.state.servers.values() if server.name == "Bedrock")
    bedrock.limit = len(world.state.allocations_of(bedrock))
    await mara.press("Add port")
    told.show(
        "The host lowers Bedrock's limit; Mara presses Add port on a list from before",
        mara.seen,
        "❌ **The allocation limit is reached**",
        "2 of 2 ports used",
    )
    await mara.run("allocations create", server="Season 4")
    told.show("Mara opens the suspended server", mara.seen, "suspended")
    await mara.run("allocations notes", server="Season 4", allocation="25565", text="season 4")
    told.show(
        "Mara notes a port of it, which the panel refuses", mara.seen, "says: “This server is currently suspended"
    )
    await mara.run("allocations history", server="Season 4")
    told.show("Her changes have that too", mara.seen, "🚫 Refused, not noted")
    stage.panel.faults.maintenance(retry_after=120)
    await mara.run("allocations list", server="Creative")
    told.show("The panel goes into maintenance; Mara lists Creative", mara.seen, "maintenance")


async def unlink(told: Transcript, noa: Person) -> None:
    """Unlink somebody for whom the bot made a key of its own."""
    await noa.run("unlink")
    told.show("Noa runs /unlink, and is asked", noa.seen, "Unlink your panel account?", "I delete my key")
    await noa.press(next(label for label in noa.seen.buttons if label.startswith("Unlink ")))
    told.show("Noa unlinks", noa.seen, "Everything I stored about you is gone.", "is deleted on panel.example.com too.")
