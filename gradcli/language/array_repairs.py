"""Tested repairs of shapes: single edits of the text after which the whole program fits.

Edits are tried where the shapes do not fit, and where what does not fit there comes from, the nearest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..arrays.sizes import Shape, described
from ..arrays.table import INDEX as INDEX_ROW
from ..arrays.table import MATMUL, TRANSPOSE
from ..errors import GradcliError, InputError
from ..files.array_data import MAX_AXES
from ..text import HINT_CELLS
from .array_errors import ShapeError
from .array_instructions import ARRAY, CALL, INDEX, LITERAL, MAX_WORK, STACKED, operand_lists
from .implied_products import arguments_of, closing
from .scope import APPLY, BINARY, EXPAND, LEAF, Instruction

if TYPE_CHECKING:
    from ..arrays.graph import ArrayGraph
    from .array_habits import Read
    from .array_names import ArrayScope

MOST_TRIED = 200
MOST_SHOWN = 3
MOST_READ = 200_000  # characters of all texts that are tried, and instructions that they run
# Of a repair that is shown whole; of a longer one what stands round the change is shown.
REPAIR_CHARACTERS = 60
Span = tuple[int, int]
Body = tuple[Sequence[Instruction], Sequence[str]]


class Edit(NamedTuple):
    """A change of the text: the place, and what stands there afterwards. `rank` is how much further off it counts."""

    start: int
    end: int
    text: str
    rank: int = 0


def with_repairs(problem: InputError, scope: ArrayScope, read: Read) -> InputError:
    """Return an error of shapes with the repairs after which the whole program fits."""
    if not isinstance(problem, ShapeError) or problem.site is None:
        return problem
    found = repairs(problem.site, scope, read)
    if not found:
        return problem
    programs = [scope.text[: edit.start] + edit.text + scope.text[edit.end :] for edit, _ in found]
    said = _said([(_shown(edit, scope.text), becomes) for edit, becomes in found])
    both = f"{problem.hint}; {said}" if problem.hint else said
    # The message has both shapes: where there is no room for all, what is lost is how they meet.
    hint = both if len(both) <= HINT_CELLS else said
    return problem.but(hint=hint, repairs=programs)


def repairs(site: tuple[Sequence[Instruction], Sequence[str], int], scope: ArrayScope, read: Read) -> list[Any]:
    """Return up to three edits after which the program fits, each with what the expression then is.

    Those after which the output is a number come first, then the nearest.
    """
    tried: set[str] = {scope.text}
    found: list[tuple[bool, Edit, str]] = []
    budget = MOST_READ
    for edit in edits(site, scope):
        text = scope.text[: edit.start] + edit.text + scope.text[edit.end :]
        if text in tried:
            continue
        if len(tried) > MOST_TRIED or budget < len(text):
            break
        tried.add(text)
        budget -= len(text) + MAX_WORK - scope.work  # what one that fails costs, about
        try:
            graph, used = read(text, budget)
        except GradcliError:
            continue
        budget = min(budget, used.work)
        place = (edit.start, edit.start + len(edit.text))
        if "[:,0]" in edit.text and not _takes_columns(graph, place if "[:,0]" in scope.text else (0, len(text))):
            continue
        node = next((n for n in graph.nodes if n.span == place), None)
        becomes = "" if node is None else _would(node.shape)
        found.append((graph.nodes[graph.output].shape != (), edit, becomes))
        if sum(not is_array for is_array, _, _ in found) >= MOST_SHOWN:
            break
    numbers = [row for row in found if not row[0]]
    return [(edit, becomes) for _, edit, becomes in (numbers or found)[:MOST_SHOWN]]


def _said(found: Sequence[tuple[str, str]]) -> str:
    """Return the sentence that offers some repairs, each with what the expression then is: as many as there is room."""
    (first, becomes), *others = found
    if not others and becomes and len(said := f"{first} {becomes}, and the program then fits") <= HINT_CELLS:
        return said
    said = f"the program fits with {first}"
    for text, _ in others:
        if len(said) + len(text) + 4 <= HINT_CELLS:
            said += f" or {text}"
    return said


def _shown(edit: Edit, text: str) -> str:
    """Return the text of an edit; of a long one the change and some characters on both sides of it."""
    old, new = (" ".join(part.split()) for part in (text[edit.start : edit.end], edit.text))
    if len(new) <= REPAIR_CHARACTERS:
        return new
    shorter = min(len(old), len(new))
    start = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    tail = next((k for k in range(shorter - start) if old[-1 - k] != new[-1 - k]), shorter - start)
    changed = len(new) - tail - start
    if changed > REPAIR_CHARACTERS:
        return f"{new[: REPAIR_CHARACTERS // 2]}...{new[-REPAIR_CHARACTERS // 2 :]}"
    around = (REPAIR_CHARACTERS - changed) // 2
    before, after = new[:start], new[len(new) - tail :]
    left = before if len(before) <= around else f"...{before[len(before) - around :]}"
    return left + new[start : start + changed] + (after if len(after) <= around else f"{after[:around]}...")


def _takes_columns(graph: ArrayGraph, place: Span) -> bool:
    """Whether every [:,0] within a place takes the one column that there is, and no column of many."""
    column = (("slice", None, None, None), 0)
    return all(
        graph.nodes[node.arguments[0]].shape[1] == 1
        for node in graph.nodes
        if node.operation is INDEX_ROW and node.fixed["places"] == column and _within(node.span, place)
    )


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _would(shape: Shape) -> str:
    return described(shape).replace("has ", "would have ").replace("is ", "would be ")


# ---- where a repair may be


def edits(site: tuple[Sequence[Instruction], Sequence[str], int], scope: ArrayScope) -> list[Edit]:
    """Return the single edits of the instruction that failed, and of what it hangs on, nearest first."""
    instructions, operands, at = site
    tree = Tree(scope, (instructions, operands))
    level: list[tuple[Body, int]] = [((instructions, operands), at)]
    seen = {(id(instructions), at)}
    found: list[tuple[int, Edit]] = []
    far = 0
    while level and len(found) < 2 * MOST_TRIED:
        for body, k in level:
            for edit in _edits_of(scope.text, body[0], k, tree.operands(body[0])):
                # Further off a column is seldom what was meant.
                found.append((far + edit.rank + (far > 0 and "[:," in edit.text), edit))
        children = [child for body, k in level for child in tree.behind(body, k)]
        level, far = [], far + 1
        for child in children:
            key = (id(child[0][0]), child[1])
            if key not in seen:
                seen.add(key)
                level.append(child)
    return [edit for _, edit in sorted(found, key=lambda row: row[0])]


class Tree:
    """What each instruction of a program hangs on, through names and through calls of the user's functions."""

    def __init__(self, scope: ArrayScope, failed: Body) -> None:
        self._operands: dict[int, list[list[int]]] = {}
        self._values: dict[str, list[tuple[Body, int]]] = {}  # what names are assigned
        self._calls: dict[str, list[tuple[Body, int]]] = {}  # where functions are called
        self._parameters: dict[int, Any] = {}  # the function whose body some instructions are
        bodies: list[Body] = [failed]
        for statement, instructions, operands in scope.statements:
            bodies.append((instructions, operands))
            for step in (statement,) if hasattr(statement, "value") else statement.steps:
                self._values.setdefault(step.name, []).append(((instructions, operands), step.value[1] - 1))
        for own in scope.functions.values():
            bodies.append((own.instructions, own.operands))
            self._parameters[id(own.instructions)] = own
        for body in bodies:
            for k, (kind, what, *_) in enumerate(body[0]):
                if kind == EXPAND:
                    self._calls.setdefault(what.name, []).append((body, k))

    def operands(self, instructions: Sequence[Instruction]) -> list[list[int]]:
        """Return, for each instruction, those that leave its operands."""
        found = self._operands.get(id(instructions))
        if found is None:
            found = self._operands[id(instructions)] = operand_lists(instructions)
        return found

    def behind(self, body: Body, k: int) -> Iterator[tuple[Body, int]]:
        """Yield what an instruction hangs on directly."""
        instructions, operands = body
        kind, what, count, *_ = instructions[k]
        for j in self.operands(instructions)[k]:
            yield body, j
        if kind == EXPAND:
            yield (what.instructions, what.operands), len(what.instructions) - 1
        if kind != LEAF:
            return
        name = operands[count]
        own = self._parameters.get(id(instructions))
        if own is not None and name in own.parameters:
            at = own.parameters.index(name)
            for caller, j in self._calls.get(own.name, ()):
                yield caller, self.operands(caller[0])[j][at]
        else:
            yield from self._values.get(name, ())


