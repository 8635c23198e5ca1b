"""Consoles that have few characters, and pipes that nobody reads, such as those of Windows."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openai_models.cli._output import echo_err, emit
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "cp932"])
@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1"}], ids=["in a pipe", "on a terminal"])
def test_any_model_id_is_shown(encoding: str, variables: dict[str, str]) -> None:
    models = [{"id": "modèle-ü-模型-😀", "object": "model", "created": 1, "owned_by": "acmé"}]
    with MockServer(models=models) as mock:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "openai_models", "list"],
            env={
                "PATH": os.environ["PATH"],
                "OPENAI_BASE_URL": mock.base_url,
                "OPENAI_API_KEY": mock.api_key,
                "PYTHONIOENCODING": encoding,
                **variables,
            },
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\U0001f600" in done.stdout.decode(encoding)


class FailingStream(io.TextIOWrapper):
    """A stream on which each write fails."""

    def __init__(self, file: Path, number: int) -> None:
        super().__init__(file.open("wb"))
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number), text)


STREAMS = pytest.mark.parametrize(("name", "write"), [("stdout", emit), ("stderr", echo_err)])


@STREAMS
@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL], ids=["elsewhere", "on Windows"])
def test_a_pipe_that_nobody_reads_is_no_error(
    name: str, write: Callable[[str], None], number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FailingStream(tmp_path / "pipe", number) as stream:
        monkeypatch.setattr(sys, name, stream)
        write("text")


@STREAMS
def test_a_full_disk_is_an_error(
    name: str, write: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FailingStream(tmp_path / "file", errno.ENOSPC) as stream:
        monkeypatch.setattr(sys, name, stream)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            write("text")
