"""`openai-models mock`."""

import signal
import subprocess
import sys
from pathlib import Path

import click

from ._errors import CliError
from ._exit_codes import Exit
from ._help import HelpInSections
from ._options import number
from ._output import emit

EXAMPLES = """
Examples:
  openai-models mock --port 8000
  openai-models mock --profile vllm --latency 0.2 --fail-rate 0.1
  eval "$(openai-models mock --env)"; openai-models list; kill $OPENAI_MODELS_MOCK_PID
"""
LAST_LINE = "export OPENAI_API_KEY="


@click.command("mock", cls=HelpInSections, epilog=EXAMPLES)
@click.option(
    "--port", metavar="N", type=number(int, 0, 65535), default=0, help="Port of 127.0.0.1 [default: a free one]"
)
@click.option("--profile", "server", metavar="NAME", help="Server to imitate, such as vllm [default: openai]")
@click.option("--models", metavar="FILE.json", type=click.Path(path_type=Path), help="Initial models")
@click.option(
    "--latency", metavar="SECONDS", type=number(float, 0), default=0.0, help="Wait this long before every response"
)
@click.option(
    "--fail-rate",
    metavar="SHARE",
    type=number(float, 0, 1),
    default=0.0,
    help="Share of requests that fail at random, from 0 to 1",
)
@click.option("--env", is_flag=True, help="Serve in the background, and print lines for the shell's eval")
def mock(*, port: int, server: str | None, models: Path | None, latency: float, fail_rate: float, env: bool) -> Exit:
    """Run a mock of the API until Ctrl-C or SIGTERM. It prints its URL and key."""
    if env:
        return _serve_in_background()
    from ..testing import MockServer  # noqa: PLC0415 - of another extra
    from ..testing.__main__ import STOP_SIGNALS, serve  # noqa: PLC0415 - the same
    from ..testing._default_models import read_models  # noqa: PLC0415 - the same

    # Set even where a shell started this with SIGINT ignored.
    for each in STOP_SIGNALS:
        signal.signal(each, signal.default_int_handler)
    given = None if models is None else read_models(models)
    try:
        serve(MockServer(port=port, profile=server, models=given, latency=latency, fail_rate=fail_rate))
    except KeyboardInterrupt:  # before it was up
        return Exit.FINE
    return Exit.FINE


def _serve_in_background() -> Exit:
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
            # Its first line says "until Ctrl-C".
            stop = "# A mock server in the background. To stop it: kill $OPENAI_MODELS_MOCK_PID\n"
            emit(stop + "".join(lines[1:]) + f"export OPENAI_MODELS_MOCK_PID={server.pid}\n")
            return Exit.FINE
    why = server.stderr.read().strip().removeprefix("openai-models: ")
    server.wait()
    raise CliError(Exit.USAGE, f"the mock did not start: {why}")
