"""Ctrl-C in the middle of a sync call: nothing is left behind, and the next call works."""

import gc
import linecache
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, echo, failing_first, model_json, redirecting

import openai_models
from openai_models import DefaultHttpxClient, OpenAI

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)
PACKAGE = str(Path(openai_models.__file__).parent)


def settings(server: WireServer) -> dict[str, Any]:
    http = DefaultHttpxClient(limits=ONE, verify=False)
    return {"base_url": server.base_url, "api_key": "sk-x", "timeout": 1, "max_retries": 1, "http_client": http}


@pytest.fixture
def client(server: WireServer) -> Iterator[OpenAI]:
    with OpenAI(**settings(server)) as client:
        yield client


@pytest.fixture(autouse=True)
def _python_handles_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def streamed(client: OpenAI) -> None:
    with client.models.with_streaming_response.retrieve("a") as response:
        assert response.parse().id == "a"


CASES: dict[str, tuple[Callable[[Head], Reply], Callable[[OpenAI], object]]] = {
    "retrieve": (echo, lambda client: client.models.retrieve("a")),
    "iterate": (echo, lambda client: list(client.models.list())),
    "streamed": (echo, streamed),
    "a retry of a delete": (failing_first, lambda client: client.models.delete("a")),
    "a redirect of a raw call": (redirecting, lambda client: client.models.with_raw_response.retrieve("a")),
}


@pytest.mark.parametrize("pieces_sent_before", [0, 1, 2])
def test_ctrl_c_ends_a_call_that_waits_for_the_server(
    client: OpenAI, server: WireServer, pieces_sent_before: int
) -> None:
    body = model_json("a")
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    server.reply = lambda _: Reply((head, body[:5], body[5:]), held=pieces_sent_before)

    def interrupt() -> None:
        server.wait_for_requests(1)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        client.models.retrieve("a", timeout=20)
    thread.join()
    server.reply = echo
    assert client.models.retrieve("after").id == "after"
    client.close()
    server.wait_for_open(0)


def cannot_be_interrupted(frame: FrameType, entered: set[tuple[FrameType, int]]) -> bool:
    """Return whether what runs next is the end of a `with`, or a `try:`, where no interrupt comes.

    Python handles signals after calls and at jumps back: not at a `try:`, which does nothing, and not between the
    last statement of a `with` block and its `__exit__`, which a tracer calls the line of the `with` once more.
    """
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    if line == "try:":
        return True
    if not line.startswith("with "):
        return False
    visit = (frame, frame.f_lineno)
    if visit in entered:
        return True
    entered.add(visit)
    return False


def interrupted_at(count: int, call: Callable[[], object]) -> bool:
    """Make a call and raise `KeyboardInterrupt` before the n-th line of the package that it runs.

    Returns:
        Whether it came to that line.
    """
    left = count
    entered: set[tuple[FrameType, int]] = set()

    def before(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        # What interrupts a `__del__` is printed by Python and gone.
        if not frame.f_code.co_filename.startswith(PACKAGE) or frame.f_code.co_name == "__del__":
            return None
        if event == "line" and not cannot_be_interrupted(frame, entered):
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return before

    tracer = sys.gettrace()
    sys.settrace(before)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(tracer)
    return False


# All the lines of "retrieve" are among those of the others; a streamed response is its caller's once `with` has it.
@pytest.mark.parametrize("case", sorted(CASES.keys() - {"streamed"}))
def test_ctrl_c_at_any_line_loses_no_connection(client: OpenAI, server: WireServer, case: str) -> None:
    reply, call = CASES[case]
    client.models.retrieve("a")  # what is imported on the first call is not what this is about
    lost = []
    count = 0
    reached = True
    while reached:
        count += 1
        server.reply = reply
        with OpenAI(**settings(server)) as each:
            reached = interrupted_at(count, lambda: call(each))
            server.reply = echo
            if not works(each):
                lost.append(count)
    gc.collect()
    client.close()
    assert count > 20
    assert lost == []
    server.wait_for_open(0)


def test_ctrl_c_as_a_request_gives_up_waiting_for_a_connection_leaves_the_queue(server: WireServer) -> None:
    count = 0
    reached = True
    while reached:
        count += 1
        with DefaultHttpxClient(limits=ONE, timeout=httpx.Timeout(5, pool=0.001)) as http:
            held = http.send(http.build_request("GET", f"{server.base_url}/models/held"), stream=True)
            try:
                reached = interrupted_at(count, lambda: http.get(f"{server.base_url}/models/a"))
            except httpx.PoolTimeout:
                reached = False
            held.read()
            assert http.get(f"{server.base_url}/models/b").json()["id"] == "b", count
    assert count > 20


def works(client: OpenAI) -> bool:
    """Return whether the only connection that the client may have is free."""
    try:
        return client.with_options(timeout=httpx.Timeout(5, pool=0.01), max_retries=0).models.retrieve("b").id == "b"
    except openai_models.APITimeoutError:
        return False


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("case", CASES)
def test_ctrl_c_at_any_wait_loses_no_connection(
    server: WireServer, monkeypatch: pytest.MonkeyPatch, case: str, moment: str
) -> None:
    reply, call = CASES[case]
    left = 0

    def interrupting(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def wait(*args: Any, **options: Any) -> Any:
            nonlocal left
            if threading.current_thread() is not threading.main_thread():
                return original(*args, **options)
            left -= 1
            if left == 0 and moment == "before":
                signal.raise_signal(signal.SIGINT)
            result = original(*args, **options)
            if left == 0:
                signal.raise_signal(signal.SIGINT)
            return result

        monkeypatch.setattr(owner, name, wait)

    for name in ("connect", "sendall", "send", "recv"):
        interrupting(socket.socket, name)
    interrupting(time, "sleep")
    count = 0
    reached = True
    while reached:
        count += 1
        server.reply = reply
        with OpenAI(**settings(server)) as client:
            left = count
            try:
                call(client)
            except KeyboardInterrupt:
                pass
            else:
                reached = left <= 0  # a last wait that was not interrupted
            left = 0
            server.reply = echo
            assert works(client), count
    assert count > 3
    server.wait_for_open(0)
