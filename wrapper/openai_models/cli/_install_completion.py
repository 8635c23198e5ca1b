"""Install the completion script of a shell, or print it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from click.shell_completion import get_completion_class

from . import _bash  # noqa: F401 - registers the completion of bash
from ._errors import CliError
from ._exit_codes import Exit
from ._options import COMPLETE
from ._output import echo_err

if TYPE_CHECKING:
    import click

__all__ = ["SHELLS", "completion_script", "install_completion"]

# Where each shell's script goes, and what its start-up file must have to find it.
SHELLS: Final = {
    "bash": (".bash_completions/openai-models.sh", ".bashrc", "source ~/.bash_completions/openai-models.sh"),
    "zsh": (".zfunc/openai-models.zsh", ".zshrc", "autoload -Uz compinit; compinit; source ~/.zfunc/openai-models.zsh"),
    "fish": (".config/fish/completions/openai-models.fish", "", ""),
}


def completion_script(app: click.Command, shell: str) -> str:
    """Return the script that teaches a shell to complete the command.

    Raises:
        CliError: There is none for this shell.
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    found = get_completion_class(shell) if shell in SHELLS else None
    if found is None:
        hint = f"name one of {', '.join(SHELLS)}: openai-models --show-completion bash"
        raise CliError(Exit.USAGE, f"there is no completion for the shell {shell!r}", hint)
    return found(app, {}, "openai-models", COMPLETE).source()


def install_completion(app: click.Command, shell: str) -> None:
    """Write the script where the shell looks for it, and print where that is."""
    script = completion_script(app, shell)
    name, startup, line = SHELLS[shell or Path(os.environ["SHELL"]).name]
    path = Path.home() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, "utf-8")
    if startup:
        file = Path.home() / startup
        text = file.read_text("utf-8") if file.exists() else ""
        if line not in text:
            file.write_text(f"{text.rstrip()}\n\n{line}\n".lstrip(), "utf-8")
    echo_err(f"completion is in {path}; it works in shells that are started from now on")
