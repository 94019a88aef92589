"""Certificates for a server of the tests' own, made as a small authority makes them."""

from __future__ import annotations

import ipaddress
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certified:
    """What a server shows, its key, and whom those must trust who ask for it; all as PEM."""

    certificate: str
    key: str
    authority: str

    def context(self) -> ssl.SSLContext:
        """Return what a server needs to show it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "certificate.pem"
            file.write_text(self.key + self.certificate)
            context.load_cert_chain(file)
        return context


def certified(name: str, *, expired: bool = False) -> Certified:
    """Return a new authority, and what it certified for a server of this name or address."""
    authority_key, key = _new_key(), _new_key()
    authority_name = _named(f"Authority {secrets.token_hex(4)} of the tests")
    authority = _unsigned(authority_name, authority_key, authority_name, authority_key)
    shown = _for(name, _unsigned(_named(name), key, authority_name, authority_key, expired=expired))
    return Certified(_signed(shown, authority_key), _plain(key), _signed(authority, authority_key))


def self_signed(name: str) -> Certified:
    """Return what a server of this name or address certified itself; it is its own authority."""
    key = _new_key()
    shown = _signed(_for(name, _unsigned(_named(name), key, _named(name), key)), key)
    return Certified(shown, _plain(key), shown)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    expired: bool = False,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=-1 if expired else 1))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _for(server: str, builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(server))
    except ValueError:
        name = x509.DNSName(server)
    return builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> str:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _plain(key: ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
