"""Why the bot ends by itself, in one line for the operator."""


class StartRefused(Exception):
    """The bot cannot run as configured; the message is one line that names the setting or the cause."""


class StartFailed(Exception):
    """The bot could not start, or go on, for a reason that may pass; the message is one line."""
