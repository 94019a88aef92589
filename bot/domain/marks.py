"""Marks of what a person was shown, which a button carries: for what has changed since then to be noticed."""

from __future__ import annotations

import hashlib


def mark(*what: str) -> str:
    """Return eight characters that tell these texts from any others, and fit into a custom_id."""
    return hashlib.sha256("\n".join(what).encode(errors="surrogatepass")).hexdigest()[:8]
