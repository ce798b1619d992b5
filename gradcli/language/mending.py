"""What was meant by a program that is refused: the whole program, mended, for a hint. Never what is computed.

Each step turns one foreign manner of writing into the language's own. A program that has been mended is offered only if
it then parses, so a step may be rash.
"""

# ruff: noqa: RUF001 - signs and letters of other scripts on purpose

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from unicodedata import normalize

from ..errors import InputError, ShellHint
from .bare_functions import PI, applied, parted
from .borrowed_forms import borrowed, says_what
from .foreign_conditions import conditions, logic
from .foreign_names import (
    IMAGINARY,
    MODULES,
    NO_INTEGRALS,
    OPERATORS_OF_CALCULUS,
    glued,
    instead_of,
    name_hint,
    product_of,
    rewritten,
)
from .implied_products import NAME, NUMBER, PHRASES, arguments_of, closing, is_function, parts_of, products
from .latex_reading import of_latex
from .lexer import MEANT
from .operands import BETWEEN, ROUNDS, between, called
from .other_names import with_own_names

MAX_LENGTH = 400  # of a program that is mended

_RAISED = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿˣ", "0123456789+-nx", strict=True))}
_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

_ORDER = r"(?:\^?\s*(?P<order>[2-9])|(?P<raised>[²³]))?"
_DERIVATIVE = re.compile(
    rf"\s*(?P<d>[d∂]){_ORDER}\s*(?P<of>{NAME})?\s*/\s*[d∂]\s*(?P<wrt>[^\W\d]+?[0-9]*)(?:\^?[2-9]|[²³])?"
    r"(?![\w²³])\s*(?:of\b|[*·:=])?\s*(?P<what>.*)\Z",
    re.DOTALL,
)
_POINT = re.compile(
    rf"(?P<what>.*?[^\s,;|])\s*(?:[,|@]|\b(?:at|for|when|where|with|if)\b|\s)\s*"
    rf"(?P<values>(?:{NAME}\s*=\s*[-+−]?{NUMBER}[\s,]*(?:and\b)?\s*)+)\Z",
    re.DOTALL,
)
_NEW_LINE = re.compile(r"\\n(?=\s*\Z|\s|[^\W\d]\w*\s*(?:\([^()]*\)\s*)?=(?!=)|[^A-Za-z])")
_NAMED = re.compile(rf"\s*{NAME}\s*(?:\([^()]*\)\s*)?=(?!=)")  # the beginning of a statement with a name


def improved(error: InputError, text: str, bound: Collection[str], accepts: Callable[[str], bool]) -> InputError | None:
    """Return an error about a text that says what was meant; None where nothing better is known than `error`.

    `bound` holds the names that have values; `accepts` says whether a text is a program.
    """
    if len(text) > MAX_LENGTH:
        return None
    if (lines := _lines(text)) is not None:
        return _of_lines(error, text, lines, bound, accepts)
    latex = "\\" in text and error.span is not None and text[error.span[0] : error.span[1]] == "\\"
    if latex and re.search(r"\\[ \t]*\n", text):
        return error.but(
            message="a line does not go on behind \\",
            hint="leave the \\ out, and put the lines in parentheses or on one line",
        )
    hint, instead = _meant(text, bound, accepts)
    said = "this is LaTeX: a program has no \\" if latex else says_what(text)
    message = said or error.message
    if hint is None and said is None:
        return None
    return error.but(message=message, hint=hint, instead=instead)


def _lines(text: str) -> str | None:
    r"""Return a text with new lines in place of the two characters \n of other languages; None where there are none."""
    return _NEW_LINE.sub("\n", text).strip() if _NEW_LINE.search(text) else None


def _of_lines(
    error: InputError, text: str, lines: str, bound: Collection[str], accepts: Callable[[str], bool]
) -> InputError:
    r"""Return the error for a text that ends its lines with the two characters \n."""
    start = text.index("\\n")
    ways = [lines] if accepts(lines) else mended(lines, bound, accepts)
    one = re.sub(r"\s*\n\s*", "; ", ways[0]) if len(ways) == 1 else ""
    known = bool(one) and accepts(one)
    return error.but(
        message="\\n is two characters here, and no new line", span=(start, start + 2),
        hint=f"write {one}" if known else "separate statements by ;", instead=([text], [one]) if known else None,
    )  # fmt: skip


