"""Keys, tokens and files: where a secret may be, and where it must never be found."""
