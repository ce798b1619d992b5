"""gradcli completion: the completion script of a shell."""

from __future__ import annotations

import click

from .option_parsing import Command
from .streams import emit

HELP = """\
Print the completion script of a shell.

Save it where your shell looks for it:

\b
gradcli completion bash > ~/.local/share/bash-completion/completions/gradcli
gradcli completion zsh > ~/.zfunc/_gradcli
gradcli completion fish > ~/.config/fish/completions/gradcli.fish

For zsh, ~/.zshrc needs the line fpath+=~/.zfunc before compinit.
"""

BASH = """\
_gradcli_completion() {
    local IFS=' ' line="${COMP_LINE:0:${COMP_POINT:-0}}" kind value
    [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            file) if (( ${#COMPREPLY[@]} )); then
                      while IFS= read -r value; do
                          [[ -d $value ]] && value+=/
                          COMPREPLY+=("$(printf %q "$value")")
                      done < <(compgen -f -- "$2")
                  fi ;;
        esac
    done < <(env _GRADCLI_COMPLETE=bash_complete _GRADCLI_BREAKS="$COMP_WORDBREAKS" COMP_WORDS="$line" "$1" 2>/dev/null)
    case "${COMPREPLY[*]}" in
        *= | *"= "* | */) compopt -o nospace 2>/dev/null ;;
    esac
}

complete -o nosort -o default -o bashdefault -F _gradcli_completion gradcli
"""

ZSH = """\
#compdef gradcli

_gradcli_completion() {
    local -a response closed open
    local kind value text found=1
    response=("${(@f)$(_GRADCLI_COMPLETE=zsh_complete COMP_WORDS="${(j: :)words[1,CURRENT]}" $words[1] 2>/dev/null)}")
    for kind value text in "${response[@]}"; do
        [[ $kind == plain ]] || continue
        [[ $text == _ ]] && text= || text=":$text"
        if [[ $value == *= ]]; then
            open+=("${value//:/\\\\:}$text")
        else
            closed+=("${value//:/\\\\:}$text")
        fi
    done
    (( $#closed )) && _describe -V gradcli closed && found=0
    (( $#open )) && _describe -V gradcli open -S '' && found=0
    for kind value text in "${response[@]}"; do
        case $kind in
            file) [[ $value == *=* ]] && compset -P '*='
                  _files && found=0 ;;
            dir) [[ $value == *=* ]] && compset -P '*='
                 _files -/ && found=0 ;;
        esac
    done
    return found
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _gradcli_completion "$@"
else
    compdef _gradcli_completion gradcli
fi
"""

FISH = """\
function _gradcli_completion
    set -l line (commandline -cp)
    for answer in (_GRADCLI_COMPLETE=fish_complete COMP_WORDS="$line" gradcli 2>/dev/null)
        set -l parts (string split -m 1 "," -- $answer)
        switch $parts[1]
            case plain
                echo $parts[2]
            case file
                __fish_complete_path $parts[2]
            case dir
                __fish_complete_directories $parts[2]
        end
    end
end

complete --no-files --command gradcli --arguments "(_gradcli_completion)"
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@click.command(cls=Command, help=HELP, context_settings={"max_content_width": 100})
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    emit(script(shell))


def script(shell: str) -> str:
    """Return the script that makes a shell complete the words of gradcli."""
    return SCRIPTS[shell]
