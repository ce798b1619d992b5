"""Habits of NumPy, MATLAB and papers in programs of arrays: what was meant, said in a hint. Never what is computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import GradcliError, InputError
from ..text import did_you_mean
from .array_errors import array_function_names, is_called
from .array_instructions import STACKED
from .array_transposes import products_of_matrices, without_turned_vectors
from .foreign_names import MODULES, call_hint, is_atom, written
from .implied_products import NAME, arguments_of, closing
from .lexer import Token
from .mending import MAX_LENGTH
from .mending import improved as improved_numbers
from .names import UnboundError
from .operands import ROUNDS, within
from .scope import LEAF, Instruction
from .syntax_errors import unknown_function

if TYPE_CHECKING:
    from ..arrays.graph import ArrayGraph
    from .array_names import ArrayScope

    Read = Callable[[str, int], tuple[ArrayGraph, ArrayScope]]

MAX_INSTRUCTIONS = 200_000  # instructions that trying one text may run
_OPERAND = rf"(?:{NAME}(?:\([^()]*\)|\[[^\[\]]*\])*|\([^()]*\)|\[[^;\[\]]*\])"
_CROSS = "mean(-({1}*log({0}) + (1 - {1})*log(1 - {0})))"
_OF_COLUMNS = "({0} - mean({0}, axis=0))/sqrt(var({0}, axis=0))"
# What other libraries call the functions that there are.
CALLED = {
    "matmul": "{0}@{1}", "mm": "{0}@{1}", "mv": "{0}@{1}", "bmm": "{0}@{1}", "multiply": "{0}*{1}",
    "transpose": "{0}.T", "array": "{0}", "asarray": "{0}", "tensor": "{0}", "matrix": "{0}",
    "concatenate": "concat({0})", "cat": "concat({0})", "hstack": "concat({0})", "vstack": "concat({0})",
    "ravel": "flatten({0})", "average": "mean({0})", "avg": "mean({0})", "product": "prod({0})",
    "std": "sqrt(var({0}))", "one_hot": "onehot({0})", "view": "reshape({0})", "identity": "eye({0})",
    "logsoftmax": "log_softmax({0})", "linalg.norm": "norm({0})", "tr": "trace({0})", "length": "size({0}, 0)",
    "len": "size({0}, 0)", "numel": "size({0})", "unsqueeze": "{0}[None]", "square": "{0}**2",
    "take_along_axis": "pick({0})", "gather": "pick({0})", "im2col": "windows({0})", "unfold": "windows({0})",
    "inverse": "inv({0})", "slogdet": "logdet({0})", "vec": "flatten({0})", "Σ": "sum({0})", "Π": "prod({0})",
    "mse": "mean(({0} - {1})**2)", "mse_loss": "mean(({0} - {1})**2)", "mae": "mean(abs({0} - {1}))",
    "l1_loss": "mean(abs({0} - {1}))", "bce": _CROSS, "binary_cross_entropy": _CROSS, "sse": "sum(({0} - {1})**2)",
    "cosine_similarity": "{0}@{1}/(norm({0})*norm({1}))", "layernorm": "({0} - mean({0}))/sqrt(var({0}))",
    "layer_norm": "({0} - mean({0}))/sqrt(var({0}))", "batchnorm": _OF_COLUMNS, "batch_norm": _OF_COLUMNS,
}  # fmt: skip
MENDED = ("syntax", "shape", "transpose")  # kinds of errors of a text that may be mended
METHODS = (
    "sum|mean|max|min|prod|var|norm|reshape|view|flatten|ravel|trace|dot|softmax|log_softmax|cumsum|sort|clip|clamp"
)


def improved(problem: InputError, scope: ArrayScope, read: Read) -> InputError:
    """Return the error with the program that was meant, where it is written as another language does."""
    text = scope.text
    if len(text) > MAX_LENGTH:
        return problem
    missing = {*getattr(problem, "names", ())}

    def accepts(other: str) -> bool:
        try:
            read(other, MAX_INSTRUCTIONS)
        except UnboundError as error:
            return problem.kind in MENDED or {*error.names} < missing
        except InputError as error:
            return error.kind == "unused" and problem.kind in MENDED
        except GradcliError:
            return False
        return True

    turned = (text, without_turned_vectors(text, scope.shapes))
    by_matrices = [way for one in turned if (way := products_of_matrices(one, scope.shapes)) != text]
    idle = _POWER_OF_T.sub("", text) if problem.kind == "transpose" else text  # a vector alone has none
    sums = [] if "Σ" in scope.shapes else [_SUM.sub(_summed, text)]
    ways = [way for one in (*by_matrices, text) for way in _ways(one)]
    for way in map(within, [*sums, *ways, *_whole_axes(text)]):
        if way not in (text, idle) and accepts(way):
            instead = ([text], [way]) if "\n" not in text else None
            return problem.but(message=_said(text) or problem.message, hint=f"write {way}", instead=instead)
    if missing:
        return problem
    braced = re.search(rf"({NAME})\s*\{{", text)
    if braced and scope.shapes.get(braced[1]):
        return problem.but(hint="entries stand in [ ], and are counted from 0")
    numbers = problem.kind in ("syntax", "shape")
    found = improved_numbers(problem, text, scope.shapes, accepts) if numbers else None
    if found is not None or not (said := _said(text)):
        return found or problem
    hint = "A@B sums over the last axis of A and the first of B" if _EINSUM.search(text) else None
    return problem.but(message=said, hint="write [[1, 2], [3, 4]]" if _ROWS.search(text) else hint)


def of_vectors(problem: InputError, scope: ArrayScope, read: Read) -> InputError:
    """Return an error of shapes with the program in which no vector is transposed, where that is what was meant.

    In a program of several statements a repair of the one place says more, unless an outer product is meant.
    """
    way = without_turned_vectors(scope.text, scope.shapes)
    is_outer = way.count("outer(") > scope.text.count("outer(")
    if way == scope.text or (not is_outer and re.search(r"[;\n]", way)) or len(way) > MAX_LENGTH:
        return problem
    try:
        read(way, MAX_INSTRUCTIONS)
    except GradcliError:
        return problem
    instead = ([scope.text], [way]) if "\n" not in way else None
    hint = f"write {way}" if is_outer else f"write {way}; the program then fits"
    return problem.but(hint=hint, instead=instead, repairs=[way])


def _said(text: str) -> str | None:
    """Return what is to be said of a text in another manner; None where nothing is."""
    if _EINSUM.search(text):
        return "there is no einsum: sums of products are written @, outer, sum or .T"
    if _TRANSPOSED.search(text):
        return "a program has no ': a transpose is written .T"
    if _CHOSEN.search(text):
        return "the entries of labels are picked by pick"
    if _CONDITIONAL.search(text):
        return "a choice is written where(condition, a, b)"
    if _CALLED_TRANSPOSE.search(text):
        return "a transpose is written .T"
    if _INVERSE.search(text):
        return "an inverse is written inv(A)"
    if re.search(r"\baxis\s*=\s*None\b", text):
        return "all axes are taken where no axis is named"
    if re.search(rf"\b(?:{MODULES})\.[a-z]", text):
        return "functions have no module before them"
    if re.search(rf"\.(?:{METHODS})\(", text):
        return "functions stand before their arguments"
    if re.search(r"\.shape\b", text):
        return "a size is written size(X, 0)"
    if _ELLIPSIS.search(text):
        return "an axis that is taken whole is written :"
    if _MATLAB.search(text):
        return "this is MATLAB: *, / and ** work entry by entry here, and @ is the product of matrices"
    if _ROWS.search(text):
        return "rows of an array have brackets of their own"
    return None


_POWER_OF_T = re.compile(r"\s*(?:\^|\*\*)\s*T\b")
_TRANSPOSED = re.compile(r"(?<=[\w)\]])\.?'(?!\w)")
_MATLAB = re.compile(r"(?<=[A-Za-z_)\]])\s*\.[*/^]")
_CALLED_TRANSPOSE = re.compile(r"(?<=[\w)\]])\.(?:(?:t|transpose)\(\s*\)|(?:t|H|mT)\b(?!\())")
_INVERSE = re.compile(rf"\b({NAME})\.(?:I\b|inv\(\s*\)|inverse\(\s*\))")
_CHOSEN = re.compile(
    rf"({NAME})\[\s*(?:(?:{MODULES})\.)?a?range\([^\[\]]*?\)\s*,\s*({NAME})\s*\]"
)  # fmt: skip
_EINSUM = re.compile(rf"(?:\b(?:{MODULES})\.)?\beinsum\(\s*([\"'])([^\"']*)\1\s*,([^()]*)\)")
_CONDITIONAL = re.compile(r"([^(),;=\s][^(),;=]*?)\s+if\s+([^(),;]*?[<>=]=?[^(),;]*?)\s+else\s+([^(),;]+)")
_ROWS = re.compile(r"\[[^\[\];]*;[^\[\]]*\]|\[\s*-?[\w.]+(?:\s+-?[\w.]+)+\s*\]")
_TERM = r"(?:[^\s+=;,()-]|\((?:[^()]|\([^()]*\))*\))"  # a part of a term: the parentheses that it has are whole
_SUM = re.compile(rf"(?<!\w)[∑Σ](?!_)\s*({_TERM}+(?:\s*[*/@]\s*{_TERM}+)*)")
_ELLIPSIS = re.compile(r"(?<=[\[,])\s*(?:\.\.\.|…)\s*(?=[\],])")
_METHOD = re.compile(rf"({_OPERAND})\.({METHODS})\(([^()]*)\)")


def _ways(text: str) -> list[str]:
    """Return a text with foreign forms put in the language's own: one step alone, and all of them."""
    steps = (_brackets, _rows, _forms, _modules, _signs, _methods, _functions, _lists)
    now = text
    found = []
    for step in steps:
        found.append(step(text))
        now = step(now)
    products = re.sub(rf"(?<![\w.])dot\(\s*({_OPERAND})\s*,\s*({_OPERAND})\s*\)", r"\1@\2", now)
    return list(dict.fromkeys([now, *found, products]))


