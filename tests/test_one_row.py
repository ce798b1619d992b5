"""What is known of an operation stands in its row: no list of names beside the table, and a new row is all it takes."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcli import differentiate
from gradcli.arrays.table import ARRAY_OPERATIONS
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Kink, Operation
from gradcli.commands import run as main
from gradcli.commands.completing import offered
from gradcli.commands.rules import RuleBook
from gradcli.errors import Source
from gradcli.language import latex
from gradcli.language.syntax import parse
from gradcli.rows.compiled import Wanted, number_function, trace

PACKAGE = Path(__file__).parent.parent / "gradcli"

# Files with three or more names of operations in one literal, and why that is no property of theirs.
A_SYSTEM = "how a number system computes its functions: rules are written with them, and a new row needs none"
WORDS = "words of other languages, and what they are here"
ALLOWED = {
    "calculus/spellings.py": "other spellings of names: a new row needs none",
    "numbers/balls.py": A_SYSTEM,
    "numbers/ieee.py": A_SYSTEM,
    "numbers/refusing.py": A_SYSTEM,
    "numbers/spans.py": A_SYSTEM,
    "numbers/series/coefficients.py": A_SYSTEM,
    "numbers/series/system.py": A_SYSTEM,
    "rows/column_bounds.py": A_SYSTEM,
    "rows/column_functions.py": A_SYSTEM + "; which library computes them the same is found out by running both",
    "rows/tracing.py": A_SYSTEM + "; what code may claim of the C library's errors is proved beside the proof",
    "reports/code/spelling.py": "what languages call them: a row without an entry is called as it is, or written out",
    "reports/code/helpers.py": "the functions that files bring because a language lacks them, and what these need",
    "reports/code/vocabulary.py": "what libraries call them: a row without an entry is written by its rule",
    "language/european_names.py": WORDS,
    "language/foreign_names.py": WORDS,
    "language/python_calls.py": WORDS,
    "language/python_differences.py": "which names of other libraries mean there what they do not mean here",
    "language/latex_reading.py": WORDS,
    "language/callbacks.py": "the callbacks of the grammar's operators, by the names that the grammar gives them",
    "calculus/examples.py": "an example of each row, which `gradcli rules` does without if there is none",
    "homework/diagnosis/dull_numbers.py": "where a person sees a function flatten, which is a matter of taste",
    "homework/diagnosis/dull_arrays.py": "the functions whose entries take sides, and those of probabilities",
    "homework/diagnosis/function_mistakes.py": "the operations that a mistake is about, and those taken for them",
    "homework/diagnosis/mistakes.py": "the operations that a mistake is about",
    "homework/diagnosis/array_wrong_slopes.py": "the operations that a mistake is about",
    "homework/diagnosis/array_wrong_sums.py": "the operations that a mistake is about",
    "homework/diagnosis/array_wrong_totals.py": "the operations that a mistake is about",
    "language/array_entries.py": "how an entry is made of others, one function a row; compared with the rows by a test",
    "language/arrays_needed.py": "the functions of the second table, compared with it by a test",
    "homework/diagnosis/wrong_rules.py": "the operations that a mistake is about",
    "homework/diagnosis/array_mistakes.py": "the operations that a mistake is about",
    "homework/diagnosis/array_wrong_losses.py": "the operations that a mistake is about",
    "homework/diagnosis/array_divisors.py": "the operations that a mistake is about",
    "homework/diagnosis/array_axes.py": "how the entries of an argument and of the result go together, a case per row",
    "arrays/scatters.py": "the rows that only move entries, moved back and compared by a test",
    "language/array_latex.py": "what LaTeX writes otherwise than as a call, a function a row",
    "language/python_functions.py": WORDS,
    "language/python_literals.py": WORDS,
    "reports/code/array_spelling.py": "what libraries write as a method or a slice, and what shares memory there",
    "reports/array_rule_book.py": "the signs by which operations may be looked up",
}


TABLES = (PACKAGE / "calculus" / "operations.py", PACKAGE / "arrays" / "table.py")
NAMES = OPERATIONS.keys() | ARRAY_OPERATIONS.keys()


def names_in(node: ast.AST) -> set[str]:
    """Return the names of operations in a literal of several, or in a text that lists little else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = node.value.split()
        found = set(words) & NAMES
        return found if 2 * len(found) > len(words) else set()
    if isinstance(node, ast.Dict):
        items: list[ast.expr | None] = node.keys
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        items = [*node.elts]
    else:
        return set()
    return {i.value for i in items if isinstance(i, ast.Constant) and isinstance(i.value, str)} & NAMES


def lists_of_names(text: str) -> Iterator[tuple[int, set[str]]]:
    """Yield the line of every list of three or more names of operations, and the names."""
    for node in ast.walk(ast.parse(text)):
        found = names_in(node)
        if len(found) >= 3:
            yield getattr(node, "lineno", 0), found


