"""gradcli completion: the completion script of a shell."""

from __future__ import annotations

import click

from .streams import emit
from .words import Command

HELP = """\
Print the completion script of a shell.

\b
bash:  gradcli completion bash > ~/.local/share/bash-completion/completions/gradcli
zsh:   gradcli completion zsh > ~/.zfunc/_gradcli
fish:  gradcli completion fish > ~/.config/fish/completions/gradcli.fish
"""


@click.command(
    cls=Command, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    from ..manual import completion_script

    emit(completion_script(shell))
