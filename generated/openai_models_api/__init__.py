"""A client library for accessing OpenAI API (Models)

PYTEST_DONT_REWRITE: pytest need not be the first to import this package.
"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