def _summed(found: re.Match[str]) -> str:
    """Return the sum of what stands behind Σ, which may be in parentheses."""
    term = found[1]
    return f"sum{term}" if term[0] == "(" and closing(term, 0) == len(term) else f"sum({term})"


def _whole_axes(text: str) -> list[str]:
    """Return a text with NumPy's ... for one, two or three axes that are taken whole."""
    return [_ELLIPSIS.sub(", ".join([":"] * count), text) for count in (1, 2, 3)] if _ELLIPSIS.search(text) else []


def _brackets(text: str) -> str:
    """Return the calls of Wolfram, Sin[x], and the last entry of MATLAB, x[end], as the language writes them."""

    def call(match: re.Match[str]) -> str:
        name = match[1][0].lower() + match[1][1:]
        called = next((one for one in (name, match[1].lower()) if is_called(one, ())), None)
        return f"{called}({match[2]})" if called else match[0]

    for _ in range(ROUNDS):
        text = re.sub(rf"\b(?=[A-Z])({NAME})\[([^\[\]]*)\]", call, text)
    text = re.sub(r"(?<=:)\s*end\s*(?=[-\],])", "", text)  # which counts the last entry in
    text = re.sub(r"(?<=[\[,])\s*end\s*-\s*([0-9]+)\s*(?=[\],])", lambda m: f"-{int(m[1]) + 1}", text)
    return re.sub(r"(?<=[\[,])\s*end\s*(?=[\],])", "-1", text)


