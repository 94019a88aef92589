"""Whatever a game says of itself: it is shown as words, and the message stays one that Discord takes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Allocation, GameServer, ServerState
from bot.domain.probe import GameAnswer, Probe, Protocol, Refusal, Tcp
from bot.services.game.checking import Checked
from bot.ui.ports.check import checked_screen
from tests.property.discord_rules import check_screen, structure, unseen
from tests.property.strategies import OWNER, hostile

_amounts = st.none() | st.integers(0, 10_000_000)
_texts = hostile.map(lambda text: text[:300])
_answers = st.builds(
    GameAnswer, st.sampled_from(Protocol), _texts, _amounts, _amounts, st.floats(0, 3), name=_texts, game=_texts
)


def _server(row: Allocation) -> GameServer:
    return GameServer("5e000001", "5e000001", "Survival", "node", ServerState.OK, 5, (row,), True)


@given(answers=st.lists(_answers, min_size=1, max_size=3), tcp=st.sampled_from(Tcp))
async def test_whatever_games_say_of_themselves(answers: list[GameAnswer], tcp: Tcp) -> None:
    row = Allocation(1, "203.0.113.7", None, 25565, "voice chat", is_primary=True)
    tame = [replace(answer, version="x", name="x" if _says(answer.name) else "", game="x") for answer in answers]

    text, plain = (
        _text(Checked(_server(row), row, Probe(tuple(said), tcp), row.bare_address, 0.0)) for said in (answers, tame)
    )

    assert structure(text) == structure(plain)
    assert not unseen(text)


def _says(name: str) -> bool:
    """Tell whether something of a name can be seen."""
    shown = _text_of(name)
    return "It says of itself" in shown


def _text_of(name: str) -> str:
    row = Allocation(1, "203.0.113.7", None, 25565, None, is_primary=True)
    answer = GameAnswer(Protocol.JAVA, "x", 1, 1, 0.1, name=name)
    return _text(Checked(_server(row), row, Probe((answer,)), row.bare_address, 0.0))


def _text(checked: Checked) -> str:
    embed, _ = check_screen(checked_screen(checked, owner=OWNER, power=True))
    return str(embed["description"])


@given(refusal=st.sampled_from(Refusal), ip=hostile.map(lambda text: text[:200]), alias=st.none() | hostile)
async def test_whatever_address_is_refused(refusal: Refusal, ip: str, alias: str | None) -> None:
    row = Allocation(1, ip, alias, 25565, None, is_primary=True)
    tame = Allocation(1, "x", None if not alias else "x", 25565, None, is_primary=True)

    text, plain = (_text(Checked(_server(r), r, Probe(refusal=refusal), r.bare_address, 0.0)) for r in (row, tame))

    assert structure(text) == structure(plain)
