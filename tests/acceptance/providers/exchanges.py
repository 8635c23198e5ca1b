"""What servers answer, and what the client makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
from tests.parts import Server, Shell, answer

from openai_models import OpenAIError

SERVERS: Final = Path(__file__).parent / "servers"


def outcome(shell: Shell, call: str, reply: Callable[[httpx.Request], httpx.Response], model: str) -> Any:
    """Make the call that gets a response. Return the models of all pages, the model, the deletion, or the error."""
    # What follows a page that says there is more.
    last_page = answer({"data": [], "has_more": False})
    models = shell.client(Server(reply, last_page)).models
    try:
        return shell.all(models.list()) if call == "list" else shell.call(getattr(models, call), model)
    except OpenAIError as error:
        return error
