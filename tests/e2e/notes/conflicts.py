"""Notes that somebody else writes while a form is open, and the question that this leads to."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from tests.e2e.notes.forms import form_by_button
from tests.stage import Stage

SERVER = "/servers/5e000001"
READ_AND_WRITE = [f"GET {SERVER}", f"POST {SERVER}/network/allocations/2"]
CHOICE = ["Save mine", "Keep theirs", "Edit again"]
on_every_panel = pytest.mark.parametrize("stage", list(Flavour), indirect=True, ids=str)


async def conflict(stage: Stage, person: Person, *, mine: str = "mine", theirs: str = "theirs") -> Seen:
    """Return the question that is asked when the panel's page was used while the form was open."""
    form = await form_by_button(person)
    stage.panel.state.allocations[2].notes = theirs
    return await person.fill(on=form, notes=mine)
