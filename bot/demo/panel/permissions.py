"""The permissions a subuser can be given, as each panel names them."""

from __future__ import annotations

from typing import Any

PTERODACTYL = {
    "websocket": ("connect",),
    "control": ("console", "start", "stop", "restart"),
    "user": ("create", "read", "update", "delete"),
    "file": ("create", "read", "read-content", "update", "delete", "archive", "sftp"),
    "backup": ("create", "read", "delete", "download", "restore"),
    "allocation": ("read", "create", "update", "delete"),
    "startup": ("read", "update", "docker-image"),
    "database": ("create", "read", "update", "delete", "view_password"),
    "schedule": ("create", "read", "update", "delete"),
    "settings": ("rename", "reinstall"),
    "activity": ("read",),
}
PELICAN = {
    "websocket": ("connect",),
    "control": ("console", "start", "stop", "restart"),
    "file": ("read", "read-content", "create", "update", "delete", "archive", "sftp"),
    "backup": ("read", "create", "delete", "download", "restore"),
    "schedule": ("read", "create", "update", "delete"),
    "user": ("read", "create", "update", "delete"),
    "database": ("read", "create", "update", "delete", "view-password"),
    "allocation": ("read", "create", "update", "delete"),
    "activity": ("read",),
    "mount": ("read", "update"),
    "startup": ("read", "update", "docker-image"),
    "settings": ("rename", "description", "reinstall", "change-icon"),
}


def described() -> dict[str, Any]:
    """Return Pterodactyl's permissions in their groups, each with a text."""
    return {
        group: {
            "description": f"Permissions that control {group}.",
            "keys": {key: f"Allows a user: {group}.{key}." for key in keys},
        }
        for group, keys in PTERODACTYL.items()
    }


def listed() -> list[str]:
    """Return Pelican's permissions by their full names."""
    return [f"{group}.{key}" for group, keys in PELICAN.items() for key in keys]
