"""Completion in bash, from the line as typed: bash breaks words at colons, which URLs and ids have."""

import os

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

from ._options import COMPLETE

__all__ = ["Bash", "cut_by_bash"]


@add_completion_class
class Bash(BashComplete):
    """Like click's, but `COMP_WORDS` is the line up to the cursor, and `COMP_CWORD` what bash replaces."""

    source_template = BashComplete.source_template.replace('"${COMP_WORDS[*]}"', '"${COMP_LINE:0:COMP_POINT}"').replace(
        "=$COMP_CWORD", '="$2"'
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the whole words before the cursor, and the one at it."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        last = "" if line[-1:].isspace() else words.pop()
        return words[1:], last


def cut_by_bash(word: str) -> str:
    """Return the front of a word that bash does not replace; "" in other shells."""
    if os.environ.get(COMPLETE) != "bash_complete":
        return ""
    return word.removesuffix("".join(split_arg_string(os.environ["COMP_CWORD"])))
