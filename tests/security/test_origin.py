"""A key goes to the panel that PANEL_URL names and to nobody else, over TLS that was verified."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from bot.demo import stage as demo
from bot.demo.panel import SimulatedPanel
from bot.demo.people import Person
from bot.domain.models import ApiKey
from bot.settings import Settings
from bot.store.keyfile import read_keys
from bot.store.vault import Vault
from tests.names import unnamed
from tests.security.evidence import database_file, run_sql
from tests.security.process import run_bot
from tests.stage import Stage
from tests.world import World

REDIRECTS = (301, 302, 303, 307, 308)


class StageElsewhere(Stage):
    """A stage on which PANEL_URL can be set to something else for the next start."""

    panel_url: str | None = None
    ca_file: Path | None = None

    @property
    def settings(self) -> Settings:
        """The settings, with this panel."""
        return super().settings.model_copy(
            update={"panel_url": f"{self.panel_url or self.panel.url}/", "panel_ca_file": self.ca_file}
        )

    async def restart_with(self, panel_url: str | None, *, ca_file: Path | None = None) -> None:
        """Restart the bot with another PANEL_URL, None for the panel's own."""
        self.panel_url, self.ca_file = panel_url, ca_file
        await self.restart()


@pytest.fixture
async def stage(world: World, tmp_path: Path) -> AsyncIterator[StageElsewhere]:
    """Yield such a stage."""
    async with demo.open_stage(world.state, tmp_path, kind=StageElsewhere) as opened:
        yield opened


@dataclass
class Bystander:
    """A server that is not the panel, and what it was sent."""

    url: str = ""
    requests: list[str] = field(default_factory=list)


@asynccontextmanager
async def bystander() -> AsyncIterator[Bystander]:
    """Yield a server that answers everything with an empty object."""
    seen = Bystander()

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.requests.append(f"{request.method} {request.raw_path} {dict(request.headers)}")
        return web.json_response({})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield seen
    finally:
        await runner.cleanup()


async def do_everything(person: Person, world: World) -> list[str]:
    """Run every command that asks the panel; return the answers."""
    survival = world.survival.identifier
    seen = [
        await person.run("servers"),
        await person.run("allocations list", server=survival),
        await person.run("allocations create", server=survival, notes="atlas", primary=True),
        await person.run("allocations notes", server=survival, allocation="#2", text="query"),
        await person.run("allocations primary", server=survival, allocation="#2"),
        await person.run("allocations delete", server=survival, allocation="#1"),
    ]
    return [answer.text for answer in seen]


# Redirects, cookies, proxies


@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_to_another_host_is_not_followed(stage: StageElsewhere, world: World, status: int) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    async with bystander() as other:
        stage.panel.faults.answer(status, headers={"Location": f"{other.url}/api/client"}, times=None)

        answers = await do_everything(ann, world)
        linking = await ann.link(world.ann)

    assert other.requests == []
    assert "redirects me elsewhere" in linking.text
    assert "What answers at {panel} is not its API" in unnamed(answers[0])
    assert world.state.allocations[2].notes == "voice lobby"


async def test_a_redirect_to_the_panel_itself_is_not_followed_either(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(302, headers={"Location": "/auth/login"}, path="/api/client/*")

    await ann.run("allocations list", server=world.survival.identifier)

    assert all("/auth" not in request.path for request in stage.panel.requests)


async def test_cookies_of_the_panel_are_never_sent_back(stage: StageElsewhere, world: World) -> None:
    # By name: cookies of a bare address are dropped by any client.
    await stage.restart_with(stage.panel.url.replace("127.0.0.1", "localhost"))
    ann = await stage.linked("ann", world.ann)
    cookie = {"Set-Cookie": "pterodactyl_session=trap; Path=/"}
    stage.panel.faults.answer(500, "{}", headers=cookie, method="GET", times=3)
    await ann.run("servers")

    await do_everything(ann, world)

    assert len(stage.panel.requests) > 8
    for request in stage.panel.requests:
        assert not {"Cookie", "Referer", "Origin"} & set(request.headers)
        assert request.headers["Host"] == f"localhost:{URL(stage.panel.url).port}"
        assert request.headers["Accept"] == "application/json"
        assert request.key == world.ann


async def test_proxies_and_passwords_of_the_environment_are_not_used(
    stage: StageElsewhere, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ann = await stage.linked("ann", world.ann)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    async with bystander() as other:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.setenv("NETRC", str(netrc))
        await stage.restart()

        await ann.run("servers")

    assert other.requests == []
    assert stage.panel.requests[-1].key == world.ann


async def test_the_check_of_the_settings_sends_nobodys_key(stage: StageElsewhere, world: World) -> None:
    await stage.linked("ann", world.ann)

    async with bystander() as discord:
        await run_bot(
            Path(stage.settings.database_url.removeprefix("sqlite:///")).parent,
            "check",
            DISCORD_TOKEN="token-that-opens-nothing",
            PANEL_URL=stage.panel.url,
            DATABASE_URL=stage.settings.database_url,
            DISCORD_API_URL=discord.url,
        )

    # One with a key that opens nothing, and one without any, which tells which panel it is.
    with_a_key, without = stage.panel.requests
    assert with_a_key.key == "ptlc_berthchecks0000000000000000000000000000000000"
    assert "Authorization" not in without.headers


# Another PANEL_URL


async def test_stored_keys_are_not_sent_to_another_panel(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)

        answers = await do_everything(ann, world)
        suggested = await ann.suggest("allocations list", "server", "")

        assert all("Your link is for another panel than the one I work with now." in text for text in answers)
        assert "I have my key" in ann.seen.buttons
        assert suggested == {}
        assert len(other.requests) == 0
    await stage.restart_with(None)
    assert "Survival" in (await ann.run("servers")).text


async def test_linking_again_moves_the_link_to_the_other_panel(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)
        await ann.link(world.ann)

        seen = await ann.run("servers")

        assert "Survival" in seen.text
        assert other.requests[-1].key == world.ann


async def test_a_row_whose_panel_was_rewritten_does_not_open(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)
        run_sql(database_file(stage), "UPDATE links SET panel_origin = ?", stage.settings.panel_origin)

        seen = await ann.run("servers")

        assert "Please link your panel account again" in seen.text
        assert len(other.requests) == 0


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("https://panel.example.com", "https://panel.example.com/", True),
        ("https://panel.example.com", "https://PANEL.example.com/api/client", True),
        ("https://panel.example.com", "https://panel.example.com:443/api", True),
        ("https://panel.example.com", "http://panel.example.com", False),
        ("https://panel.example.com:8443", "http://panel.example.com:8443", False),
        ("https://panel.example.com", "https://panel.example.com:8443", False),
        ("https://panel.example.com", "https://panel.example.com.evil.example", False),
        ("https://panel.example.com", "https://example.com", False),
        ("https://panel.example.com", "https://panel.example.com/other", False),
    ],
)
def test_keys_are_bound_to_scheme_host_port_and_path(before: str, after: str, same: bool) -> None:
    one, two = (Settings(_env_file=None, discord_token="x" * 30, panel_url=url) for url in (before, after))

    assert (one.panel_origin == two.panel_origin) is same


