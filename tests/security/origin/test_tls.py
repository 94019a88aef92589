"""TLS is verified before a key is sent, and plain http to another machine is warned about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.models import ApiKey
from bot.store.keyfile import read_keys
from bot.store.vault import Vault
from tests.certificates import Certified, certified, self_signed
from tests.names import unnamed
from tests.security.evidence import database_file, run_sql
from tests.security.origin.places import StageElsewhere, tls_front
from tests.security.process import run_bot
from tests.world import World

OF_ITS_OWN = pytest.mark.parametrize("made", [certified, self_signed])


@OF_ITS_OWN
async def test_a_certificate_nobody_vouches_for_is_refused_before_the_key_is_sent(
    stage: StageElsewhere, world: World, made: Callable[[str], Certified]
) -> None:
    ann = stage.person("ann")
    async with tls_front(stage.panel, made("127.0.0.1")) as (url, received):
        await stage.restart_with(url)

        seen = await ann.link(world.ann)

    assert "I cannot reach {panel}" in unnamed(seen.text)
    assert "Its TLS certificate is not one I can trust." in seen.text
    assert received == b""
    assert len(stage.panel.requests) == 0
    assert stage.stored_of(ann) == []


@OF_ITS_OWN
async def test_a_private_authority_is_trusted_when_panel_ca_file_names_it(
    stage: StageElsewhere, world: World, made: Callable[[str], Certified]
) -> None:
    ann = stage.person("ann")
    certificate = made("127.0.0.1")
    async with tls_front(stage.panel, certificate) as (url, received):
        await stage.restart_with(url, trusting=certificate)

        seen = await ann.link(world.ann)

    assert "✅ Linked" in seen.text
    assert f"Authorization: Bearer {world.ann}".encode() in received


async def test_a_panel_that_moves_to_https_keeps_its_links_and_one_that_moves_back_does_not(
    stage: StageElsewhere, world: World
) -> None:
    ann, dan = stage.person("ann"), stage.person("dan")
    certificate = certified("127.0.0.1")
    async with tls_front(stage.panel, certificate) as (url, _):
        plain = url.replace("https", "http")
        stage.panel_url = plain
        of_plain = stage.settings.panel_origin
        await stage.restart_with(url, trusting=certificate)
        await ann.link(world.ann)
        await dan.link(world.dan)
        sealed = Vault(read_keys(database_file(stage).parent / "encryption.key")).seal(
            ApiKey(world.dan), owner=dan.id, panel=of_plain
        )
        run_sql(
            database_file(stage),
            "UPDATE links SET panel_origin = ?, sealed_key = ? WHERE user_id = ?",
            of_plain,
            sealed,
            dan.id,
        )

        moved_to_https = await dan.run("servers")
        await stage.restart_with(plain)
        moved_back = await ann.run("servers")

    assert "Solo" in moved_to_https.text
    assert "Your link is for another panel" in moved_back.text


@pytest.mark.parametrize("fault", ["name", "expired", "other authority"])
async def test_with_panel_ca_file_a_certificate_must_still_be_right(
    stage: StageElsewhere, world: World, fault: str
) -> None:
    ann = stage.person("ann")
    shown = certified("panel.example.com" if fault == "name" else "127.0.0.1", expired=fault == "expired")
    trusted = shown if fault != "other authority" else certified("127.0.0.1")
    async with tls_front(stage.panel, shown) as (url, received):
        await stage.restart_with(url, trusting=trusted)

        seen = await ann.link(world.ann)

    assert "Its TLS certificate is not one I can trust." in seen.text
    assert received == b""


async def test_a_ca_file_without_certificates_stops_the_start_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("not a certificate")

    ended = await run_bot(
        tmp_path, "run", DISCORD_TOKEN="x" * 30, PANEL_URL="https://panel.example.com", PANEL_CA_FILE=str(file)
    )

    assert ended.code == 2
    assert "berth: PANEL_CA_FILE holds no certificates in PEM form" in ended.output
    assert "Traceback" not in ended.output


async def test_plain_http_to_another_machine_is_warned_about(tmp_path: Path) -> None:
    ended = await run_bot(
        tmp_path,
        "run",
        DISCORD_TOKEN="x" * 30,
        PANEL_URL="http://panel.example.com",
        DISCORD_API_URL="http://127.0.0.1:9",
    )

    assert "PANEL_URL is plain http: every key crosses the network unencrypted. Use https." in ended.output
