"""Forms of Python, NumPy and PyTorch: what each becomes in a program, and what is refused with which words."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.language.python_reading import MAX_CALLS, read_python
from gradcli.language.python_text import MAX_DEPTH, MAX_STATEMENTS

from .python_forms import LONGER, LONGER_REFUSED, READ, REFUSED

MORE = (Path(__file__).parent / "data" / "python_forms.txt").read_text(encoding="utf-8").splitlines()


def read(code: str) -> str:
    """Return what becomes of a file, in one line."""
    found = read_python(Source("net.py", code.replace("\\n", "\n")))
    values = {name: source.text for name, source in found.values.items()}
    told = [found.source.text.replace("\n", "; "), *map(str, filter(None, (values, list(found.ignored))))]
    return " ".join(told)


@pytest.mark.parametrize("line", [*READ.strip().splitlines(), *LONGER, *(line for line in MORE if " ~~> " in line)])
def test_what_becomes_of_a_form(line: str) -> None:
    code, _, program = line.partition(" ~~> ")
    assert " ".join(read(code).split()) == " ".join(program.split())


@pytest.mark.parametrize(
    "line", [*REFUSED.strip().splitlines(), *LONGER_REFUSED, *(line for line in MORE if " !!> " in line)]
)
def test_what_is_said_of_a_form_that_is_not_read(line: str) -> None:
    code, _, said = line.partition(" !!> ")
    with pytest.raises(GradcliError) as caught:
        read(code)
    error = caught.value
    assert error.source is not None
    assert error.span is not None
    assert f"{error.message} | {error.hint} | {error.source.text[slice(*error.span)]}".rstrip() == said


def test_fmod_has_the_sign_of_what_is_divided_and_mod_that_of_the_divisor() -> None:
    for a, b in ((7, 3), (-7, 3), (7, -3), (-7, -3), (6, -3), (-0.5, 2)):
        for name, expected in (("fmod", math.fmod(a, b)), ("mod", np.mod(a, b))):
            assert differentiate(read(f"np.{name}(a, b)"), {"a": a, "b": b}, wrt=["a"]).value == expected


@pytest.mark.parametrize(("most", "text", "message"), [
    (MAX_CALLS, lambda n: "\n".join(["def f0(x):\n    return x + 1", *(f"def f{k}(x):\n    return f{k - 1}(x)*2"
        for k in range(1, n))]) + f"\nf{n - 1}(a)", "functions call each other more than 20 deep"),
    (MAX_DEPTH - 3, lambda n: "-" * n + "x", "the file is nested more than 120 deep"),
    (MAX_DEPTH - 63, lambda n: f"def f(x):\n    return {'-' * 60}x\ndef g(x):\n    return {'-' * n}f(x)\ng(a)",
     "expressions are nested more than 120 deep"),
    (MAX_STATEMENTS - 1, lambda n: f"for k in range({n}):\n    pass", "more than 20,000 statements"),
    (MAX_STATEMENTS, lambda n: f"sum(x for k in range({n}))", "a loop of more than 20,000 turns"),
])  # fmt: skip
def test_limits_are_met_and_not_passed(most: int, text: Callable[[int], str], message: str) -> None:
    try:
        read(text(most))
    except InputError as nothing:
        assert nothing.message == "there is no forward pass in this file"
    with pytest.raises(LimitError, match=message):
        read(text(most + 1))


def test_an_error_of_the_program_stands_at_its_statement() -> None:
    """A place in the program is that of the statement of the file, to its last character."""
    source = read_python(Source("net.py", "y = 2*x\n\nz = y + 1\nz*y")).source
    text, where = source.text, source.place
    assert text == "y = 2*x\nz = y + 1\nz*y"
    assert where is not None
    for at, line in ((0, "y = 2*x"), (6, "y = 2*x"), (7, "y = 2*x"), (8, "z = y + 1"), (17, "z = y + 1"), (18, "z*y")):
        file, span = where((at, at + 1))
        assert file.text[slice(*span)] == line
    file, span = where(None)
    assert file.text[slice(*span)] == "y = 2*x"
