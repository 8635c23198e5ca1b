"""Run the mock server in the foreground: `python -m openai_models.testing --port 8000`."""

import argparse
import signal
import sys
import time

from ._default_models import read_models
from ._mock import MockServer
from ._profiles import OFFICIAL, PROFILES

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM. Return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m openai_models.testing",
        description="Run a mock of the OpenAI API's model endpoints until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument(
        "--profile", default=OFFICIAL, help=f"server to imitate (default: %(default)s): {', '.join(PROFILES)}"
    )
    parser.add_argument(
        "--models", metavar="FILE.json", help="initial models: an array, or a list as the API returns it"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds to wait before every response")
    parser.add_argument(
        "--fail-rate", type=float, default=0.0, help="share of requests that fail at random, 0.0 to 1.0"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the random failures: with the same one, the same requests fail"
    )
    options = parser.parse_args(arguments)
    # Explicitly, since a shell may start a background job with SIGINT ignored.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        serve(build_server(options))
    except KeyboardInterrupt:  # before the server was up
        return 0
    except OSError as error:
        parser.exit(1, f"openai-models: {error.strerror}\n")
    except (ImportError, TypeError, ValueError) as error:
        parser.exit(1, f"openai-models: {error}\n")
    return 0


def build_server(options: argparse.Namespace) -> MockServer:
    """Build the server that the options describe.

    Raises:
        ValueError: An option is out of range.
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
    """Run the server, print its URL and keys, and wait for a signal."""
    with server as mock:
        is_official = mock.profile == OFFICIAL
        server_name = "the OpenAI API" if is_official else mock.profile
        reader = f"# A key that may not delete: {mock.reader_api_key}\n" if is_official else ""
        # In one piece: whoever started this may read as far as the key, and close the pipe.
        sys.stdout.write(
            f"# A mock of {server_name}'s model endpoints, until Ctrl-C. To use it, in another shell:\n"
            f"export OPENAI_BASE_URL={mock.base_url}\n"
            f"export OPENAI_API_KEY={mock.api_key}\n{reader}"
        )
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)  # on every platform, a signal interrupts it; not so a lock
        except KeyboardInterrupt:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