def _rows(text: str) -> str:
    """Return the matrices of MATLAB as lists of rows."""

    def rows(match: re.Match[str]) -> str:
        parts = [re.sub(r"\s*,\s*|\s+", ", ", row.strip()) for row in match[0][1:-1].split(";") if row.strip()]
        return f"[{parts[0]}]" if len(parts) == 1 else f"[{', '.join(f'[{row}]' for row in parts)}]"

    return _ROWS.sub(rows, text)


# What sums over letters are here, their letters in order of appearance.
SUMS = {
    "ab,bc->ac": "{0}@{1}", "ab,b->a": "{0}@{1}", "a,ab->b": "{0}@{1}", "a,a->": "{0}@{1}", "ab,ac->bc": "{0}.T@{1}",
    "ab,cb->ac": "{0}@{1}.T", "a,b->ab": "outer({0}, {1})", "ab->ba": "{0}.T", "ab->": "sum({0})", "a->": "sum({0})",
    "ab->a": "sum({0}, axis=1)", "ab->b": "sum({0}, axis=0)", "aa->": "trace({0})", "aa->a": "diag({0})",
    "ab,ab->": "sum({0}*{1})", "ab,ab->ab": "{0}*{1}", "a,a->a": "{0}*{1}", "ab,ab->a": "sum({0}*{1}, axis=1)",
    "abc,acd->abd": "{0}@{1}", "a,ab,b->": "{0}@{1}@{2}",
}  # fmt: skip


