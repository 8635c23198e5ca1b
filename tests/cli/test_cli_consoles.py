"""Consoles that have few characters, and pipes that nobody reads, such as those of Windows."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import COMMAND

from openai_models.cli._output import echo_err, emit
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("encoding", "variables"), [("ascii", {}), ("cp437", {}), ("cp1252", {"FORCE_COLOR": "1"})], ids=str
)
def test_any_model_id_is_shown(encoding: str, variables: dict[str, str], environment: dict[str, str]) -> None:
    models = [{"id": "modèle-ü-模型-😀", "object": "model", "created": 1, "owned_by": "acmé"}]
    console = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONWARNINGS": "error", **variables}
    with MockServer(models=models) as mock:
        given = environment | console | {"OPENAI_BASE_URL": mock.base_url}
        done = subprocess.run([*COMMAND, "list"], env=given, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\U0001f600" in done.stdout.decode(encoding)


class FailingStream(io.TextIOWrapper):
    """A stream on which each write fails."""

    def __init__(self, file: Path, number: int) -> None:
        super().__init__(file.open("wb"))
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number), text)


@pytest.mark.parametrize(("name", "write"), [("stdout", emit), ("stderr", echo_err)])
@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL, errno.ENOSPC], ids=["pipe", "on Windows", "full disk"])
def test_a_pipe_that_nobody_reads_is_no_error_and_a_full_disk_is_one(
    name: str, write: Callable[[str], None], number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FailingStream(tmp_path / "file", number) as stream:
        monkeypatch.setattr(sys, name, stream)
        with pytest.raises(OSError, match="No space") if number == errno.ENOSPC else nullcontext():
            write("text")
