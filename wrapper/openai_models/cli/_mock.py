"""`openai-models mock`: a server to play with."""

# ruff: noqa: PLR0917 - typer's commands take their options so

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from ._errors import Refusal
from ._exit import Exit
from ._output import emit

EXAMPLES = """\b
Examples:
  openai-models mock --port 8000
  openai-models mock --profile vllm --latency 0.2 --fail-rate 0.1
  eval "$(openai-models mock --env)"; openai-models list; kill $OPENAI_MODELS_MOCK_PID
"""
LAST_LINE = "export OPENAI_API_KEY="


def mock(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of 127.0.0.1; 0 for a free one.")] = 0,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="The server to play, such as vllm.")] = None,
    models: Annotated[Path | None, typer.Option(metavar="FILE.json", help="The models to start with.")] = None,
    latency: Annotated[float, typer.Option(metavar="SECONDS", help="The time before every answer.")] = 0.0,
    fail_rate: Annotated[float, typer.Option(min=0.0, max=1.0, help="The share of requests that fail.")] = 0.0,
    env: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--env", help="Serve in the background; print what a shell's eval takes.")
    ] = False,
) -> Exit:
    """Serve a mock of the API until Ctrl-C or SIGTERM; print its URL and key."""
    if env:
        return _in_background()
    from ..testing import MockServer  # noqa: PLC0415 - of another extra
    from ..testing.__main__ import STOP_SIGNALS, serve  # noqa: PLC0415 - the same
    from ..testing._default_models import read_models  # noqa: PLC0415 - the same

    # Set even where a shell started this with SIGINT ignored.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    given = None if models is None else read_models(models)
    try:
        serve(MockServer(port=port, profile=profile, models=given, latency=latency, fail_rate=fail_rate))
    except KeyboardInterrupt:  # before it was up
        return Exit.FINE
    return Exit.FINE


def _in_background() -> Exit:
    arguments = [each for each in sys.argv[1:] if each != "--env"]
    server = subprocess.Popen(  # noqa: S603 - this command itself
        [sys.executable, "-m", "openai_models", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stdout is not None
    assert server.stderr is not None
    lines: list[str] = []
    for line in server.stdout:
        lines.append(line)
        if line.startswith(LAST_LINE):
            emit("".join(lines) + f"export OPENAI_MODELS_MOCK_PID={server.pid}\n")
            return Exit.FINE
    why = server.stderr.read().strip().removeprefix("openai-models: ")
    server.wait()
    raise Refusal(Exit.USAGE, f"the mock didn't start: {why}")