# TLS


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key in files; self-signed, so that it is its own authority."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return what a server needs to show this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def certificate_for(folder: Path, name: str, *, expired: bool = False) -> Certificate:
    """Make a certificate for a host name or address."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = datetime.datetime.now(datetime.UTC)
    until = now - datetime.timedelta(days=1) if expired else now + datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@asynccontextmanager
async def tls_front(panel: SimulatedPanel, certificate: Certificate) -> AsyncIterator[tuple[str, bytearray]]:
    """Yield the address of a TLS front for the panel, and what came through it."""
    received = bytearray()
    port = URL(panel.url).port

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, record: bool) -> None:
        while data := await reader.read(65536):
            if record:
                received.extend(data)
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            pump(reader, behind_writer, True), pump(behind_reader, writer, False), return_exceptions=True
        )

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate.context())
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", received
    finally:
        server.close()


async def test_a_certificate_nobody_vouches_for_is_refused_before_the_key_is_sent(
    stage: StageElsewhere, world: World, tmp_path: Path
) -> None:
    ann = stage.person("ann")
    async with tls_front(stage.panel, certificate_for(tmp_path, "127.0.0.1")) as (url, received):
        await stage.restart_with(url)

        seen = await ann.link(world.ann)

    assert "I cannot reach {panel}" in unnamed(seen.text)
    assert "Its TLS certificate is not one I can trust." in seen.text
    assert received == b""
    assert len(stage.panel.requests) == 0
    assert stage.stored_of(ann) == []


async def test_a_private_authority_is_trusted_when_panel_ca_file_names_it(
    stage: StageElsewhere, world: World, tmp_path: Path
) -> None:
    ann = stage.person("ann")
    certificate = certificate_for(tmp_path, "127.0.0.1")
    async with tls_front(stage.panel, certificate) as (url, received):
        await stage.restart_with(url, ca_file=certificate.certificate)

        seen = await ann.link(world.ann)

    assert "✅ Linked" in seen.text
    assert f"Authorization: Bearer {world.ann}".encode() in received


async def test_a_panel_that_moves_to_https_keeps_its_links_and_one_that_moves_back_does_not(
    stage: StageElsewhere, world: World, tmp_path: Path
) -> None:
    ann, dan = stage.person("ann"), stage.person("dan")
    certificate = certificate_for(tmp_path, "127.0.0.1")
    async with tls_front(stage.panel, certificate) as (url, _):
        plain = url.replace("https", "http")
        stage.panel_url = plain
        of_plain = stage.settings.panel_origin
        await stage.restart_with(url, ca_file=certificate.certificate)
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
    stage: StageElsewhere, world: World, tmp_path: Path, fault: str
) -> None:
    ann = stage.person("ann")
    shown = certificate_for(
        tmp_path, "panel.example.com" if fault == "name" else "127.0.0.1", expired=fault == "expired"
    )
    trusted = shown if fault != "other authority" else certificate_for(tmp_path, "127.0.0.2")
    async with tls_front(stage.panel, shown) as (url, received):
        await stage.restart_with(url, ca_file=trusted.certificate)

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
