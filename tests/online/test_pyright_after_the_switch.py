"""The same programs under pyright, which comes from npm."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.typing.switch import PROGRAMS, write_switched

ROOT = Path(__file__).parents[2]


def test_the_programs_pass_pyright_before_and_after_the_switch(tmp_path: Path) -> None:
    paths = [str(ROOT / "wrapper"), str(ROOT / "generated")]
    config = {"include": ["."], "typeCheckingMode": "standard", "extraPaths": paths}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
    for program in PROGRAMS:
        shutil.copy(program, tmp_path / "before")
    write_switched(tmp_path / "after")
    node = str(ROOT / "tools" / "node.py")
    command = [sys.executable, node, "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == 2 * len(PROGRAMS)
    assert report["generalDiagnostics"] == []
