"""One bot at a time on a database, by whatever way it reaches the file, and however the last one ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.errors import StoreError
from bot.store.lock import only_bot_on


def test_a_second_bot_is_refused_for_as_long_as_the_first_runs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'berth.db'}"

    with only_bot_on(url), pytest.raises(StoreError, match="another bot runs on"), only_bot_on(url):
        pass
    with only_bot_on(url):
        pass


@pytest.mark.parametrize("linked", ["folder", "file"])
def test_a_second_bot_is_refused_on_the_same_file_by_another_name(tmp_path: Path, linked: str) -> None:
    real, other = tmp_path / "real", tmp_path / "other"
    real.mkdir()
    if linked == "folder":
        other.symlink_to(real)
    else:
        other.mkdir()
        (other / "berth.db").symlink_to(real / "berth.db")

    first, second = (f"sqlite:///{folder / 'berth.db'}" for folder in (real, other))
    with only_bot_on(first), pytest.raises(StoreError, match="another bot runs on"), only_bot_on(second):
        pass


def test_a_lock_file_that_cannot_be_removed_does_not_hide_how_the_bot_ended(tmp_path: Path) -> None:
    lock = tmp_path / "berth.db.lock"

    def end() -> None:
        with only_bot_on(f"sqlite:///{tmp_path / 'berth.db'}"):
            lock.unlink()
            lock.mkdir()  # which cannot be unlinked
            raise StoreError("how it ended")

    with pytest.raises(StoreError, match="how it ended"):
        end()
