"""The contract can be trusted: red on a broken server, the same each time, and careful."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import define, field
from tests.contract.suite import hold

from openai_models.testing import MockServer
from openai_models.testing._mock import API_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@define
class Exchange:
    """One request on its way to the mock, and the mock's answer on its way back."""

    method: str
    path: str
    headers: dict[str, str]
    status: int = 0
    answer_headers: dict[str, str] = field(factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @json.setter
    def json(self, value: object) -> None:
        self.body = json.dumps(value).encode()


@contextmanager
def broken(mock: MockServer, bug: Callable[[Exchange], None], *, on_request: bool = False) -> Iterator[str]:
    """Put a bug between the mock and its clients, and give the base URL of what comes out."""
    address = httpx.URL(mock.base_url).copy_with(path="/")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one write: Nagle's algorithm holds a second one back

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            exchange = Exchange(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
            if on_request:
                bug(exchange)
            authorization = exchange.headers.get("authorization")
            sent = {"authorization": authorization} if authorization is not None else {}
            url = address.copy_with(raw_path=exchange.path.encode())
            response = client.request(exchange.method, url, headers=sent)
            exchange.status, exchange.body = response.status_code, response.content
            exchange.answer_headers = dict(response.headers)
            if not on_request:
                bug(exchange)
            self.send_response(exchange.status)
            exchange.answer_headers["content-length"] = str(len(exchange.body))
            for name, value in exchange.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()
            if exchange.method != "HEAD":
                self.wfile.write(exchange.body)

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with httpx.Client() as client, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def a_status_nobody_documented(exchange: Exchange) -> None:
    if exchange.status == 404:
        exchange.status = 418


def a_number_sent_as_text(exchange: Exchange) -> None:
    if exchange.status == 200 and b'"created"' in exchange.body:
        exchange.body = exchange.body.replace(b'"created":', b'"created":"",' + b'"was":')


def no_request_id(exchange: Exchange) -> None:
    exchange.answer_headers.pop("x-request-id", None)


def an_error_page(exchange: Exchange) -> None:
    if exchange.status == 404:
        exchange.answer_headers["content-type"] = "text/html"
        exchange.body = b"<html>Not Found</html>"


def an_error_without_its_envelope(exchange: Exchange) -> None:
    if exchange.status == 404:
        exchange.json = {"detail": "Not Found"}


def a_failure_on_an_odd_id(exchange: Exchange) -> None:
    if exchange.status == 404 and "%" in exchange.path:
        exchange.status = 500


def a_method_that_is_not_there_succeeds(exchange: Exchange) -> None:
    if exchange.status == 405:
        exchange.status = 200
        exchange.json = {"object": "list", "data": []}


def a_405_without_allow(exchange: Exchange) -> None:
    if exchange.status == 405:
        exchange.answer_headers.pop("allow", None)


def every_key_is_let_in(exchange: Exchange) -> None:
    exchange.headers["authorization"] = f"Bearer {API_KEY}"


BUGS = {
    a_status_nobody_documented: "status_code_conformance",
    a_number_sent_as_text: "response_schema_conformance",
    no_request_id: "response_headers_conformance",
    an_error_page: "content_type_conformance",
    an_error_without_its_envelope: "response_schema_conformance",
    a_failure_on_an_odd_id: "not_a_server_error",
    a_method_that_is_not_there_succeeds: "unsupported_method",
    a_405_without_allow: "unsupported_method",
}


@pytest.mark.parametrize(("bug", "check"), BUGS.items(), ids=[bug.__name__ for bug in BUGS])
def test_a_broken_server_falls_short_of_the_check_meant_for_it(bug: Callable[[Exchange], None], check: str) -> None:
    with MockServer() as mock, broken(mock, bug) as base_url:
        verdict = hold(base_url, mock.api_key, deletes=True, max_examples=5)
    assert check in {fault.check for fault in verdict.faults}, str(verdict)


def test_a_server_that_lets_every_key_in_falls_short() -> None:
    with MockServer() as mock, broken(mock, every_key_is_let_in, on_request=True) as base_url:
        verdict = hold(base_url, mock.api_key, deletes=True, max_examples=5)
    assert "ignored_auth" in {fault.check for fault in verdict.faults}, str(verdict)


def test_what_stands_between_changes_nothing_by_itself() -> None:
    with MockServer() as mock, broken(mock, lambda _: None) as base_url:
        verdict = hold(base_url, mock.api_key, deletes=True)
    assert not verdict.faults, str(verdict)


def test_a_fault_is_told_with_a_command_that_shows_it() -> None:
    with MockServer() as mock, broken(mock, no_request_id) as base_url:
        verdict = hold(base_url, mock.api_key, deletes=True, max_examples=1)
    assert "curl -X GET" in str(verdict)
    assert base_url in str(verdict)
    assert mock.api_key not in str(verdict)


def test_a_server_that_is_not_ours_gets_no_delete() -> None:
    with MockServer() as mock:
        verdict = hold(mock.base_url, mock.api_key, deletes=False)
        methods = {request.method for request in mock.requests}
    assert not verdict.faults, str(verdict)
    assert "GET" in methods
    assert "DELETE" not in methods


def test_the_same_server_is_asked_the_same_each_time() -> None:
    def asked() -> list[tuple[str, str]]:
        with MockServer() as mock:
            hold(mock.base_url, mock.api_key, deletes=True, max_examples=5)
            return sorted((request.method, request.path) for request in mock.requests)

    assert asked() == asked()
