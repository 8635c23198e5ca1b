"""`python -m openai_models.contract URL`."""

from __future__ import annotations

import sys

try:
    from ._command import main
except ModuleNotFoundError as error:
    if error.name != "typer":
        raise
    sys.stderr.write('contract: the contract needs an extra: pip install "openai-models[contract]"\n')
    sys.exit(2)

if __name__ == "__main__":
    main()
