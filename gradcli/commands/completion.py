"""gradcli completion: the completion script of a shell."""

from __future__ import annotations

import click

from .streams import emit
from .words import Command

HELP = """\
Print the completion script of a shell.

Write it into the file where the shell looks for it:

\b
gradcli completion bash > ~/.local/share/bash-completion/completions/gradcli
gradcli completion zsh > ~/.zfunc/_gradcli
gradcli completion fish > ~/.config/fish/completions/gradcli.fish
"""


@click.command(
    cls=Command, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    emit(script(shell))


def script(shell: str) -> str:
    """Return the script that makes a shell complete gradcli's commands and options."""
    from click.shell_completion import get_completion_class

    from .tree import root

    found = get_completion_class(shell)
    assert found is not None  # the argument is a choice
    # The template itself: click's own method starts the shell to ask for its version.
    complete = found(root, {}, "gradcli", "_GRADCLI_COMPLETE")
    return complete.source_template % complete.source_vars() + "\n"
