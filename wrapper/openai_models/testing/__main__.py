"""The mock server in the foreground: `python -m openai_models.testing --port 8000`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from ._mock import MockServer

ENDING = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m openai_models.testing",
        description="Run a mock of the OpenAI API's model endpoints until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    options = parser.parse_args(arguments)
    # Set even where a shell started this with SIGINT ignored.
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    try:
        serve(MockServer(host=options.host, port=options.port))
    except KeyboardInterrupt:  # before it was up
        return 0
    except OSError as error:
        parser.exit(1, f"{error.strerror}\n")
    except (ImportError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    return 0


def serve(server: MockServer) -> None:
    """Say where the server is, and wait for a signal."""
    with server as mock:
        sys.stdout.write(
            "# A mock of the OpenAI API's model endpoints, until Ctrl-C. To use it, in another shell:\n"
            f"export OPENAI_BASE_URL={mock.base_url}\n"
            f"export OPENAI_API_KEY={mock.api_key}\n"
            f"# A key that may not delete: {mock.reader_api_key}\n"
        )
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)  # unlike a lock, a signal interrupts it on every system
        except KeyboardInterrupt:
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
