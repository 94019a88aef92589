"""Lets a process find, in the place of this machine's DNS servers, the one on loopback whose port a test says."""

import os

import dns.resolver


def _read(resolver: dns.resolver.BaseResolver, _: object) -> None:
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = int(os.environ["BERTH_TEST_DNS"])


dns.resolver.BaseResolver.read_resolv_conf = _read  # type: ignore[assignment]
