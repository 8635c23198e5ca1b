"""Run tests/integration against llama.cpp's own server and Prism, which this script installs, starts and ends.

    python tools/integration.py [arguments for pytest]

The servers run from environments of their own: llama.cpp's from `.venv-integration`, made from
requirements/integration.txt; Prism from the npm packages that `node.py` keeps.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import node
from openai_models.testing import MockServer
from server_process import Server, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"
REQUIREMENTS = ROOT / "requirements" / "integration.txt"
ENVIRONMENT = ROOT / ".venv-integration"
SPEC = ROOT / "openapi.yaml"

LLAMA_KEY = "sk-integration"
# The name that comes first in the alphabet is the id; its slash and colon test the path that the client makes of it.
LLAMA_ALIASES = ("acme/tiny-random:f32", "tiny")
LOG_TAIL = 40


def main(arguments: Sequence[str]) -> int:
    """Install, start the servers, run the tests, end the servers; the exit status is that of pytest."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    python = install_llama()
    node.ensure()
    with tempfile.TemporaryDirectory(prefix="integration-") as folder:
        logs = Path(folder)
        try:
            with started(python, logs) as addresses:
                status = subprocess.run(
                    # The tests of server_process.py import it from here.
                    [
                        sys.executable,
                        "-m",
                        "pytest",
                        "--override-ini=pythonpath=tools",
                        "tests/integration",
                        *arguments,
                    ],
                    cwd=ROOT,
                    env=without_settings(os.environ) | addresses,
                    check=False,
                ).returncode
        except ServerError as error:
            print(f"integration: {error}", file=sys.stderr)
            return 1
        if status:
            show_tails(logs)
    return status


def _leave(number: int, _frame: FrameType | None) -> None:
    # An exception, so that the servers are ended on the way out.
    sys.exit(128 + number)


def install_llama() -> Path:
    """Make the environment of llama.cpp's server unless it is there and made from the same pins; return its Python."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / ".ready"
    pins = f"{sys.version}\n{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()}\n"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == pins:
        return python
    print(f"setting up {ENVIRONMENT.name} (half a minute, once)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", str(REQUIREMENTS)], check=True)
    stamp.write_text(pins, encoding="utf-8")
    return python


@contextlib.contextmanager
def started(python: Path, logs: Path) -> Iterator[dict[str, str]]:
    """Start every server; yield where they are, as the variables that tests/integration reads."""
    with contextlib.ExitStack() as stack:
        llama = stack.enter_context(llama_server(python, logs).running(logs / "llama.cpp.log"))
        mock = stack.enter_context(MockServer())

        def prism(name: str, *arguments: str) -> str:
            server = prism_server(name, *arguments)
            return stack.enter_context(server.running(logs / f"{name}.log"))

        yield {
            "LLAMA_CPP_BASE_URL": f"{llama}/v1",
            "LLAMA_CPP_API_KEY": LLAMA_KEY,
            # Prism serves the paths of the spec as they stand, without the `/v1` of its server address.
            "PRISM_BASE_URL": prism("prism", "mock", str(SPEC)),
            "PRISM_LLAMA_CPP_BASE_URL": prism("prism-llama.cpp", "proxy", str(SPEC), f"{llama}/v1"),
            "PRISM_MOCK_BASE_URL": prism("prism-mock", "proxy", str(SPEC), mock.base_url),
            "MOCK_API_KEY": mock.api_key,
        }


def llama_server(python: Path, folder: Path) -> Server:
    """llama.cpp's server with a model of random weights, written here."""
    model = folder / "tiny.gguf"
    subprocess.run([python, TOOLS / "tiny_gguf.py", model], check=True)
    return Server(
        name="llama.cpp's server",
        command=[str(python), str(TOOLS / "llama_server.py"), str(model), *LLAMA_ALIASES],
        ready=r"ready: (http://[\w.:]+)\n",
        environment=dict(os.environ) | {"LLAMA_API_KEY": LLAMA_KEY},
    )


def prism_server(name: str, *arguments: str) -> Server:
    """Prism with the given command and operands, on a free port."""
    return Server(
        name=name,
        command=node.command("prism", *arguments, "--host", "127.0.0.1", "--port", "0"),
        ready=r"listening on (http://[\w.:]+)\n",
        # No colours: they would stand in the middle of the address.
        environment=without_settings(node.environment()) | {"FORCE_COLOR": "0", "NO_COLOR": "1"},
    )


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment less what would steer the client, or send its requests elsewhere."""
    steering = ("OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {name: value for name, value in environment.items() if not name.upper().startswith(steering)}


def show_tails(logs: Path) -> None:
    """Print the last lines of every server, which say what the failing tests cannot."""
    for log in sorted(logs.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print(f"--- the last lines of {log.stem}", *lines[-LOG_TAIL:], sep="\n", file=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
