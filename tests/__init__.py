"""The tests; `tests/e2e` goes through the front door, `tests/contract` replays recorded answers."""