def _meant(
    text: str, bound: Collection[str], accepts: Callable[[str], bool]
) -> tuple[str | None, tuple[list[str], list[str]] | None]:
    """Return the hint that says what was meant by a text, if that is known, and the program if it is one."""
    derivative = derivative_command(text, bound, accepts)
    if derivative is not None:
        return derivative, None
    point = _POINT.match(text) if borrowed(text) == text.strip() else None
    if point and point["what"] not in PHRASES and accepts(point["what"]) and not re.search(r"[=;\n]", point["what"]):
        values = _values(point)
        here = f"values stand behind the program: {point['what'].strip()} at {' '.join(values)}"
        return ShellHint(f"values stand behind the program: {command_line([point['what'], *values])}", here), None
    ways = mended(text, bound, accepts)
    if not ways:
        return None, None
    own = {*bound, *_assigned(text)}
    imaginary = next((c for c in re.findall(NAME, ways[0]) if c in IMAGINARY - own), None)
    if imaginary:
        return name_hint(imaginary, bound), None
    if re.search(r"\w\[[0-9]", text):
        return f"give each number a name of its own: {' or '.join(ways)}", None
    return f"write {' or '.join(ways)}", ([text], ways) if len(ways) == 1 and "\n" not in text else None


def _assigned(text: str) -> list[str]:
    """Return the names that a text gives to values and functions."""
    return re.findall(rf"(?:^|[;\n])\s*({NAME})\s*(?:\([^()]*\))?\s*=(?!=)", text)


def _defined(text: str) -> list[str]:
    """Return the names that a text gives to functions."""
    return re.findall(rf"(?:^|[;\n])\s*({NAME})\s*\([^()]*\)\s*=(?!=)", text)


def derivative_command(text: str, bound: Collection[str], accepts: Callable[[str], bool]) -> str | None:
    """Return the command that derives, for a text that begins like d/dx or ∂f/∂x; `accepts` as for `improved`."""
    called = re.fullmatch(rf"\s*({NAME})\s*[(\[](.*)[)\]]\s*", text, re.DOTALL)
    if called and called[1] in OPERATORS_OF_CALCULUS - {*bound} and len(called[1]) > (called[1] == "d"):
        what, *names = arguments_of(called[2]) or [""]
        what = _program(what, bound, accepts)
        return ShellHint(
            f"{command_line(['diff', what, *names[:1]])}, or add --grad NAME to a program with values",
            f"type {what}, then {' '.join(['diff', *names[:1]])}",
        )
    if re.match(r"\s*∫", text):
        return NO_INTEGRALS
    primed = re.fullmatch(rf"\s*({NAME})('+)\s*\(([^()]*)\)\s*", text)
    if primed and is_function(primed[1]):
        name = primed[3].strip()
        words = ["diff", f"{primed[1]}({name})", *([name] if name.isidentifier() else [])]
        more = f" --order {len(primed[2])}" if len(primed[2]) > 1 else ""
        return ShellHint(
            f"{command_line(words)}{more}", f"type {words[1]}, then {' '.join(['diff', *words[2:]])}{more}"
        )
    word = re.fullmatch(rf"\s*({NAME})\s+(?:of\s+)?([^=;\n]*)", text)
    if word and len(word[1]) > 1 and word[1] in OPERATORS_OF_CALCULUS - {*bound}:
        what = _program(word[2], bound, accepts)
        return ShellHint(
            f"{command_line(['diff', what])}, or add --grad NAME to a program with values",
            f"type {what}, then diff",
        )
    match = _DERIVATIVE.match(text)
    if match and text[: match.end("wrt")].strip() in bound:
        return None
    if not match or f"d{match['wrt']}" in bound or (match["d"] == "d" and match["of"] is None and "d" in bound):
        return None
    what, wrt = match["what"].strip(), match["wrt"]
    point = None if accepts(what) else _POINT.match(what)
    what, values = (point["what"], _values(point)) if point else (what, [])
    if what.startswith(("(", "[")) and closing(what.replace("[", "(").replace("]", ")"), 0) == len(what):
        what = what[1:-1].strip()
    order = match["order"] or {"²": "2", "³": "3"}.get(match["raised"] or "")
    more = f" --order {order}" if order else ""
    if not what:
        return ShellHint(
            f"the derivative is asked for by gradcli --grad {wrt} PROGRAM, as a formula by gradcli diff PROGRAM {wrt}",
            f"type an expression, then df/d{wrt}, or diff {wrt} for its formula",
        )
    what = _program(what, bound, accepts)
    asked = f"{command_line(['diff', what, wrt, *values])}{more}"
    if values:
        return ShellHint(asked, f"type {what} at {' '.join(values)}, then df/d{wrt}")
    return ShellHint(f"{asked}, or add --grad {wrt} to a program with values", f"type {what}, then diff {wrt}{more}")


