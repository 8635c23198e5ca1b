"""Reading the authorities' certificates is most of what a client costs: once in a process, and not before it must be."""

from collections.abc import Callable
from typing import Any

import pytest

COUNT = """
import asyncio, json, socket, threading
from tests.bench.counting import Calls
from openai_models import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI
with Calls() as calls:
{work}
reading = {{"load_verify_locations", "set_default_verify_paths"}}
print(json.dumps(len([name for name in calls.c if name.rpartition(".")[2] in reading])))
"""

MANY = """
    kept = [kind() for kind in (OpenAI, AsyncOpenAI, DefaultHttpxClient, DefaultAsyncHttpxClient) for _ in range(20)]
    kept += [client.copy() for client in kept[:40]]
"""
OVER_HTTP = """
    OpenAI().models.retrieve("m1")
    async def retrieve():
        async with AsyncOpenAI() as client:
            await client.models.retrieve("m1")
    asyncio.run(retrieve())
"""
# A server that hangs up in the handshake: by then, the client has its certificates.
OVER_TLS = """
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"https://127.0.0.1:{listener.getsockname()[1]}/v1"
    def hang_up():
        for _ in range(6):
            listener.accept()[0].close()
    server = threading.Thread(target=hang_up)
    server.start()
    failed = 0
    async def ask():
        async with AsyncOpenAI(base_url=url, max_retries=0) as client:
            await client.models.list()
    for _ in range(3):
        for call in (OpenAI(base_url=url, max_retries=0).models.list, lambda: asyncio.run(ask())):
            try:
                call()
            except APIConnectionError:
                failed += 1
    server.join()
    listener.close()
    assert failed == 6, failed
"""


@pytest.mark.parametrize(
    ("work", "times"), [(MANY + OVER_HTTP, 0), (OVER_TLS, 1)], ids=["clients-and-plain-http", "six-clients-over-tls"]
)
def test_certificates_are_read_so_many_times(work: str, times: int, run: Callable[[str], Any]) -> None:
    assert run(COUNT.format(work=work)) == times