# ---- the edits


def _edits_of(text: str, instructions: Sequence[Instruction], k: int, lists: Sequence[list[int]]) -> Iterator[Edit]:
    """Yield the edits of one expression; `lists` has the operands of every instruction."""
    kind, what, _, _, start, _, end = instructions[k]
    operands = lists[k]
    if kind == BINARY or (kind == ARRAY and what is MATMUL) or (kind == APPLY and what.symbol == "*"):
        yield from _of_operator(text, instructions, (start, end), operands)
    elif kind == ARRAY and what is TRANSPOSE:
        user = next((j for j in range(k + 1, len(instructions)) if k in lists[j]), k)
        whole = (instructions[user][4], instructions[user][6])
        yield Edit(*whole, text[whole[0] : start] + _without_transpose(text[start:end]) + text[end : whole[1]])
    elif kind == CALL:
        yield from _of_call(text, (start, end), what)


def _of_operator(text: str, instructions: Sequence[Instruction], span: Span, operands: Sequence[int]) -> Iterator[Edit]:
    """Yield the edits of two operands and the sign between them."""
    cut = _cut(text, instructions, span, operands)
    if cut is None:
        return
    left, sign, right = cut
    a, b = (_simple(side, instructions[j][0]) for side, j in zip((left, right), operands, strict=True))
    start, end = span
    both = sign.strip()

    def edit(x: str, y: str, between: str = sign, rank: int = 0) -> Edit:
        return Edit(start, end, f"{x}{between}{y}", rank)

    turned = [edit(transposed(a), right), edit(left, transposed(b)), edit(transposed(a), transposed(b))]
    columns = [
        change
        for place in ("[:,0]", "[:,None]")
        for change in (edit(_placed(a, place), right), edit(left, _placed(b, place)))
    ]
    if both == "@":
        yield from turned[:2]
        yield edit(b, a)
        yield edit(left, right, sign.replace("@", "*"))
        yield turned[2]
        yield from columns
        return
    if both == "*":
        yield edit(left, right, sign.replace("*", "@"))
    yield from columns
    yield from (change._replace(rank=3) for change in turned)
    if both == "*":
        yield edit(b, a, sign.replace("*", "@"), 1)


