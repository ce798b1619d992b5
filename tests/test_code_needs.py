"""What a file of code brings along and imports is known as data: it is what Python finds that the file reads."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
from gradcli.language.array_scope import parse_arrays
from gradcli.language.syntax import parse
from gradcli.record.request import Request
from gradcli.reports import render_code
from gradcli.reports.code.array_lines import ArraySubject
from gradcli.reports.code.array_spelling import ARRAY_SPELLINGS, needed_by
from gradcli.reports.code.arrays import Body
from gradcli.reports.code.helpers import NEEDS, helpers, with_their_own
from gradcli.reports.code.lines import subject_without_point
from gradcli.reports.code.numpy_code import write_arrays as numpy_text
from gradcli.reports.code.torch_code import write_arrays as torch_text

from .array_programs import PROGRAMS
from .generated_code import random_networks
from .test_array_random import drawn

MODULES = {"math", "np", "torch", "F"}
CALL = re.compile(r"(?<!\.)\b(\w+)\(")


def read(tree: ast.AST) -> set[str]:
    """Return the names that code reads, without those of parameters."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return {node.id for node in names} - {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def defined(tree: ast.Module) -> str:
    """Return what a text defines."""
    (node,) = tree.body
    if isinstance(node, ast.FunctionDef):
        return node.name
    assert isinstance(node, ast.Assign)
    (target,) = node.targets
    assert isinstance(target, ast.Name)
    return target.id


def spoken_of(tree: ast.Module) -> set[str]:
    """Return the functions that the remark of a function calls."""
    (node,) = tree.body
    return set(CALL.findall(ast.get_docstring(node) or "")) if isinstance(node, ast.FunctionDef) else set()


@pytest.mark.parametrize("language", ["python", "numpy", "torch"])
def test_helpers_need_what_python_finds_in_them(language: str) -> None:
    known = helpers(language)
    for name, text in known.items():
        tree = ast.parse(text)
        assert defined(tree) == name
        used = (read(tree) & (MODULES | known.keys())) - {name}
        spoken = (spoken_of(tree) & known.keys()) - {name}
        assert set(NEEDS[language][name].split()) == used | spoken, name


def test_helpers_of_javascript_need_what_they_call_or_speak_of() -> None:
    known = helpers("javascript")
    for name, text in known.items():
        assert f"\nfunction {name}(" in f"\n{text}"
        assert set(NEEDS["javascript"][name].split()) == (set(CALL.findall(text)) & known.keys()) - {name}


def test_what_is_needed_brings_what_it_needs() -> None:
    texts, modules = with_their_own("numpy", ["cross_entropy", "N", "np"])
    names = [defined(ast.parse(text)) for text in texts]
    assert names == ["softmax", "logsumexp", "log_softmax", "cross_entropy", "pick"]
    assert modules == {"np", "N"}
    assert with_their_own("python", []) == ([], set())


def imported(tree: ast.Module) -> set[str]:
    names = [alias for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    return {alias.asname or alias.name for alias in names}


def check(text: str, language: str) -> None:
    """Assert that a file defines and imports just what it reads, and reads nothing else from outside."""
    tree = ast.parse(text)
    used, own = read(tree), {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    own |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
            if isinstance(target, ast.Name)}  # fmt: skip
    assert imported(tree) - {"torch"} == (used & MODULES) - {"torch"}, text
    brought = own & NEEDS[language].keys()
    called = read(next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "forward_backward"))
    texts, _ = with_their_own(language, called & NEEDS[language].keys())
    assert brought == {defined(ast.parse(part)) for part in texts}, text


def scalar_programs() -> list[str]:
    rows = [row for row in OPERATIONS.values() if row.is_function and row.name != "where"]
    calls = [f"f = 1.5*{row.name}({', '.join(['x', 'y', 'x*y', '2*x'][: row.arity or 4])})" for row in rows]
    return [*calls, "f = x*pi", "f = x + y", "f = x**y", *(program for program, _ in random_networks(20, seed=8))]


@pytest.mark.parametrize("program", scalar_programs())
def test_files_of_numbers_bring_what_they_read(program: str) -> None:
    graph = parse(Source("program", program))
    check(render_code(subject_without_point(Source("program", program), graph, Request()), "python"), "python")


def array_subjects() -> Iterator[ArraySubject]:
    for program, shapes in PROGRAMS:
        graph = parse_arrays(Source("program", program), shapes)
        yield ArraySubject(program, graph, graph.output, dict(graph.differentiable), "", {})
    for seed in range(25):
        graph = drawn(random.Random(seed))
        yield ArraySubject("", graph, graph.output, dict(graph.differentiable), "", {})


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_files_of_arrays_bring_what_they_read(library: str) -> None:
    write = {"numpy": numpy_text, "torch": torch_text}[library]
    checked = 0
    for subject in array_subjects():
        if library == "torch" and ", -1)" in str([node.fixed.get("places") for node in subject.graph.nodes]):
            continue  # PyTorch has no slices with a negative step
        check(write(subject), library)
        checked += 1
    assert checked > 30


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_names_stand_alone_among_the_pieces_of_a_formula(library: str) -> None:
    """So they can be asked for, and renamed in a loop, without a look at the text round them."""
    for subject in array_subjects():
        if library == "torch" and ", -1)" in str([node.fixed.get("places") for node in subject.graph.nodes]):
            continue
        body = Body(subject, library)
        for line in (*body.lines.forward, *body.lines.backward):
            if line.text:
                continue
            pieces = ARRAY_SPELLINGS[library].formula(body.nodes, line.formula, body.whole)
            tree = ast.parse("".join(pieces).strip(), mode="eval")
            names = read(tree) - {"slice"}
            needs = needed_by(pieces)
            assert names <= set(pieces) | needs
            assert needs & MODULES == names & MODULES
            assert needs & NEEDS[library].keys() == names & NEEDS[library].keys()
