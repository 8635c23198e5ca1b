"""The exit statuses: one table for the code, the help and the docs."""

from enum import IntEnum
from typing import Final

__all__ = ["MEANINGS", "Exit"]


class Exit(IntEnum):
    """The status that the command returns to the shell."""

    FINE = 0
    DIFFERS = 1
    USAGE = 2
    KEY = 3
    NO_MODEL = 4
    CHECK_FAILED = 5
    SERVER = 6
    INTERRUPTED = 130


MEANINGS: Final = {
    Exit.FINE: "success",
    Exit.DIFFERS: "differences found, contract failed, or deletion not confirmed",
    Exit.USAGE: "wrong option, file or setting; or no verdict on the contract",
    Exit.KEY: "the key is missing, was refused, or may not do this",
    Exit.NO_MODEL: "there is no such model",
    Exit.CHECK_FAILED: "a checked model is missing, or will be shut down soon",
    Exit.SERVER: "the server or the network failed",
    Exit.INTERRUPTED: "interrupted by Ctrl-C",
}
