"""`make audit` asks about every pin, and fails when something is known of one, or when nobody answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY_PIN = {
    (canonicalize_name(pin.name), str(pin.specifier).removeprefix("=="))
    for file in audit.REQUIREMENTS
    for pin in map(Requirement, audit.pins(file))
}


class Database:
    """Speaks so much of OSV's API as `uv audit` asks for; knows something bad of the packages in `bad`."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()
        self.bad: set[str] = set()
        database = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                queries = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
                self._answer({"results": [database.known_of(query) for query in queries]})

            def do_GET(self) -> None:
                package = {"name": self.path.rpartition("BAD-")[2], "ecosystem": "PyPI"}
                everything = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}
                affected = [{"package": package, "ranges": [everything]}]
                self._answer(self.stamped(f"BAD-{package['name']}") | {"summary": "It bites.", "affected": affected})

            @staticmethod
            def stamped(identity: str) -> dict[str, Any]:
                return {"id": identity, "modified": "2024-01-01T00:00:00Z"}

            def _answer(self, value: object) -> None:
                data = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.stamped = Handler.stamped
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def known_of(self, query: dict[str, Any]) -> dict[str, Any]:
        name = query["package"]["name"]
        self.asked.add((name, query["version"]))
        return {"vulns": [self.stamped(f"BAD-{name}")]} if name in self.bad else {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database()
    with database.server as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield database
        server.shutdown()
        thread.join()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, audit.__file__, *arguments],
        env=os.environ | {"UV_HTTP_RETRIES": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_asks_about_every_pin_and_is_content_where_nothing_is_known(database: Database) -> None:
    done = run(f"--service-url={database.url}")
    assert done.returncode == 0, done.stderr
    assert database.asked == EVERY_PIN
    assert len(EVERY_PIN) > 100


def test_something_known_of_a_pin_of_any_file_fails_it(database: Database) -> None:
    database.bad = {"gguf"}  # of the integration's pins alone
    done = run(f"--service-url={database.url}")
    assert done.returncode == 1
    assert "BAD-gguf: It bites." in done.stdout


def test_a_database_that_does_not_answer_is_no_clean_bill(database: Database) -> None:
    database.server.server_close()
    assert run(f"--service-url={database.url}").returncode == 2


def looked_up(folder: Path, database: object) -> subprocess.CompletedProcess[str]:
    """Look every pin up in a copy of safety-db."""
    copy = folder / "insecure.json"
    copy.write_text(database if isinstance(database, str) else json.dumps(database), "utf-8")
    return subprocess.run(
        [sys.executable, audit.__file__, f"--safety-db={copy}"], capture_output=True, text=True, timeout=60, check=False
    )


META: dict[str, object] = {"$meta": {"timestamp": 1775023247}}


def test_a_copy_of_safety_db_does_where_no_database_is_reached(tmp_path: Path) -> None:
    name, version = next(pin for pin in sorted(EVERY_PIN) if pin[0] == "httpx")
    clean = looked_up(tmp_path, {**META, name: [f"<{version}", f">{version}"], "no-such-package": [">=0"]})
    assert (clean.returncode, clean.stderr) == (0, "")
    assert "safety-db of 2026-04-01: 2 packages" in clean.stdout
    bad = looked_up(tmp_path, {**META, "HTTPX": [f"<{version}", f">=0,<={version}"]})
    assert bad.returncode == 1
    assert f"httpx {version} is vulnerable (>=0,<={version})" in bad.stdout


def test_every_pin_is_looked_up(tmp_path: Path) -> None:
    done = looked_up(tmp_path, META | {name: [">=0"] for name, _ in EVERY_PIN})
    assert done.returncode == 1
    told = {line.strip().partition(" is vulnerable")[0] for line in done.stdout.splitlines()}
    assert {f"{name} {version}" for name, version in EVERY_PIN} <= told


@pytest.mark.parametrize(
    "database",
    ["", "[]", "{}", {"httpx": []}, "no JSON", {**META, "httpx": 5}],
    ids=repr,
)
def test_what_is_no_copy_of_safety_db_says_nothing_of_any_pin(database: object, tmp_path: Path) -> None:
    done = looked_up(tmp_path, database)
    assert done.returncode == 2
    assert "is not a copy of safety-db's insecure.json" in done.stderr


def test_versions_of_a_pinned_package_that_cannot_be_read_say_nothing_of_it(tmp_path: Path) -> None:
    done = looked_up(tmp_path, META | {"httpx": ["<2-bogus!"]})
    assert done.returncode == 2
    assert "safety-db's '<2-bogus!' can't be read" in done.stderr
    assert looked_up(tmp_path, META | {"no-such-package": ["<2-bogus!"]}).returncode == 0