def _forms(text: str) -> str:
    """Return forms of NumPy and Python that are one expression here: einsum, rows by labels, a if c else b."""

    def summed(match: re.Match[str]) -> str:
        letters = match[2].replace(" ", "")
        if "->" not in letters:
            once = sorted(c for c in set(letters) - {","} if letters.count(c) == 1)
            letters = f"{letters}->{''.join(once)}"
        order = {c: "abcdefgh"[k] for k, c in enumerate(dict.fromkeys(re.sub(r"[^a-zA-Z]", "", letters))) if k < 8}
        template = SUMS.get("".join(order.get(c, c) for c in letters))
        arrays = [part.strip() for part in match[3].split(",")]
        fits = template is not None and letters.partition("->")[0].count(",") + 1 == len(arrays)
        return f"({template.format(*arrays)})" if template is not None and fits else match[0]

    text = _CHOSEN.sub(r"pick(\1, \2)", _EINSUM.sub(summed, text))
    text = _CONDITIONAL.sub(lambda m: f"where({m[2].strip()}, {m[1].strip()}, {m[3].strip()})", text)
    text = re.sub(r"\(\(([^()]*)\)\)", r"(\1)", text)
    text = _INVERSE.sub(r"inv(\1)", text)
    return _CALLED_TRANSPOSE.sub(".T", re.sub(r"\s*,\s*axis\s*=\s*None\b", "", text))


def _modules(text: str) -> str:
    text = re.sub(r"\bF\.cross_entropy\(([^()]*)\)", r"mean(cross_entropy(\1))", text)  # PyTorch averages by itself
    text = re.sub(rf"({_OPERAND})\s*\\\s*({_OPERAND})", r"solve(\1, \2)", text)
    return re.sub(rf"\b(?:(?:{MODULES}|linalg)\.)+(?=[A-Za-z])", "", text)


def _signs(text: str) -> str:
    text = re.sub(r"\bnewaxis\b", "None", _TRANSPOSED.sub(".T", text))
    text = re.sub(r"\.\*\*|\.\^", "**", re.sub(r"(?<=[\w)\]])\s*\.\*", "*", re.sub(r"(?<=[\w)\]])\s*\./", "/", text)))
    text = re.sub(r"\bkeep_?dims?\s*=\s*True", "keep=1", re.sub(r"\bkeep\s*=\s*True", "keep=1", text))
    text = re.sub(r"\bdims?\s*=", "axis=", text)
    text = re.sub(rf"({_OPERAND})\.shape\[([^\[\]]*)\]", r"size(\1, \2)", text)
    text = re.sub(rf"({_OPERAND})\s*⊗\s*({_OPERAND})", r"outer(\1, \2)", text)
    text = re.sub(r"(?:\|\||‖)([^|‖]+)(?:\|\||‖)(?:_2(?!\w))?", r"norm(\1)", text)
    return text.replace("⊙", "*")