def _cut(
    text: str, instructions: Sequence[Instruction], span: Span, operands: Sequence[int]
) -> tuple[str, str, str] | None:
    """Return the left operand, the sign with its blanks, and the right operand, with their parentheses."""
    start, end = span
    (_, _, _, _, a0, _, a1), (_, _, _, _, b0, _, b1) = (instructions[j] for j in operands)
    for _ in range(text.count("(", start, a0)):
        a1 = text.find(")", a1) + 1
    for _ in range(text.count(")", b1, end)):
        b0 = text.rfind("(", 0, b0)
    sign = text[a1:b0]
    if not start < a1 <= b0 < end or not re.fullmatch(r"\s*[-+*/@×·÷−]\s*", sign):  # noqa: RUF001
        return None
    return text[start:a1], sign, text[b0:end]


def _simple(operand: str, kind: int) -> str:
    """Return an operand as one to which .T or an index can be added: in parentheses where it needs some."""
    whole = kind in (LEAF, CALL, EXPAND, INDEX, LITERAL, STACKED) or operand.startswith("(")
    if whole or operand.endswith((".T", "ᵀ")) or re.fullmatch(r"\w+\(.*\)", operand, re.DOTALL):
        return operand
    return f"({operand})"


def transposed(operand: str) -> str:
    """Return the transpose of an operand: without its .T where it has one."""
    return _without_transpose(operand) if operand.endswith((".T", "ᵀ")) else f"{operand}.T"


def _without_transpose(operand: str) -> str:
    return operand.removesuffix("ᵀ").removesuffix(".T")


def _placed(operand: str, place: str) -> str:
    """Return an operand with a place, or without the opposite one that it has."""
    opposite = {"[:,0]": r"\[\s*:\s*,\s*None\s*\]", "[:,None]": r"\[\s*:\s*,\s*0\s*\]"}[place]
    without = re.sub(rf"{opposite}\Z", "", operand)
    return without if without != operand else operand + place


def _of_call(text: str, span: Span, call: Any) -> Iterator[Edit]:
    """Yield the edits of a call of an array function: its axis, its keep, its arrays transposed or swapped."""
    start, end = span
    name, bracket, inner = text[start : end - 1].partition("(")
    parts = arguments_of(inner)
    row = call.row

    def edit(arguments: Sequence[str], rank: int = 0) -> Edit:
        return Edit(start, end, f"{name}{bracket}{', '.join(arguments)})", rank)

    named = [part for part in parts if re.match(r"\w+\s*=(?!=)", part)]
    arrays = [part for part in parts if part not in named]
    keyword = {part.partition("=")[0].strip(): part for part in named}
    if "axis" in row.fixed:
        rest = [part for part in named if part != keyword.get("axis")]
        for axis in range(MAX_AXES):
            yield edit([*arrays, f"axis={axis}", *rest])
        if "axis" in keyword:
            yield edit([*arrays, *rest], 2)
    if "keep" in row.fixed and call.fixed:
        rest = [part for part in named if part != keyword.get("keep")]
        yield edit([*arrays, *rest] if "keep" in keyword else [*arrays, *named, "keep=1"])
    for k in range(min(call.arrays, 2, len(arrays))):
        more = arrays[:]
        more[k] = transposed(arrays[k] if _is_one(arrays[k]) else f"({arrays[k]})")
        yield edit([*more, *named], 1)
    if call.arrays == 2 and len(arrays) >= 2:
        yield edit([arrays[1], arrays[0], *arrays[2:], *named], 1)


def _is_one(argument: str) -> bool:
    """Whether .T can follow an argument as it stands."""
    return bool(re.fullmatch(r"[\w.]+(?:[(\[].*[)\]])?", argument)) or (
        argument.startswith("(") and closing(argument, 0) == len(argument)
    )