def _program(text: str, bound: Collection[str], accepts: Callable[[str], bool]) -> str:
    """Return the one program that is meant by a text; the text where it is one, or it is not certain which."""
    ways = [] if accepts(text) else mended(text, bound, accepts)
    return ways[0] if len(ways) == 1 else text


def _values(point: re.Match[str]) -> list[str]:
    """Return the values of a point: x=2 and y=3."""
    return re.sub(r"\s*=\s*", "=", re.sub(r",|\band\b", " ", point["values"])).split()


def command_line(words: Sequence[str]) -> str:
    """Return a command as it is typed into a shell."""
    from shlex import quote

    def shown(word: str) -> str:
        if re.fullmatch(r"[\w@%+:,./=-]+", word):
            return word
        return quote(word) if re.search(r'["$`!\\]', word) else f'"{word}"'

    return " ".join(["gradcli", *map(shown, words)])


def mended(text: str, bound: Collection[str], accepts: Callable[[str], bool]) -> list[str]:
    """Return the programs that may have been meant by a text; nothing where none is found that is accepted.

    `bound` holds the names that have values.
    """
    if len(text) > MAX_LENGTH:
        return []
    now = borrowed(text)
    own = {*bound, *_assigned(now)}
    if not own.isdisjoint(re.findall(rf"({NAME})\[(?!\s*[0-9])", now)) and not _defined(now):
        return []  # an entry, not a product
    if re.search(rf"{NAME}\([^()]*\)\s*\[", now):
        return []
    for step in (_statements, of_latex, _modules, logic, _signs, _choices, conditions):
        now = step(now)
    if own.isdisjoint(BETWEEN):  # names of the program are no words
        now = between(now)
    now = parted(with_own_names(now, own), own)
    found = _ways(called(applied(now)), own)
    if found:  # where it is not certain what a word reaches over, that it stands below a function is no help
        found += _ways(applied(called(now, inside=True)), own) + _ways(called(applied(now, far=True)), own)
    return [way for way in dict.fromkeys(found) if way != text and accepts(way)]


def _ways(text: str, own: Collection[str]) -> list[str]:
    """Return the programs that a text may be of which only names, products and calls are not those of the language."""
    if not (BETWEEN.keys() - {*own}).isdisjoint(re.findall(rf"\b({NAME})(?![^\W²³π]|\s*\()", text)):
        return []  # a word that nothing was made of
    text = _names(re.sub(r"\(\(([^()]*)\)\)", r"(\1)", text), own)
    found = products(text, ({*own} | PI) - {*_defined(text)})
    return [re.sub(r"\(\(([^()]*)\)\)", r"(\1)", _calls(way, own)) for way in found]


# ---- signs and words


def _statements(text: str) -> str:
    """Return statements that commas separate with ; between them: `q = x + y, f = q*z`; the first has a name."""
    return ";".join(parts_of(text)) if _NAMED.match(text) else text


def _modules(text: str) -> str:
    """Return names without the module they come from in other languages, and methods as functions."""
    text = re.sub(rf"\b(?:(?:{MODULES})\.)+(pow(?=\())?(?=[A-Za-z(])", lambda m: "power" if m[1] else "", text)
    text = re.sub(rf"\b({NAME})\.pow\(([^()]*)\)", r"\1**(\2)", text)
    text = re.sub(rf"\b({NAME})\.({NAME})\(\)", r"\2(\1)", text)
    return re.sub(r"\bPI\b|\bPi\b", "pi", text)


