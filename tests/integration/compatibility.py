"""Write docs/compatibility.md: install servers from the package registries, start them, and run the contract on each.

    python -m tests.integration.compatibility [PACKAGE ...]

With packages, only their servers run, and the page goes to stdout. Each server has a folder in .cache/compatibility with
its newest version. A server that can't be installed or started stands on the page with the reason.
"""

from __future__ import annotations

import inspect
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.integration import run as integration
from tests.integration.run import ROOT, ServerError

import node
from openai_models.contract._summary import short

FOLDER: Final = ROOT / ".cache" / "compatibility"
PAGE: Final = ROOT / "docs" / "compatibility.md"
LEVELS: Final = ("compatible", "official")
KEY: Final = "sk-compatibility"
LOCAL: Final = ("--host", "127.0.0.1", "--port")
UVICORN: Final = r"Uvicorn running on (http://[\w.:]+) "
LITELLM_CONFIG: Final = f"""\
model_list:
  - {{model_name: gpt-4o-mini, litellm_params: {{model: openai/gpt-4o-mini, api_key: none}}}}
  - {{model_name: "acme/tiny:1", litellm_params: {{model: openai/tiny, api_key: none}}}}
general_settings: {{master_key: {KEY}}}
"""
HEAD: Final = """\
# Compatibility

What [the contract](contract.md) says about servers that can be installed from the package registries and start without
weights. `make compatibility` installs the newest version of each, runs the contract at both levels, and writes this page.
The last run was on {date}, with {versions}.

Level *compatible* is what a client needs, *official* is all that the OpenAI API does. A number is the number of
checks that fail, of {checks}. No model was deleted, so the checks of deletion did not run.

| server | version | compatible | official | what fails, and what a client meets |
|---|---|---|---|---|
"""


class Case(NamedTuple):
    """A server. `install` returns its version; `start` its base URL and its key, and has a docstring for the page."""

    name: str
    package: str
    install: Callable[[], str]
    start: Callable[[Path, ExitStack], tuple[str, str]]


def program(name: str, file: str = "python") -> str:
    """Return the path of a program in the environment of a server."""
    return str(FOLDER / name / "bin" / file)


def pip(name: str, package: str, *others: str) -> str:
    """Install Python packages in the environment of a server. Return the version of the first."""
    subprocess.run([sys.executable, "-m", "venv", FOLDER / name], check=True)
    install(package, [program(name), "-m", "pip", "install", "--upgrade", package, *others])
    return version_of(program(name), package.partition("[")[0])


def npm(name: str, package: str) -> str:
    """Install an npm package in the folder of a server. Return its version."""
    npm_cli = node.node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--prefix", str(FOLDER / name)]
    install(package, [str(node.node()), str(npm_cli), "install", *options, package])
    return npm_version(FOLDER / name / "node_modules", package)


def install(package: str, command: list[str]) -> None:
    """Run an installer. Its output may name hosts, which belong on no page."""
    done = subprocess.run(command, env=node.environment(), capture_output=True, check=False)
    if done.returncode:
        raise ServerError(f"{package} could not be installed (status {done.returncode})")


def version_of(python: str, package: str) -> str:
    """Return the version of a Python package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def npm_version(modules: Path, package: str) -> str:
    """Return the version of a package in a folder `node_modules`."""
    return str(json.loads((modules / package / "package.json").read_text("utf-8"))["version"])


def free_port() -> str:
    """Return a free port, for servers that can't choose one themselves."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def started(stack: ExitStack, folder: Path, command: list[str], ready: str, **settings: str) -> str:
    """Start a server until the stack is closed. Return what the group of `ready` matched in its output."""
    environment = integration.without_settings(os.environ) | {"NO_COLOR": "1", "HOME": str(folder)} | settings
    log = folder / f"{Path(command[0]).name}.log"
    return stack.enter_context(integration.running(command, ready, environment, log))