def _methods(text: str) -> str:
    """Return methods as functions, with an axis that has its name."""

    def function(match: re.Match[str]) -> str:
        array, name, given = match[1], match[2], match[3].strip()
        if re.fullmatch(MODULES, array):  # np.dot(a, b) is a function
            return match[0]
        name = {"view": "reshape", "ravel": "flatten", "clamp": "clip"}.get(name, name)
        if array.startswith("("):
            array = array[1:-1]
        if name == "dot":
            return f"{match[1]}@{given}"
        if given and name not in ("reshape", "clip") and re.fullmatch(r"-?[0-9]+", given):
            given = f"axis={given}"
        return f"{name}({array}, {given})" if given else f"{name}({array})"

    for _ in range(ROUNDS):
        text = _METHOD.sub(function, text)
    return text


def _functions(text: str) -> str:
    """Return calls by the names of other libraries as what the language has."""
    for opened in reversed([*re.finditer(rf"\b({NAME})\(", text)]):
        end = closing(text, opened.end() - 1)
        template = CALLED.get(opened[1])
        called = None if template is None else _called(template, text[opened.end() : end - 1])
        text = text if called is None else text[: opened.start()] + called + text[end:]
    return text


def _called(template: str, given: str) -> str | None:
    """Return a template with what is given to a function; None where it takes another number of arrays."""
    if template.count("{0}") > 1 or "{1}" in template:
        found = written(template, arguments_of(given)) if "=" not in given else None
        return found if found is None or is_atom(found) else f"({found})"
    arrays = [argument for argument in arguments_of(given) if "=" not in argument]
    return template.format(given) if len(arrays) == 1 or re.fullmatch(r"(?:\w+\()?\{0\}\)?", template) else None


def _lists(text: str) -> str:
    """Return calls that take their arrays or sizes in one list as calls that take them one by one."""
    text = re.sub(r"\b(reshape|permute|zeros|ones)\(([^()]*)\(([^()]*?),?\s*\)\s*\)", r"\1(\2\3)", text)
    return re.sub(r"\b(concat|stack)\(\s*[\[(]([^()\[\]]*)[\])]", r"\1(\2", text)


# ---- errors of single forms


def power_of_t(scope: ArrayScope, base: Instruction, operands: Sequence[str], span: tuple[int, int]) -> InputError:
    """Return the error for W^T: a transpose is no power."""
    kind, _, k, *_ = base
    name = operands[k] if kind == LEAF else re.split(r"\s*(?:\^|\*\*)\s*T$", scope.text[slice(*span)])[0]
    vector = len(scope.shapes.get(name, (0, 0))) == 1
    hint = f"write {name}.T"
    if vector:
        hint = f"a vector has no transpose: {name}@y is the number, outer({name}, y) the matrix"
    return InputError("a transpose is no power", kind="transpose", span=span, hint=hint)


def one_list(token: Token, text: str, literal: Instruction) -> InputError:
    """Return the error for concat([a, b]): the arrays are arguments."""
    inner = text[literal[4] + 1 : literal[6] - 1].strip()
    shown = inner if len(inner) <= 60 else "a, b"
    return InputError(
        f"{token.text} takes its arrays one by one", kind="arity", span=(literal[4], literal[6]),
        hint=f"write {token.text}({shown})" if literal[0] == STACKED else f"write {token.text}(a, b)",
    )  # fmt: skip


def unknown_array_function(token: Token, scope: Any) -> InputError:
    """Return the error for the call of a name that is no function, with the one that may have been meant."""
    error = unknown_function(token, scope)
    if scope.defining is not None and scope.defining[0] == token.text:
        return error
    if len(scope.shapes.get(token.text, ())) > 0:
        return error.but(hint=f"an entry is written {token.text}[0], a product {token.text}*(...)")
    meant = CALLED.get(token.text)
    if meant is not None:
        opened = scope.text.index("(", token.end)
        given = scope.text[opened + 1 : closing(scope.text, opened) - 1].strip()
        return error.but(hint=f"write {shown}" if given and (shown := _called(meant, given)) else None)
    if token.text in scope.assigned or token.text in scope.bound:  # a product without its sign
        return error
    near = call_hint(token.text) or did_you_mean(token.text, [*array_function_names(), *scope.functions])
    return error.but(hint=near)