def _signs(text: str) -> str:
    """Return the text with the signs that the language has."""
    text = re.sub(rf"({NUMBER}|{NAME}|\([^()]*\))\s*°", r"(\1*pi/180)", text)
    text = text.replace("<>", "!=").replace(":=", "=")
    text = re.sub(r"√\s*\(", "sqrt(", re.sub(rf"√\s*({NUMBER}|{NAME})", r"sqrt(\1)", text))
    text = re.sub(r"∛\s*\(", "cbrt(", re.sub(rf"∛\s*({NUMBER}|{NAME})", r"cbrt(\1)", text))
    if text.count("|") % 2 == 0:
        text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = re.sub(rf"({NUMBER}|{NAME}|\([^()]*\))!(?!=)", r"gamma(\1 + 1)", text)
    text = re.sub(rf"({NUMBER})\s*%(?!\s*[\w(])", r"\1/100", text)
    text = re.sub(rf"\b({NAME})((?:\[[0-9]+(?:,\s*[0-9]+)*\])+)", _indexed, text)
    text = re.sub(f"[{''.join(_RAISED)}²³]+", _power, text)
    text = re.sub(rf"(?<![\w.])([0-9]+) ?([{_FRACTIONS}])", lambda m: f"({m[1]} + {normalize('NFKC', m[2])})", text)
    text = re.sub(r"([₀-₉])(?![₀-₉⁰-⁹²³¹])(?=[^\W\d_])", r"\1 ", text)  # x₁x₂ are two names
    return "".join(map(_sign, text.translate(LOWERED)))


def _indexed(found: re.Match[str]) -> str:
    return found[1] + "_".join(re.findall("[0-9]+", found[2]))


def _power(found: re.Match[str]) -> str:
    if found[0] in ("²", "³"):
        return found[0]
    exponent = "".join({**_RAISED, "²": "2", "³": "3"}[c] for c in found[0])
    return f"**{exponent}" if exponent.isalnum() else f"**({exponent})"


def _sign(c: str) -> str:
    if c.isascii() or c in "²³·×÷−–‐‑‒π" or c.isalpha():
        return c if c not in MEANT or c not in "[]{}" else MEANT[c]
    if c in "“”„‘’\u200b\ufeff":
        return ""
    meant = MEANT.get(c) or normalize("NFKC", c).replace("\u2044", "/")
    if " " in meant.strip() or "(" in meant:  # words, not signs
        return c
    return f"({meant})" if "/" in meant and len(meant) > 1 else meant


def _choices(text: str) -> str:
    """Return the choices of other languages as `where`."""
    condition = r"[^;=\n?\s][^;=\n?]*(?:[<>]=?|[=!]=)[^;=\n?]+?"
    text = re.sub(rf"({condition})\s*\?\s*([^;\n?:]+?)\s*:\s*([^;\n?:]+)", r"where(\1, \2, \3)", text)
    return re.sub(r"([^;=\n\s][^;=\n]*?)\s+if\s+([^;\n]+?)\s+else\s+([^;\n]+)", r"where(\2, \1, \3)", text)


# ---- functions


def _names(text: str, own: Collection[str]) -> str:
    """Return names that are glued together apart: sinx is sin(x), and xsin(x) is x*sin(x)."""

    def apart(match: re.Match[str]) -> str:
        name, called = match[1], match[2]
        if name in own or (called and is_function(name)) or instead_of(name):
            return match[0]
        if called:
            for cut in range(1, len(name)):
                if is_function(name[cut:]) and (name[:cut] in own or cut == 1):
                    return f"{name[:cut]}*{name[cut:]}{called}"
            return match[0]
        return glued(name, own) or product_of(name, {*own}) or match[0]

    return re.sub(rf"(?<![^\W\d])({NAME})(\s*\()?", apart, text)


def _calls(text: str, own: Collection[str]) -> str:
    """Return calls of foreign functions as what they stand for, the innermost first."""
    call = re.compile(rf"\b({NAME})\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
    for _ in range(ROUNDS):
        for match in call.finditer(text):
            name = match[1]
            if name in own or is_function(name):
                continue
            way = rewritten(name, arguments_of(match[2]))
            if way is not None:
                alone = match.start() == 0 and match.end() == len(text)
                way = way if alone or re.fullmatch(r"\w+\([^()]*\)", way) else f"({way})"
                text = text[: match.start()] + way + text[match.end() :]
                break
        else:
            break
    return text