def test_no_list_of_names_states_a_property_beside_the_table() -> None:
    found = {
        str(path.relative_to(PACKAGE)): lists
        for path in PACKAGE.rglob("*.py")
        if path not in TABLES and (lists := list(lists_of_names(path.read_text(encoding="utf-8"))))
    }
    assert {name: lists for name, lists in found.items() if name not in ALLOWED} == {}
    assert ALLOWED.keys() <= found.keys(), "an exception that nothing needs any longer"


@pytest.mark.parametrize(
    "text",
    ['{"sin", "cos", "tan"}', '("exp", "log", 3, "sqrt")', '{"abs": 1, "sign": 2, "floor": 3}', '"sin cos tan"'],
)
def test_the_finder_finds(text: str) -> None:
    assert list(lists_of_names(f"SMOOTH = {text}"))


def test_the_finder_leaves_prose_and_pairs_alone() -> None:
    assert not list(lists_of_names('x = "the sin of an angle, cos and tan of it"; y = ("max", "min")'))


# ---- two rows of this test alone: a smooth one and one with a kink

VERSIN = Operation(
    "versin", "x", lambda S, x: 1 - S.cos(x), (lambda S, v, x: S.sin(x),), latex=r"\operatorname{vers}",
    points=((0.3,), (-1.7,)), summary="1 - cos(x)",
)  # fmt: skip
CAP = Operation(
    "cap", "x", lambda S, x: S.min(x, S.one), (lambda S, v, x: S.where(S.less(x, S.one), S.one, None),),
    kink=Kink("{x} = 1", lambda S, x: S.equal(x, S.one)), points=((0.3,), (2.5,)), summary="min(x, 1)",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _rows(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in (VERSIN, CAP):
        monkeypatch.setitem(OPERATIONS, row.name, row)


@pytest.mark.parametrize("options", [{}, {"digits": 30}, {"ieee": True}], ids=["certain", "digits", "ieee"])
def test_a_new_row_has_value_and_gradient(options: dict[str, int]) -> None:
    found = differentiate("f = versin(x)*y", {"x": 0.7, "y": 3.0}, **options)
    assert float(found.value) == pytest.approx(3 * (1 - math.cos(0.7)), rel=1e-15)
    assert float(found.gradient["x"]) == pytest.approx(3 * math.sin(0.7), rel=1e-15)


def test_a_new_row_is_exact_and_uncertain() -> None:
    found = differentiate("f = cap(x)*y", {"x": "1/3", "y": "3"}, exact=True)
    assert (str(found.value), str(found.gradient["x"])) == ("1", "3")
    assert "±" in str(differentiate("versin(x)", {"x": "0.70+-0.01"}).value)


def test_a_new_row_has_sides_beside_its_kink_and_is_noted() -> None:
    notes = differentiate("f = 3*cap(x)", {"x": 1.0}).notes
    assert [(note.left, note.right) for note in notes if note.kind == "one-sided"] == [(3.0, 0.0)]
    assert any("cap has a kink here, at x = 1" in note.message for note in notes)
    found = differentiate("f = cap(x) - cap(2 - x) + versin(x)", {"x": 1.0})
    assert found.gradient["x"] == pytest.approx(1 + math.sin(1))


def test_a_new_row_has_a_second_derivative(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versin(x)", "x=0.7", "--hessian"]) == 0
    assert f"{math.cos(0.7):.6f}" in capsys.readouterr().out


def test_a_new_row_is_diagnosed(capsys: pytest.CaptureFixture[str]) -> None:
    """Its derivative taken as 1: the most general mistake at a smooth function."""
    program = ["q = versin(x); f = q*y", "x=0.7", "y=3"]
    assert main(["check", *program, "q=0.235", "local(q,x)=1"]) == 1
    assert "derivative taken as 1" in capsys.readouterr().out


def test_a_new_row_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    graph = parse(Source("program", "versin(x) + cap(x)"))
    assert latex.formula(graph, graph.output) == r"\operatorname{vers}\left(x\right) + \operatorname{cap}\left(x\right)"
    assert main(["diff", "versin(2*x)"]) == 0
    assert capsys.readouterr().out.split("\n")[0].endswith("2*sin(2*x)")
    assert main(["rules", "versin"]) == 0
    assert "sin(x)" in capsys.readouterr().out
    assert any(entry.startswith("versin") for entry in RuleBook().entries())


def test_a_new_row_is_completed() -> None:
    assert "versin" in [value for value, _ in offered(["rules"], "vers").items]


@pytest.mark.parametrize("arrays", [False, True], ids=["rows", "columns"])
def test_a_new_row_is_compiled(arrays: bool) -> None:
    graph = parse(Source("program", "versin(x)*cap(y)"))
    code = trace(graph, ["x", "y"], {}, Wanted(graph.output, ("x", "y"), ()), ieee=False, arrays=arrays)
    assert code is not None
    if not arrays:
        (row,) = number_function(code, ieee=False)([(0.7, 0.5)])
        assert row == pytest.approx([(1 - math.cos(0.7)) * 0.5, math.sin(0.7) * 0.5, 1 - math.cos(0.7)], rel=1e-14)
