"""gradcli completion: the completion script of a shell."""

from __future__ import annotations

import click

from .streams import emit
from .words import Command


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    r"""Print the completion script of a shell.

    \b
    bash:  gradcli completion bash > ~/.local/share/bash-completion/completions/gradcli
    zsh:   gradcli completion zsh > ~/.zfunc/_gradcli
    fish:  gradcli completion fish > ~/.config/fish/completions/gradcli.fish
    """
    from ..manual import completion_script

    emit(completion_script(shell))
