"""Functions by their German, French, Spanish and Latin names, alone and with what stands before and behind them."""

from __future__ import annotations

import pytest

from gradcli.calculus.spellings import function
from gradcli.language.european_names import _ANGLES, _WORDS, is_word, template_of

STEMS = [(stem, name) for name, stems in _ANGLES.items() for stem in stems.split("|")]


@pytest.mark.parametrize(("stem", "name"), STEMS)
def test_every_stem_with_every_beginning_and_end(stem: str, name: str) -> None:
    assert template_of(stem) == f"{name}({{0}})"
    for start in ("arc", "arcus", "arkus", "ark", "arco", "a", "inv"):
        assert template_of(start + stem) == f"a{name}({{0}})", start
        assert template_of(f"{start}_{stem}") == f"a{name}({{0}})", start
    for start in ("area", "arg", "argument", "argumento"):
        assert template_of(start + stem) == f"a{name}h({{0}})", start
    for end in ("h", "hyp", "hyperbolicus", "hyperbolico", "hiperbolica", "hyperbolique", "hip", "hyperb"):
        assert template_of(stem + end) == f"{name}h({{0}})", end
        assert template_of(f"{stem}_{end}") == f"{name}h({{0}})", end
        if not stem.startswith("c"):  # arcoseno begins with arco
            assert template_of(f"ar{stem}{end}") == f"a{name}h({{0}})", end
            assert template_of(f"ar{stem}") == f"a{name}({{0}})"


@pytest.mark.parametrize(("name", "template"), [
    ("sh", "sinh({0})"), ("ch", "cosh({0})"), ("th", "tanh({0})"), ("cth", "coth({0})"), ("coth", "coth({0})"),
    ("arsh", "asinh({0})"), ("argch", "acosh({0})"), ("arth", "atanh({0})"), ("arcsh", "asinh({0})"),
    ("Sinus", "sin({0})"), ("ARCTG", "atan({0})"), ("Arcus_Tangens", "atan({0})"), ("foo", None), ("sinx", None),
    ("arcfoo", None), ("", None), ("hyp", None), ("arsinus", "asin({0})"), ("arsinh", "asinh({0})"),
    ("Größe", None), ("gaußklammer", "floor({0})"), ("fakultät", "gamma({0} + 1)"), ("valeur_absolue", "abs({0})"),
    ("partieEntière", "floor({0})"), ("raízcuadrada", "sqrt({0})"), ("mittelwert", "({sum})/{count}"),
])  # fmt: skip
def test_names_of_functions(name: str, template: str | None) -> None:
    assert template_of(name) == template


@pytest.mark.parametrize(("template", "words"), _WORDS.items())
def test_words_for_a_function_are_more_often_variables(template: str, words: str) -> None:
    for word in words.split():
        assert template_of(word) == template
        assert template_of(word.capitalize()) == template
        assert is_word(word)


def test_names_of_angles_are_no_plain_words() -> None:
    assert not any(is_word(stem) for stem, _ in STEMS)
    assert not is_word("x")
    assert all(function(name) and function(f"a{name}") and function(f"{name}h") for name in _ANGLES)
