"""Which server an error is about, so that what is shown next can be of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import BotError

Service = TypeVar("Service")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")
UseCase = Callable[Concatenate[Service, int, str, Rest], Awaitable[Result]]
"""What a person does at a server: takes their id and the server's identifier first."""


def about_its_server(act: UseCase[Service, Rest, Result]) -> UseCase[Service, Rest, Result]:
    """Note on every error of a use case which server it is about."""

    @wraps(act)
    async def noting(self: Service, user_id: int, server: str, /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
        try:
            return await act(self, user_id, server, *rest, **named)
        except BotError as error:
            error.about = error.about or server
            raise

    return noting
