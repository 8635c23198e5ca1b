"""Run tests/integration against llama.cpp's own server and Prism, which this script starts and stops.

    python -m tests.integration.run [arguments for pytest]

llama.cpp's server runs from `.venv-integration`, which `make integration` builds from requirements/integration.txt;
Prism from the npm packages that tools/node.py installs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.server_process import Server, ServerError

import node
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LLAMA_PYTHON = ROOT / ".venv-integration" / "bin" / "python"
SPEC = ROOT / "openapi.yaml"

LLAMA_KEY = "sk-integration"
# The alphabetically first alias is the ID; its slash and colon test how the client encodes the path.
LLAMA_ALIASES = ("acme/tiny-random:f32", "tiny")
LOG_TAIL = 40


def main(arguments: Sequence[str]) -> int:
    """Start the servers, run the tests, stop the servers. Return pytest's exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    node.ensure()
    with tempfile.TemporaryDirectory(prefix="integration-") as folder:
        logs = Path(folder)
        try:
            with running_servers(logs) as addresses:
                status = subprocess.run(
                    [sys.executable, "-m", "pytest", f"--confcutdir={HERE}", str(HERE), *arguments],
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
    # An exception, so that the context managers stop the servers.
    sys.exit(128 + number)


@contextlib.contextmanager
def running_servers(logs: Path) -> Iterator[dict[str, str]]:
    """Start every server. Yield their addresses and keys as the environment variables that tests/integration reads."""
    with contextlib.ExitStack() as stack:
        llama = stack.enter_context(llama_server(logs).running(logs / "llama.cpp.log"))
        mock = stack.enter_context(MockServer())

        def prism(name: str, *arguments: str) -> str:
            server = prism_server(name, *arguments)
            return stack.enter_context(server.running(logs / f"{name}.log"))

        yield {
            "LLAMA_CPP_BASE_URL": f"{llama}/v1",
            "LLAMA_CPP_API_KEY": LLAMA_KEY,
            # Prism serves the paths of the spec without the `/v1` of its server URL.
            "PRISM_BASE_URL": prism("prism", "mock", str(SPEC)),
            "PRISM_LLAMA_CPP_BASE_URL": prism("prism-llama.cpp", "proxy", str(SPEC), f"{llama}/v1"),
            "PRISM_MOCK_BASE_URL": prism("prism-mock", "proxy", str(SPEC), mock.base_url),
            "MOCK_API_KEY": mock.api_key,
        }


def llama_server(folder: Path) -> Server:
    """Return llama.cpp's server with a new model of random weights."""
    model = folder / "tiny.gguf"
    subprocess.run([LLAMA_PYTHON, HERE / "tiny_gguf.py", model], check=True)
    return Server(
        name="llama.cpp's server",
        command=[str(LLAMA_PYTHON), str(HERE / "llama_server.py"), str(model), *LLAMA_ALIASES],
        ready=r"ready: (http://[\w.:]+)\n",
        environment=dict(os.environ) | {"LLAMA_API_KEY": LLAMA_KEY},
    )


def prism_server(name: str, *arguments: str) -> Server:
    """Return Prism with a command and its operands, on a free port."""
    return Server(
        name=name,
        command=node.command("prism", *arguments, "--host", "127.0.0.1", "--port", "0"),
        ready=r"listening on (http://[\w.:]+)\n",
        # Colour codes would end up within the address.
        environment=without_settings(node.environment()) | {"FORCE_COLOR": "0", "NO_COLOR": "1"},
    )


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the variables that configure the client or a proxy."""
    prefixes = ("OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {name: value for name, value in environment.items() if not name.upper().startswith(prefixes)}


def show_tails(logs: Path) -> None:
    """Print the last lines of every server's log."""
    for log in sorted(logs.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print(f"--- last lines of {log.stem}", *lines[-LOG_TAIL:], sep="\n", file=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
