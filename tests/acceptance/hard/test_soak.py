"""A small soak; `make soak` is the large one."""

import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).with_name("soak.py")


def test_thousands_of_calls_over_faults_end_as_they_should_and_leave_nothing() -> None:
    command = [sys.executable, "-W", "error", str(SOAK), "--calls", "3000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every outcome as it should be; nothing grew" in done.stdout
    assert done.stderr == ""
