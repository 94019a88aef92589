"""Addresses of every kind: of the public internet, of an inner network, of no single machine, and within another."""

from __future__ import annotations

PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
NOT_PUBLIC = (
    *("10.0.0.1", "172.16.0.1", "172.18.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "127.8.9.1", "192.0.2.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.7", "fc00::1", "fd12:3456::1", "::1", "2001:db8::1"),
)
NOWHERE = (
    *("0.0.0.0", "::", "224.0.0.1", "239.1.2.3", "255.255.255.255", "240.0.0.1"),  # noqa: S104 - nobody listens
    *(
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%1",
        f"{PUBLIC_6}%1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "4000::1",
    ),
)
CARRIERS = {
    "mapped": "::ffff:127.0.0.1",
    "mapped, of a public one": f"::ffff:{PUBLIC}",
    "mapped, in hexadecimal": "::ffff:7f00:1",
    "compatible": "::127.0.0.1",
    "translated": "::ffff:0:127.0.0.1",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64, of a public one": "64:ff9b::5db8:d70e",
    "NAT64 of a network's own": "64:ff9b:1::a00:1",
    "6to4": "2002:7f00:1::1",
    "6to4, of a public one": "2002:5db8:d70e::1",
    "Teredo": "2001:0:7f00:1::1",
}
