"""The mock server in the foreground: `python -m openai_models.testing --port 8000`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from ._mock import MockServer
from ._profiles import OFFICIAL, PROFILES
from ._seeds import read_models

ENDING = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m openai_models.testing",
        description="Run a mock of the OpenAI API's model endpoints until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument(
        "--profile", default=OFFICIAL, help=f"the server to play (default: %(default)s): {', '.join(PROFILES)}"
    )
    parser.add_argument("--models", metavar="FILE.json", help="the models to start with, as the API lists them")
    parser.add_argument("--latency", type=float, default=0.0, help="the seconds before every answer")
    parser.add_argument("--fail-rate", type=float, default=0.0, help="the share of requests that fail, 0.0 to 1.0")
    parser.add_argument("--seed", type=int, default=0, help="which requests fail: the same with the same seed")
    options = parser.parse_args(arguments)
    # Set even where a shell started this with SIGINT ignored.
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    try:
        serve(server_of(options))
    except KeyboardInterrupt:  # before it was up
        return 0
    except OSError as error:
        parser.exit(1, f"{error.strerror}\n")
    except (ImportError, TypeError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    return 0


def server_of(options: argparse.Namespace) -> MockServer:
    """Make the server that the options describe.

    Raises:
        ValueError: They describe none.
    """
    return MockServer(
        host=options.host,
        port=options.port,
        profile=options.profile,
        models=None if options.models is None else read_models(options.models),
        latency=options.latency,
        fail_rate=options.fail_rate,
        seed=options.seed,
    )


def serve(server: MockServer) -> None:
    """Say where the server is, and wait for a signal."""
    with server as mock:
        is_official = mock.profile == OFFICIAL
        whose = "the OpenAI API" if is_official else mock.profile
        sys.stdout.write(
            f"# A mock of {whose}'s model endpoints, until Ctrl-C. To use it, in another shell:\n"
            f"export OPENAI_BASE_URL={mock.base_url}\n"
            f"export OPENAI_API_KEY={mock.api_key}\n"
        )
        if is_official:
            sys.stdout.write(f"# A key that may not delete: {mock.reader_api_key}\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)  # unlike a lock, a signal interrupts it on every system
        except KeyboardInterrupt:
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
