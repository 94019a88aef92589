"""Certificates for a server of the tests' own, made as a small authority makes them."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


def certified(name: str) -> Certified:
    """Return a new authority, and what it certified for a server of this name or address."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _named(f"Authority {secrets.token_hex(4)} of the tests")
    authority = _certificate(authority_name, authority_key, authority_name, authority_key, None)
    certificate = _certificate(_named(name), key, authority_name, authority_key, name)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certified(_pem(certificate), plain.decode(), _pem(authority))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    server: str | None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=server is None, path_length=None), critical=True)
    )
    if server is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(server)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _general(server: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(server))
    except ValueError:
        return x509.DNSName(server)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
