"""The command `openai-models`, also as `python -m openai_models`."""

from __future__ import annotations

import sys

EXTRA = ("typer", "rich", "dateutil", "platformdirs")


def main() -> int:
    """Run the command; give its exit status."""
    try:
        from .cli.app import run  # noqa: PLC0415 - of the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        sys.stderr.write('openai-models needs an extra: pip install "openai-models[cli]"\n')
        return 2
    except KeyboardInterrupt:
        return 130
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
