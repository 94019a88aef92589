"""What stands for the panel's page on which everybody makes a key of their own."""

from __future__ import annotations

from html import escape

from bot.demo.world import DemoWorld

PATH = "/panel/account/api"
"""Where it is on the demo's own address."""
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>API Credentials</title><h1>API Credentials</h1>"
    "<p>This stands for the page of the panel on which everybody makes a key of their own. In the demo the keys are "
    "made already: copy that of the person you act as, and close this page.</p>{}</html>"
)


class KeysPage:
    """The page as it is whenever somebody opens it: a key each, and another where that was deleted."""

    def __init__(self, world: DemoWorld) -> None:
        self._state = world.state
        self._keys = {person.name: person.key for person in world.people if person.key}

    def __call__(self) -> str:
        """Return the page."""
        for name, token in self._keys.items():
            key = self._state.key(token)
            if key.revoked:
                self._keys[name] = self._state.add_key(self._state.users[key.user_id])
        return _PAGE.format("".join(f"<p>{escape(name)}: <code>{key}</code></p>" for name, key in self._keys.items()))
