"""An address of a server that cannot be used: refused in one line that shows no part of a password in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.commands import ran
from tests.process.harbour import Harbour

HOW = "write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25"
BROKEN = [
    *("p@rrotfish", "p@rr#otfish", "hidden/treasure", "12/34hidden", "50%offering", "50%deals", "sea@chest:4711"),
    *(
        "a?reef/hidden",
        "sea@12/chest?require_aut=x",
        "1/2?chest=hidden",
        "12?chest=x/hidden",
        "p@[hidden",
        "two parrots",
    ),
]


def parts_of(password: str) -> set[str]:
    """Return all that is long enough to tell something of a password."""
    return {password[start : start + 4] for start in range(len(password) - 3)}


@pytest.mark.parametrize("password", BROKEN)
async def test_no_part_of_a_password_that_is_not_escaped_is_shown_and_how_to_escape_it_is_said(
    harbour: Harbour, tmp_path: Path, password: str
) -> None:
    url = f"postgresql://berth:{password}@127.0.0.1:9/berth?sslmode=disable"
    (tmp_path / "old.db").touch()
    file = f"sqlite:///{tmp_path / 'old.db'}"

    checked = await ran(harbour, "check", DATABASE_URL=url)
    refused = {
        "run": await ran(harbour, "run", DATABASE_URL=url),
        "rotate-key": await ran(harbour, "rotate-key", DATABASE_URL=url),
        "move --from": await ran(harbour, "move", "--from", url, "--to", f"{file}-new"),
        "move --to": await ran(harbour, "move", "--from", file, "--to", url),
    }
    # These two ask libpq nothing.
    backed_up = await ran(harbour, "backup", str(tmp_path / "backup.db"), DATABASE_URL=url)
    well = await ran(harbour, "health", DATABASE_URL=url)

    assert (checked[0], HOW in checked[1]) == (2, True)
    for command, (code, said) in refused.items():
        assert (command, code) == (command, 2)
        called = command.partition(" ")[2] or "DATABASE_URL"
        assert said.startswith("berth: ")
        assert f"{called} " in said
        assert HOW in said
        assert len(said.splitlines()) == 1
    assert backed_up[0] == 2
    assert well[0] != 0
    for _, said in (checked, backed_up, well, *refused.values()):
        assert [part for part in parts_of(password) if part in said] == []


@pytest.mark.parametrize("password", ["quest?ion", "colon:word", "hash#word", "p%40ss%2Fword%25"])
async def test_a_password_that_libpq_understands_is_no_reason_to_refuse_an_address(
    harbour: Harbour, password: str
) -> None:
    code, said = await ran(harbour, "run", DATABASE_URL=f"postgresql://berth:{password}@127.0.0.1:9/berth")

    assert code == 1
    assert "Connection refused" in said


async def test_a_port_that_is_no_number_is_named_as_what_is_wrong(harbour: Harbour) -> None:
    code, said = await ran(harbour, "run", DATABASE_URL="postgresql://berth@127.0.0.1:54e2/berth")

    assert (code, said) == (
        2,
        "berth: DATABASE_URL names a port that is no number, as 5432 in db.example.com:5432 is; see .env.example",
    )


async def test_a_password_without_its_equals_sign_is_not_taken_for_a_misspelt_option(harbour: Harbour) -> None:
    code, said = await ran(harbour, "run", DATABASE_URL="postgresql://berth@127.0.0.1:9/berth?password:gem")

    assert code == 2
    assert "is not an address that PostgreSQL understands" in said
    assert "gem" not in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("port=54e2", 'invalid integer value "54e2" for connection option "port"'),
        ("port=70000", 'invalid port number: "70000"'),
        ("port=1,2", "could not match 2 port numbers to 1 hosts"),
    ],
)
async def test_an_address_that_can_lead_nowhere_is_no_reason_to_start_again(
    harbour: Harbour, options: str, words: str
) -> None:
    ended = await ran(harbour, "run", DATABASE_URL=f"postgresql://berth@127.0.0.1/berth?{options}")

    assert ended[0] == 2
    assert ended[1].startswith("berth: the database cannot be opened: ")
    assert words in ended[1]
