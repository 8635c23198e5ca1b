"""A client library for accessing OpenAI API (Models)

PYTEST_DONT_REWRITE: pytest need not be the first to import this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AuthenticatedClient as AuthenticatedClient
    from .client import Client as Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the clients when they are used: a program that only needs the models does not load attrs."""
        if name not in {*__all__, "client"}:
            raise AttributeError(
                f"module {__name__!r} has no attribute {name!r}", name=name
            )
        client = import_module(".client", __name__)
        globals().update({each: getattr(client, each) for each in __all__})
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, "client"})
