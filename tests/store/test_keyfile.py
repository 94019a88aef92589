"""The key file is made once, for its user alone, and used again; a bad one is named and left as it is."""

from __future__ import annotations

import base64
import logging
import os
import stat
from pathlib import Path

import pytest

from bot.domain.models import ApiKey
from bot.store.errors import KeyMaterialError
from bot.store.keyfile import WatchedKeyFile, key_file, load_or_create, parse_keys, read_keys, write_keys
from bot.store.vault import Vault

ONE, TWO = bytes(range(32)), bytes(range(32, 64))


def encoded(key: bytes) -> str:
    """Return a key as it stands in a file or in the setting."""
    return base64.urlsafe_b64encode(key).decode()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_key_file_is_made_for_its_user_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        load_or_create(tmp_path / "encryption.key")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "encryption.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["encryption.key"]


def test_the_key_file_is_made_once_and_used_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "encryption.key"

    made = load_or_create(path)
    content = path.read_bytes()
    found = load_or_create(path)

    assert made == found
    assert path.read_bytes() == content
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
    assert "Back it up" in caplog.text
    assert encoded(made[0]) not in caplog.text


def test_the_first_of_two_wins_and_nothing_is_left_of_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "encryption.key"
    link = os.link

    def link_too_late(source: Path, target: Path) -> None:
        target.write_text(encoded(ONE))
        link(source, target)

    monkeypatch.setattr(os, "link", link_too_late)

    assert load_or_create(path) == [ONE]
    assert [found.name for found in tmp_path.iterdir()] == ["encryption.key"]
    assert "made a key" not in caplog.text


@pytest.mark.parametrize("first", [True, False], ids=["made", "replaced"])
def test_the_key_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    path = tmp_path / "encryption.key"
    happened: list[str] = []
    fsync, link, rename = os.fsync, os.link, Path.rename

    def note_fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        whole = not stat.S_ISDIR(status.st_mode) and status.st_size == len(encoded(ONE)) + 1
        happened.append("folder" if stat.S_ISDIR(status.st_mode) else "file" if whole else "part of the file")
        fsync(descriptor)

    def note_link(source: Path, target: Path) -> None:
        happened.append("named")
        link(source, target)

    def note_rename(source: Path, target: Path) -> Path:
        happened.append("named")
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "link", note_link)
    monkeypatch.setattr(Path, "rename", note_rename)

    if first:
        load_or_create(path)
    else:
        write_keys(path, [TWO])

    assert happened == ["file", "named", "folder"]


def test_a_file_replaced_while_its_keys_are_first_read_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "encryption.key"
    write_keys(path, [ONE])
    watch = WatchedKeyFile(path)
    vault = Vault(read_keys(path), reload=watch)

    write_keys(path, [TWO, ONE])
    sealed = vault.seal(ApiKey("ptlc_" + "x" * 43), owner=1, panel="https://panel.example.com")

    assert Vault([TWO]).is_current(sealed)


def test_two_folders_get_two_keys(tmp_path: Path) -> None:
    assert load_or_create(tmp_path / "one.key") != load_or_create(tmp_path / "two.key")


@pytest.mark.parametrize("separator", [",", "\n", ", ", "\n\n", ",\n"])
def test_several_keys_are_read_newest_first(separator: str) -> None:
    assert parse_keys(f"{encoded(ONE)}{separator}{encoded(TWO)}{separator}") == [ONE, TWO]


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    write_keys(tmp_path / "encryption.key", [TWO, ONE])

    assert load_or_create(tmp_path / "encryption.key") == [TWO, ONE]


@pytest.mark.parametrize(
    "text", ["x", encoded(ONE)[:-2], encoded(ONE + b"x"), "ä" * 44, f"{encoded(ONE)},junk", encoded(ONE[:16]), "=" * 44]
)
def test_a_malformed_key_is_refused_in_one_line_that_does_not_show_it(text: str) -> None:
    with pytest.raises(KeyMaterialError) as caught:
        parse_keys(text)

    assert "ENCRYPTION_KEY is not 32 bytes in URL-safe base64" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert text not in str(caught.value).replace("base64.urlsafe_b64encode", "")


@pytest.mark.parametrize("text", ["", " ", ",", "\n,\n"])
def test_an_empty_setting_is_refused(text: str) -> None:
    with pytest.raises(KeyMaterialError, match="set but empty"):
        parse_keys(text)


@pytest.mark.parametrize("content", [b"", b"junk", b"\xff\xfe", b"\0" * 100])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "encryption.key"
    path.write_bytes(content)

    with pytest.raises(KeyMaterialError, match=r"encryption\.key is damaged"):
        load_or_create(path)

    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").mkdir()

    with pytest.raises(KeyMaterialError, match=r"encryption\.key cannot be read: Is a directory"):
        load_or_create(tmp_path / "encryption.key")


def test_the_file_lies_beside_the_database() -> None:
    assert key_file("sqlite:////srv/berth/berth.db") == Path("/srv/berth/encryption.key")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_is_no_file_needs_the_setting(url: str) -> None:
    with pytest.raises(KeyMaterialError, match="ENCRYPTION_KEY or ENCRYPTION_KEY_FILE must be set"):
        key_file(url)
