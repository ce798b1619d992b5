"""Arrays of fixed sizes that are filled with a number: as parameters of a net in Python they are inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.errors import LimitError, Source
from gradcli.language.python_literals import MOST_ENTRIES
from gradcli.language.python_reading import read_python

START = "import numpy as np\nimport torch\nH = 2\nW = np.array([[1., 2., 3.], [4., 5., 6.]])\n"


def values_of(code: str) -> dict[str, str]:
    return {name: source.text for name, source in read_python(Source("net.py", START + code)).values.items()}


@pytest.mark.parametrize(("code", "value"), [
    ("np.zeros(3)", "[0., 0., 0.]"), ("np.zeros((3,))", "[0., 0., 0.]"), ("np.ones([1, 2])", "[[1., 1.]]"),
    ("np.zeros((2, 1))", "[[0.], [0.]]"), ("torch.zeros(1, 2, 1)", "[[[0.], [0.]]]"), ("np.zeros(())", "0."),
    ("np.zeros((1, H))", "[[0., 0.]]"), ("np.zeros(H + 1, dtype=float)", "[0., 0., 0.]"),
    ("np.zeros((H, 1), float)", "[[0.], [0.]]"), ("np.ones(W.shape[1])", "[1., 1., 1.]"),
    ("torch.zeros(2, requires_grad=True)", "[0., 0.]"), ("torch.nn.Parameter(torch.ones(2))", "[1., 1.]"),
    ("np.zeros(shape=(2,), dtype=int)", "[0., 0.]"), ("np.full(2, 0.1)", "[0.1, 0.1]"),
    ("torch.full((1, 2), -3)", "[[-3, -3]]"), ("np.full((1, 2), fill_value=0.5)", "[[0.5, 0.5]]"),
    ("np.full(shape=(2,), fill_value=2)", "[2, 2]"), ("np.zeros_like(W)", "[[0., 0., 0.], [0., 0., 0.]]"),
    ("np.full_like(W, 7)", "[[7, 7, 7], [7, 7, 7]]"), ("torch.ones_like(input=W)", "[[1., 1., 1.], [1., 1., 1.]]"),
    ("np.eye(2)", "[[1., 0.], [0., 1.]]"), ("np.eye(2, 2)", "[[1., 0.], [0., 1.]]"), ("np.eye(1)", "[[1.]]"),
])  # fmt: skip
def test_an_array_that_is_filled_is_an_input_with_this_value(code: str, value: str) -> None:
    assert values_of(f"b = {code}\nL = np.sum(b*b)\n")["b"] == value


@pytest.mark.parametrize("code", ["np.zeros(x.shape[0])", "2*np.zeros(3)", "np.zeros(3) + W[0]"])
def test_what_has_no_fixed_size_or_is_computed_is_no_input(code: str) -> None:
    found = read_python(Source("net.py", f"{START}x = np.random.randn(3)\nb = {code}\nL = np.sum(b*x)\n"))
    assert "b" not in found.values
    assert "b = " in found.source.text


@pytest.mark.parametrize(("code", "said"), [
    ("np.full(2, W)", "full is not read"), ("np.full(2)", "full is not read"), ("np.zeros_like(q)", "zeros_like"),
    ("np.full((2,), 1, where=W)", "full is not read"),
])  # fmt: skip
def test_what_is_not_read_is_refused_as_before(code: str, said: str) -> None:
    with pytest.raises(Exception, match=said):
        values_of(f"b = {code}\nL = np.sum(b)\n")


def test_an_array_that_is_too_large_is_refused() -> None:
    assert len(values_of("b = np.zeros((1000, 1000))\nL = np.sum(b)\n")["b"]) > 3 * MOST_ENTRIES
    with pytest.raises(LimitError, match="zeros has more than 1,000,000 entries"):
        values_of("b = np.zeros((1000, 1001))\nL = np.sum(b)\n")


NET = """
import numpy as np
x = np.array([1., 2.])
W1 = np.array([[1., 0., 1.], [0., 1., -1.]])
b1 = np.zeros(3)
W2 = np.array([[1., 0.], [2., 1.], [0., 3.]])
b2 = np.zeros(2)
h = np.maximum(0, x @ W1 + b1)
s = h @ W2 + b2
L = np.sum(s * s)
"""


def test_the_biases_of_a_net_have_gradients(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """x@W1 = [1, 2, -1], h = [1, 2, 0], s = [5, 2]: dL/ds = [10, 4] = dL/db2, dL/dh = W2@[10, 4] = [10, 24, 12]."""
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    assert run(["--from-python", str(tmp_path / "net.py"), "--grad", "b1,b2"]) == 0
    assert capsys.readouterr().out == "[10.0, 24.0, 0.0]\n[10.0, 4.0]\n"
