"""A client library for accessing OpenAI API (Models)

PYTEST_DONT_REWRITE: pytest need not be the first to import this package.
"""

from __future__ import annotations

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
        if name not in __all__:
            raise AttributeError(
                f"module {__name__!r} has no attribute {name!r}", name=name
            )
        from . import client

        return getattr(client, name)