def start_litellm(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve two models, one with a slash and a colon in its id, with a master key and without a database."""
    config = folder / "config.yaml"
    config.write_text(LITELLM_CONFIG, "utf-8")
    command = [program("litellm", "litellm"), "--config", str(config), *LOCAL, "0"]
    return started(stack, folder, command, UVICORN, LITELLM_LOCAL_MODEL_COST_MAP="True") + "/v1", KEY


def start_llama(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve a model of random weights, with a slash and a colon in its id, with a key."""
    return stack.enter_context(integration.llama_server(folder)) + "/v1", integration.LLAMA_KEY


def start_prism(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve a mock made from this project's `openapi.yaml`; it keeps no state."""
    return stack.enter_context(integration.prism_server(folder, "mock", str(integration.SPEC))), KEY


def start_transformers(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve a model of the local cache, with a slash in its id, without weights and without a key."""
    model = folder / "hub" / "models--acme--tiny"
    config = model / "snapshots" / "0" / "config.json"
    for file, text in ((model / "refs" / "main", "0"), (config, '{"architectures": ["LlamaForCausalLM"]}')):
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
    command = [program("transformers", "transformers"), "serve", *LOCAL, "0", "--log-level", "info"]
    return started(stack, folder, command, UVICORN, HF_HOME=str(folder), HF_HUB_OFFLINE="1") + "/v1", KEY


def start_sglang(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve one worker, llama.cpp's server, with a key."""
    worker, key = start_llama(folder, stack)
    command = [program("sglang"), "-m", "sglang_router.launch_router", *LOCAL, free_port(), "--api-key", key]
    command += ["--prometheus-host", "127.0.0.1", "--prometheus-port", free_port()]
    command += ["--worker-urls", worker.removesuffix("/v1")]
    ready = r"Starting server on ([\w.:]+)[\s\S]*Activated 1 worker"
    return f"http://{started(stack, folder, command, ready)}/v1", key


def start_mockoon(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """Serve a mock made from this project's `openapi.yaml`; it keeps no state."""
    script = str(FOLDER / "mockoon" / "node_modules" / "@mockoon" / "cli" / "bin" / "run.js")
    command = [str(node.node()), script, "start", "--data", str(integration.SPEC), "--hostname", "127.0.0.1"]
    command += ["--port", free_port(), "--disable-log-to-file", "--disable-admin-api", "--faker-seed", "1"]
    return f"http://127.0.0.1:{started(stack, folder, command, r'Server started on port ([0-9]+)')}/v1", KEY


CASES: Final = (
    Case("LiteLLM's proxy", "litellm", lambda: pip("litellm", "litellm[proxy]", "prisma"), start_litellm),
    Case("llama.cpp's server", "xllamacpp",
         lambda: version_of(str(integration.LLAMA_PYTHON), "xllamacpp"), start_llama),
    Case("Prism", "@stoplight/prism-cli", lambda: npm_version(node.ensure(), "@stoplight/prism-cli"), start_prism),
    Case("transformers serve", "transformers",
         lambda: pip("transformers", "transformers[serving]", "torch==2.13.0"), start_transformers),
    Case("SGLang's router", "sglang-router", lambda: pip("sglang", "sglang-router"), start_sglang),
    Case("Mockoon", "@mockoon/cli", lambda: npm("mockoon", "@mockoon/cli"), start_mockoon),
)  # fmt: skip


def contract(case: Case, level: str) -> dict[str, Any]:
    """Start a server, and run the contract on it. Return the report."""
    with tempfile.TemporaryDirectory(prefix="compatibility-") as folder, ExitStack() as stack:
        base_url, key = case.start(Path(folder), stack)
        environment = integration.without_settings(os.environ) | {"OPENAI_API_KEY": key}
        command = [sys.executable, "-m", "openai_models", "contract", base_url, "--level", level, "--format", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not done.stdout:
            raise ServerError(done.stderr)
        return dict(json.loads(done.stdout))


def failed(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the checks that failed."""
    return [check for check in report["checks"] if check["verdict"] == "fails"]


def link(check: Mapping[str, Any]) -> str:
    """Return a link to a check."""
    return f"[`{check['name']}`](contract.md#{check['name']})"


def row(case: Case, version: str, *reports: Mapping[str, Any]) -> str:
    """Return the row of a server: what fails at the level compatible, with its impact, and the names of the rest."""
    compatible, official = map(failed, reports)
    counts = [f"fails {len(failed(it))}" if it["outcome"] == "fails" else it["outcome"] for it in reports]
    rest = [link(check) for check in official if check["level"] == "official"]
    lines = [f"{link(check)}: {check['impact']}" for check in compatible]
    lines += [f"Only official: {', '.join(rest)}."] if rest else []
    return f"| {' | '.join([case.name, f'{case.package} {version}', *counts, '<br>'.join(lines)])} |"


def section(case: Case, report: Mapping[str, Any]) -> str:
    """Return how a server was started, and the first problem of each check that failed."""
    lines = [f"### {case.name}", "", f"Setup: {(inspect.getdoc(case.start) or '').removeprefix('Serve ')}", ""]
    for check in failed(report):
        first = check["findings"][0]
        problem = short(first["problem"]).replace("`", "")
        lines.append(f"- {link(check)}: {first['where']}: `{problem[:160]}`")
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    """Run the servers, and write the page. Return the exit status."""
    rows, sections, left_out = [], [], []
    report: dict[str, Any] = {}
    for case in [case for case in CASES if not names or case.package in names]:
        print(case.name, file=sys.stderr, flush=True)
        try:
            version = case.install()
            compatible, report = (contract(case, level) for level in LEVELS)
        except ServerError as error:
            lines = str(error).replace(str(ROOT), ".").strip().splitlines()
            left_out.append(f"- {case.name}: {' '.join(dict.fromkeys([lines[0], lines[-1]]))}")
        else:
            rows.append(row(case, version, compatible, report))
            sections.append(section(case, report))
    if not report:
        print("no server could be run:", *left_out, sep="\n", file=sys.stderr)
        return 1
    versions = ", ".join(f"{package} {version}" for package, version in report["versions"].items())
    page = HEAD.format(date=report["started"][:10], versions=versions, checks=len(report["checks"]))
    page += "\n".join(
        [*rows, "", *(["## Left out", "", *left_out, ""] if left_out else []), "## What was seen", "", ""]
    )
    page += "\n".join(sections)
    sys.stdout.write(page) if names else PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
