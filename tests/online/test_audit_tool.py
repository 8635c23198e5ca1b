"""`make audit` asks about every pin, and fails when something is known of one, or when nobody answers."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    LookUp = Callable[[object], tuple[int, str, str]]

EVERY_PIN = {
    (canonicalize_name(pin.name), str(pin.specifier).removeprefix("=="))
    for file in audit.REQUIREMENTS
    for pin in map(Requirement, audit.pins(file))
}
META: dict[str, object] = {"$meta": {"timestamp": 1775023247}}


class Database(ThreadingHTTPServer):
    """Speaks so much of OSV's API as `uv audit` asks for; knows something bad of the packages in `bad`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: set[tuple[str, str]] = set()
        self.bad: set[str] = set()
        self.option = f"--service-url=http://127.0.0.1:{self.server_port}"

    def known_of(self, query: dict[str, Any]) -> dict[str, Any]:
        name = query["package"]["name"]
        self.asked.add((name, query["version"]))
        return {"vulns": [vulnerability(name)]} if name in self.bad else {}


def vulnerability(name: str, **details: object) -> dict[str, object]:
    return {"id": f"BAD-{name}", "modified": "2024-01-01T00:00:00Z", **details}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
        assert isinstance(self.server, Database)
        self.answer({"results": [self.server.known_of(query) for query in queries]})

    def do_GET(self) -> None:
        name = self.path.rpartition("BAD-")[2]
        versions = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
        affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": versions}]
        self.answer(vulnerability(name, summary="It bites.", affected=affected))

    def answer(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with Database() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_asks_about_every_pin_and_is_content_where_nothing_is_known(database: Database) -> None:
    assert audit.main([database.option]) == 0
    assert database.asked == EVERY_PIN
    assert len(EVERY_PIN) > 100


def test_something_known_of_a_pin_of_any_file_fails_it(database: Database, capfd: pytest.CaptureFixture[str]) -> None:
    database.bad = {"gguf"}  # of the integration's pins alone
    assert audit.main([database.option]) == 1
    assert "BAD-gguf: It bites." in capfd.readouterr().out


def test_a_database_that_does_not_answer_is_no_clean_bill(database: Database) -> None:
    database.server_close()
    assert audit.main([database.option]) == 2


@pytest.fixture
def look_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> LookUp:
    """Look every pin up in a copy of safety-db. Return the status and what is printed."""

    def run(database: object) -> tuple[int, str, str]:
        copy = tmp_path / "insecure.json"
        copy.write_text(database if isinstance(database, str) else json.dumps(database), "utf-8")
        status = audit.main([f"--safety-db={copy}"])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_a_copy_of_safety_db_does_where_no_database_is_reached(look_up: LookUp) -> None:
    version = next(version for name, version in EVERY_PIN if name == "httpx")
    status, out, err = look_up(
        {**META, "httpx": [f"<{version}", f">{version}"], "no-such-package": [">=0", "<2-bogus!"]}
    )
    assert (status, err) == (0, "")
    assert "safety-db of 2026-04-01: 2 packages" in out
    status, out, _ = look_up({**META, "HTTPX": [f"<{version}", f">=0,<={version}"]})
    assert status == 1
    assert f"httpx {version} is vulnerable (>=0,<={version})" in out


def test_every_pin_is_looked_up(look_up: LookUp) -> None:
    status, out, _ = look_up(META | {name: [">=0"] for name, _ in EVERY_PIN})
    assert status == 1
    named = {line.strip().partition(" is vulnerable")[0] for line in out.splitlines()}
    assert {f"{name} {version}" for name, version in EVERY_PIN} <= named


@pytest.mark.parametrize("database", ["", "[]", "{}", {"httpx": []}, "no JSON", {**META, "httpx": 5}], ids=repr)
def test_what_is_no_copy_of_safety_db_says_nothing_of_any_pin(database: object, look_up: LookUp) -> None:
    status, _, err = look_up(database)
    assert status == 2
    assert "is not a copy of safety-db's insecure.json" in err


def test_versions_of_a_pinned_package_that_cannot_be_read_say_nothing_of_it(look_up: LookUp) -> None:
    status, _, err = look_up(META | {"httpx": ["<2-bogus!"]})
    assert status == 2
    assert "safety-db's '<2-bogus!' can't be read" in err
