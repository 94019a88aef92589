"""A file appears whole under a name that is free, also where the file system knows no second names."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bot.store.unfinished import appear, unfinished_in


@pytest.fixture(params=["links", "no links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on a file system with hard links, or on one without, such as FAT."""
    if request.param == "no links":

        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    return tmp_path


def test_a_file_appears_under_a_free_name_and_nothing_else_is_left(folder: Path) -> None:
    with unfinished_in(folder) as place:
        (place / "fresh").write_text("whole")
        appear(place / "fresh", folder / "name")

    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("name", "whole")]


def test_a_name_that_is_taken_keeps_what_it_has(folder: Path) -> None:
    (folder / "name").write_text("kept")

    with unfinished_in(folder) as place:
        (place / "fresh").write_text("new")
        with pytest.raises(FileExistsError):
            appear(place / "fresh", folder / "name")

    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("name", "kept")]


def test_what_another_is_still_making_is_left_to_it(tmp_path: Path) -> None:
    with unfinished_in(tmp_path) as one:
        (one / "half").touch()
        with unfinished_in(tmp_path) as other:
            assert (one / "half").exists()
            assert one != other
