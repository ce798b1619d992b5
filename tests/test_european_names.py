"""Names of functions as German, French and Spanish write them, and letters in the wrong order: what the hint names."""

from __future__ import annotations

import re
from itertools import product

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.spellings import ALIASES, function, function_names
from gradcli.errors import GradcliError

STEMS = {
    "sin": ("sinus", "seno", "sen", "sine"), "cos": ("kosinus", "cosinus", "coseno", "cosen", "kos"),
    "tan": ("tangens", "tangente", "tang"), "cot": ("kotangens", "cotangens", "cotangente", "kot"),
    "sec": ("sekans", "secans", "secante", "sek"), "csc": ("kosekans", "cosecans", "cosecante", "cosec"),
}  # fmt: skip
INVERSES = {"": "", "arkus": "a", "arcus": "a", "arc": "a", "ark": "a"}
HYPERBOLIC = {"": "", "h": "h", "hyp": "h", "hyperbolicus": "h", "hiperbolico": "h", "hyperbolique": "h"}


def hint_of(call: str) -> str:
    """Return the hint for a call that there is not, in which x and y have values."""
    with pytest.raises(GradcliError) as caught:
        differentiate(call, {"x": 0.5, "y": 2})
    assert caught.value.hint is not None, call
    return caught.value.hint


@pytest.mark.parametrize("name", sorted(STEMS))
def test_functions_of_angles_in_other_languages(name: str) -> None:
    for stem, (prefix, inverse), (suffix, hyperbolic) in product(STEMS[name], INVERSES.items(), HYPERBOLIC.items()):
        typed, meant = f"{prefix}{stem}{suffix}", f"{inverse}{name}{hyperbolic}"
        own = function(typed)
        if own is not None:
            assert own.name == meant
        else:
            assert hint_of(f"{typed}(x)") == f"write {meant}(x)"


@pytest.mark.parametrize(("typed", "meant"), [
    ("arcoseno", "asin"), ("arcocoseno", "acos"), ("arcotangente", "atan"), ("arccotangente", "acot"),
    ("argsh", "asinh"), ("argch", "acosh"), ("argth", "atanh"), ("argcoth", "acoth"), ("argsinh", "asinh"),
    ("areasinus", "asinh"), ("areatangens", "atanh"), ("areakosinus", "acosh"), ("arkosinh", "acosh"),
    ("Arkustangens", "atan"), ("arktan", "atan"), ("arksin", "asin"), ("arkcos", "acos"), ("sh", "sinh"),
    ("cosinus_hyperbolique", "cosh"), ("wurzel", "sqrt"), ("racine", "sqrt"), ("raíz", "sqrt"), ("Betrag", "abs"),
    ("kubikwurzel", "cbrt"), ("techo", "ceil"), ("plancher", "floor"), ("abrunden", "floor"), ("aufrunden", "ceil"),
    ("arrondi", "round"), ("logaritmo", "log"), ("exponentielle", "exp"), ("sigmoide", "sigmoid"), ("signo", "sign"),
    ("atn", "atan"),
])  # fmt: skip
def test_single_names(typed: str, meant: str) -> None:
    assert hint_of(f"{typed}(x)") == f"write {meant}(x)"


@pytest.mark.parametrize(("typed", "meant"), [
    ("hoch(x, y)", "x**y"), ("potencia(x, y)", "x**y"), ("Fakultät(x)", "gamma(x + 1)"), ("somme(x, y)", "x + y"),
    ("producto(x, y)", "x*y"), ("moyenne(x, y)", "(x + y)/2"), ("mínimo(x, y)", "min(x, y)"),
])  # fmt: skip
def test_words_that_are_expressions(typed: str, meant: str) -> None:
    assert hint_of(typed) == f"write {meant}"


def test_a_word_without_a_value_is_a_variable() -> None:
    for name in ("somme", "media", "betrag", "hoch"):
        with pytest.raises(GradcliError) as caught:
            differentiate(f"x*{name}", {"x": 1})
        assert caught.value.hint == f"write {name}=..."


def test_two_letters_in_the_wrong_order() -> None:
    names = [name for name in function_names() if len(name) >= 4]
    for name in names:
        for k in range(len(name) - 1):
            typed = name[:k] + name[k + 1] + name[k] + name[k + 2 :]
            if function(typed) is not None or typed in (name, "isgn"):  # i*sgn
                continue
            (meant,) = re.findall(r"\w+(?=\(|\?)", hint_of(f"{typed}(x)"))[:1]
            same = {name, ALIASES.get(name, name)}
            assert {meant, ALIASES.get(meant, meant)} & same or _swaps(typed, meant), (typed, meant)
            assert meant in OPERATIONS or meant in ALIASES


def _swaps(typed: str, meant: str) -> bool:
    """Whether two other letters in the wrong order make it another function."""
    return len(typed) == len(meant) and sum(a != b for a, b in zip(typed, meant, strict=True)) == 2
