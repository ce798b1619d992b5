"""Forward passes in Python: each becomes a program whose gradient is that of the code; what is not read is told."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.commands import run
from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.language.python_calls import CALLS, DRAWN, LAYERS, PAIRS, UNCHANGED
from gradcli.language.python_functions import FILLED, JOINS, MOVED
from gradcli.language.python_reading import PythonProgram, read_python
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import resolved
from gradcli.record.request import Request

from .forward_passes import PASSES, Pasted

STEP = 1e-6


class Library:
    """What gives the inputs in files of PyTorch and micrograd, for NumPy."""

    @staticmethod
    def tensor(x: Any, requires_grad: bool = False) -> Any:
        return np.array(x)


def value_of(number: float, label: str = "") -> float:
    return number


def inputs_of(case: Pasted) -> dict[str, Any]:
    names: dict[str, Any] = {"np": np, "torch": Library, "Value": value_of}
    exec(case.inputs, names)
    return {name: x for name, x in names.items() if name not in ("np", "torch", "Value", "__builtins__")}


def loss(case: Pasted, point: dict[str, Any]) -> float:
    """Run the code itself, with NumPy, at a point."""
    names: dict[str, Any] = {
        "np": np,
        **{name: x.copy() if isinstance(x, np.ndarray) else x for name, x in point.items()},
    }
    exec(case.same or case.code, names)
    return float(np.sum(names["loss"] if "loss" in names else names["loss_fn"]()))


def program_of(text: str) -> PythonProgram:
    return read_python(Source("net.py", text))


@pytest.mark.parametrize("case", PASSES, ids=[case.name for case in PASSES])
def test_the_gradient_is_that_of_the_code(case: Pasted) -> None:
    found = program_of(f"import numpy as np\n{case.inputs}\n{case.code}")
    point = inputs_of(case)
    request = Request(wrt=None, may_be_unused=[*found.values])
    record = evaluate_arrays(found.source, resolved(dict(found.values), None), request)
    assert float(np.sum(record.value)) == pytest.approx(loss(case, point), rel=1e-9)
    assert record.gradient
    for name, slope in record.gradient.items():
        if name not in point or (np.asarray(point[name]).dtype.kind == "i" and np.ndim(point[name])):
            continue  # a default of a function, or labels
        whole = np.array(point[name], float)
        numeric = np.zeros(whole.shape)
        for place in np.ndindex(*whole.shape):
            sides = []
            for sign in (1, -1):
                moved = whole.copy()
                moved[place] += sign * STEP
                sides.append(loss(case, {**point, name: moved if whole.shape else float(moved)}))
            numeric[place] = (sides[0] - sides[1]) / (2 * STEP)
        assert np.asarray(slope, float) == pytest.approx(numeric, rel=1e-5, abs=1e-6), name


def test_there_are_forty_of_them() -> None:
    assert len(PASSES) >= 40


def test_what_becomes_of_a_file() -> None:
    case = next(case for case in PASSES if case.name == "softmax classifier")
    found = program_of(f"import numpy as np\n{case.inputs}\n{case.code}\nprint(loss)")
    assert (
        found.source.text.splitlines()
        == [
            "scores = X@W + b",
            "exp_scores = exp(scores)",
            "probs = exp_scores/sum(exp_scores, axis=1, keep=1)",
            "correct_logprobs = -log(pick(probs, y))",
            "data_loss = sum(correct_logprobs)/num_examples",
            "reg_loss = 0.5*reg*sum(W*W)",
            "loss = data_loss + reg_loss",
        ]
        or found.source.text.splitlines()[0] == "num_examples = size(X, 0)"
    )
    assert found.values["reg"].text == "1e-3"
    assert list(found.ignored) == ["line 1: import numpy as np", "line 15: print(loss)"] or len(found.ignored) == 2


@pytest.mark.parametrize(("code", "program"), [
    ("y = x + 1\ny += x\ny", "y = x + 1\ny_2 = y + x"),
    ("np.maximum(0, z)", "max(0, z)"),
    ("y = x*2; y.label = 'y'\ny.backward()", "y = x*2"),
    ("sum((w*x for w, x in zip([a, b], [c, d])), e)", "e + a*c + b*d"),
    ("float(np.squeeze(cost))", "cost"),
    ("K.transpose(-2, -1)", "K.T"),
    ("s = x\ns **= 2\ns", "s = x\ns_2 = s**2"),
    ("import torch\nx.max(1)[0]", "max(x, axis=1)"),
    ("x.max(dim=1, keepdim=True)[0]", "max(x, axis=1, keep=1)"),
    ("import torch as th\nth.max(x, 1)[0]", "max(x, axis=1)"),
    ("import torch.nn.functional as G\nG.softmax(x, 1).max(1)[0]", "max(softmax(x, axis=1), axis=1)"),
    ("import torch\nnp.max(x, 1)[0]", "max(x, axis=1)[0]"),
    ("import torch\nnp.var(x)", "var(x)"),
    ("np.linalg.norm(x, ord='fro')", "norm(x)"),
    ("sum(x, 2)", "2 + sum(x, axis=0)"),
    ("sum([], a)", "a"),
    ("sum([a, b], start=c)", "c + a + b"),
    ("sum(x, axis=0)", "sum(x, axis=0)"),
    ("from numpy import sum\nsum(x, 0)", "sum(x, axis=0)"),
    ("m, _ = torch.max(x, dim=1)\nm*2", "m = max(x, axis=1)\nm*2"),
    ("x.max(axis=1)[0]", "max(x, axis=1)[0]"),
    ("torch.sort(x)[0]", "sort(x)"),
    ("x.sum(1, True)", "sum(x, axis=1, keep=1)"),
    ("torch.norm(x, 2)", "norm(x)"),
    ("np.linalg.norm(x, 'fro')", "norm(x)"),
    ("x.norm(2, dim=1)", "norm(x, axis=1)"),
    ("F.leaky_relu(x, negative_slope=0.2)", "where(x > 0, x, 0.2*x)"),
    ("F.leaky_relu(x, 0.2)", "where(x > 0, x, 0.2*x)"),
    ("F.elu(x, alpha=2.0)", "where(x > 0, x, 2.0*(exp(x) - 1))"),
    ("F.softplus(x, beta=2)", "softplus(2*x)/2"),
    ("loss_fn = nn.MSELoss()\nloss_fn(x@w, y)", "mean((x@w - y)**2)"),
    ("nn.CrossEntropyLoss()(z, y)", "mean(cross_entropy(z, y))"),
    ("nn.Softmax(dim=1)(z)", "softmax(z, axis=1)"),
    ("h = z\nh[h < 0] = 0\nh", "h = z\nh_2 = where(h < 0, 0, h)"),
    ("m = s\nm[np.arange(N), y] = 0\nm", "m = s\nm_2 = m*(1 - onehot(y, size(m, 1)))"),
    ("a.dot(b)", "a@b"),
    ("x.sum(0)", "sum(x, axis=0)"),
    ("x.sum(axis=1, keepdims=True)", "sum(x, axis=1, keep=1)"),
    ("torch.sum(x, dim=(0, 1), keepdim=True)", "sum(x, axis=(0, 1), keep=1)"),
    ("F.cross_entropy(z, y)", "mean(cross_entropy(z, y))"),
    ("z[range(n), y]", "pick(z, y)"),
    ("z[np.arange(len(y)), y]", "pick(z, y)"),
    ("x[:, None]*y[np.newaxis, :]", "x[:, None]*y[None, :]"),
    ("-x**2", "-x**2"),
    ("(-x)**2", "(-x)**2"),
    ("2**-x", "2**-x"),
    ("a - (b - c)", "a - (b - c)"),
    ("a/(b*c)", "a/(b*c)"),
    ("(a + b).T @ c", "(a + b).T@c"),
    ("np.power(a + b, 2)", "(a + b)**2"),
    ("1 if x > 0 else y", "where(x > 0, 1, y)"),
    ("0 < x < 1 and y or z".replace(" and y or z", ""), "where(0 < x and x < 1, 1, 0)"),
    ("np.where(~(x > 0) | (y == 2), x, y)", "where((not (x > 0)) or y == 2, x, y)"),
    ("exp = np.exp(z)\nexp/np.sum(exp)", "exp_ = exp(z)\nexp_/sum(exp_)"),
    ("x % 3 + x // 2", "mod(x, 3) + floor(x/2)"),
    ("np.pi*math.e", "pi*e"),
    ("0x10*x + 1_000", "16*x + 1000"),
    ("max(a, b) + sum([a, b, 2])", "max(a, b) + (a + b + 2)"),
    ("h = {}\nh[0] = x\nfor t in range(1, 3):\n    h[t] = np.tanh(h[t-1])\nh[2]",
     "h0 = x\nh1 = tanh(h0)\nh2 = tanh(h1)"),
    ("f = lambda u, v: u*v\nf(x + 1, 2)", "u = x + 1\nu*2"),
    ("if __name__ == '__main__':\n    y = x*2", "y = x*2"),
    ("N = 3\nx.view(N, -1)", "reshape(x, 3, -1)"),
    ("def f(x, w):\n    q = x*w\n    return q + 1", "q = x*w\nq + 1"),
    ("y = x*2\ny.backward()\nz = foo(y)", "y = x*2"),
    ("x.detach().numpy().astype(float)", "x"),
])  # fmt: skip
def test_one_form_after_the_other(code: str, program: str) -> None:
    assert program_of(code).source.text == program


CALLED = ["", "torch.", "x."]
GIVEN = ["x", "0", "(1, 2)", "[a, b]", "[]", "None", "*x", "**k", "axis=0", "dim=0", "(k for k in [])"]


def every_name() -> list[str]:
    names = {name.partition("/")[0] for name in CALLS} | {*LAYERS, *UNCHANGED, *DRAWN, *PAIRS, *JOINS, *FILLED, *MOVED}
    others = "len abs size view unsqueeze expand_dims clamp range zip enumerate reversed exp tanh backward append print"
    return sorted(names | {*others.split(), "squeeze", "arange", "round", "pow", "open", "list", "relu", "norm"})


@pytest.mark.parametrize(("code", "message", "span"), [
    ("é = (", "this is not Python: '(' was never closed", (4, 5)),
    ("\n\n  y", "this is not Python: unexpected indent", (3, 4)),
    ("y = x +\n\n  é )", "this is not Python: unmatched ')'", (13, 14)),
    ("x\0y", "this is not Python: source code string cannot contain null bytes", (0, 1)),
    ("-" * 100_000 + "x", "the file is nested too deeply", (0, 1)),
])  # fmt: skip
def test_the_place_of_what_is_no_python(code: str, message: str, span: tuple[int, int]) -> None:
    with pytest.raises(GradcliError) as caught:
        program_of(code)
    assert (caught.value.message, caught.value.span) == (message, span)


@pytest.mark.parametrize("form", ["y = {}[0]", "y, z = {}", "y = x[{}, z]"])
def test_calls_of_any_number_of_arguments_are_read_or_refused(form: str) -> None:
    """No call of a library or of Python itself ends in anything but a program or an error with its place."""
    given = ["", *GIVEN, *(f"{a}, {b}" for a in ("x", "[a, b]") for b in GIVEN), "x, x, x", "x, 0, 0, 0", "0, 1, 2, 3"]
    outcomes = set()
    for name in every_name():
        for call in (f"{start}{name}({arguments})" for start in CALLED for arguments in given):
            try:
                outcomes.add(bool(program_of(form.replace("{}", call)).source.text))
            except GradcliError as error:
                assert error.span is not None, call
                outcomes.add(False)
    assert outcomes == {True, False}


@pytest.mark.parametrize("name", ["F", "nn", "torch"])
@pytest.mark.parametrize("start", [
    "import numpy as np\n{} = 3.0\nq = {}", "{} = 3.0\nq = {}", "import numpy as np\nq = {}", "q = {}",
    "import numpy as np\nfor {} in [a, b]:\n    z = {}*c\nq = z", "def f({}):\n    return 2*{}\nq = f(a)",
    "import flax.linen as {}\nimport jax.numpy as jnp\nq = {}.relu(z)", "from flax import linen as {}\nq = {}.tanh(z)",
    "import numpy as {}\nq = {}.var(z)",
])  # fmt: skip
def test_a_file_of_numpy_may_have_any_names(start: str, name: str) -> None:
    """A name that modules of PyTorch have as well says nothing of a file that gives it to something else."""
    start = start.replace("{}", name)
    assert program_of(f"{start}\ny = q*x.max(1)[0]*np.var(x)").source.text.endswith("max(x, axis=1)[0]*var(x)")
    with pytest.raises(GradcliError, match="a norm of another order"):
        program_of(f"{start}\nX = np.array([[1.0, 2], [3, 4]])\ny = q*np.linalg.norm(X, 2)")


@pytest.mark.parametrize("name", ["F", "self", "layer"])
def test_a_layer_is_read_whatever_the_names_of_the_file(name: str) -> None:
    for code in (f"{name} = 3.0\nnn.Tanh()({name}*x)", f"{name} = 3.0\nact = nn.Tanh()\nact({name}*x)"):
        assert program_of(code).source.text == f"tanh({name}*x)"


def test_an_own_argument_may_be_called_dim() -> None:
    assert program_of("def f(x, dim):\n    return x*dim\nf(a, dim=3)*x.var()").source.text == "a*3*var(x)"
    with pytest.raises(GradcliError, match="divides by N - 1"):
        program_of("x.sum(dim=0)*x.var()")


@pytest.mark.parametrize("call", ["np.linalg.norm(X, {}2)", "torch.linalg.norm(X, {}2)"])
@pytest.mark.parametrize("word", ["", "ord="])
def test_the_norm_of_order_two_of_a_matrix_is_no_sum_of_squares(call: str, word: str) -> None:
    with pytest.raises(GradcliError, match="a norm of another order"):
        program_of(f"X = np.array([[1.0, 2], [3, 4]])\ny = {call.format(word)}")
    assert program_of("X = torch.tensor([[1.0, 2], [3, 4]])\ntorch.norm(X, 2)").source.text == "norm(X)"


@pytest.mark.parametrize(("code", "message", "at"), [
    ("y = foo(x)", "foo is not read", "foo(x)"),
    ("y = x +", "this is not Python: invalid syntax", ""),
    ("x.var(0, keepdim=True)", "PyTorch's var divides by N - 1", "x.var(0, keepdim=True)"),
    ("x.max(dim=1)[1]", "places of largest and smallest entries are not read", "x.max(dim=1)[1]"),
    ("F.gelu(x, approximate='tanh')", "approximate= of gelu is not read", "'tanh'"),
    ("F.cross_entropy(z, y, weight=w)", "weight= of cross_entropy is not read", "w"),
    ("nn.MSELoss(reduction='sum')(z, y)", "reduction= of mse_loss is not read", "'sum'"),
    ("np.linalg.norm(x, 1)", "a norm of another order is not read", "1"),
    ("np.tanh(x, out=y)", "out= of tanh is not read", "y"),
    ("class Net:\n    pass", "class is not read", "class Net:"),
    ("if x > 0:\n    y = 1", "if is not read", "if x > 0:"),
    ("while True:\n    x = 1", "while is not read", "while True:"),
    ("for i in range(n):\n    y = i", "the number of turns is not known while the file is read", "range(n)"),
    ("for v in things:\n    y = v", "what this loop runs over is not known while the file is read", "things"),
    ("y = 'text'*2", "a text is not read", "'text'"),
    ("x[0] = 3", "an entry of an array cannot be assigned", "x[0]"),
    ("y = 2*x\nz = y + np.maximum(np.random.randn(3), y)[0]\nf = 3", "", ""),
    ("y = x.grad*2", ".grad is not read", "x.grad"),
    ("y = 1j*x", "1j is not read", "1j"),
    ("y = x.sum(k)", "an axis is a whole number", "k"),
    ("a, b = f(x)", "f is not read", "f(x)"),
    ("y = F.cross_entropy(z, y, reduction='none')", "reduction= of cross_entropy is not read", "'none'"),
    ("import torch\ny = x.std()", "PyTorch's std divides by N - 1", "x.std()"),
    ("def f(n):\n    return f(n)\nf(x)", "functions call each other more than 20 deep", "f(n)"),
    ("y = __import__('os').system('true')", "system is not read", "__import__('os').system('true')"),
    ("y = (x := 3)", ":= is not read", "x := 3"),
    ("y = x + sum([])", "there is nothing to add up", "sum([])"),
    ("y = x + sum(t for t in [])", "there is nothing to add up", "sum(t for t in [])"),
    ("", "there is no forward pass in this file", ""),
    ("import os", "there is no forward pass in this file", ""),
    ("y = sum()", "there is nothing to add up", "sum()"),
    ("y = max([])", "max needs a value", "max([])"),
    ("y = sum(a, b, c)", "sum takes a list and a start", "sum(a, b, c)"),
    ("y = max(a, b, key=abs)", "key= of max is not read", "abs"),
    ("y = min(x, default=0)", "default= of min is not read", "0"),
    ("y = x.reshape(2, 3, order='F')", "order= of reshape is not read", "'F'"),
    ("y = np.reshape(x, (2, 3), order='F')", "order= of reshape is not read", "'F'"),
    ("y = np.clip(x, 0, 1, out=z)", "out= of clip is not read", "z"),
    ("y = 1e999*x", "a number is finite", "1e999"),
])  # fmt: skip
def test_what_is_not_read_is_told_with_its_place(code: str, message: str, at: str) -> None:
    if not message:
        assert program_of(code).ignored
        return
    with pytest.raises(GradcliError) as caught:
        program_of(code)
    error = caught.value
    assert message in error.message
    assert error.source is not None
    assert error.span is not None
    assert not at or error.source.text[slice(*error.span)] == at


@pytest.mark.parametrize("text", [
    "(" * 5000, "x = " + "-" * 5000 + "1", "y = " + "[" * 150 + "]" * 150, "y = " + "f(" * 400 + "x" + ")" * 400,
    "y = x\0",
    "for i in range(10**9):\n    y = i", "for i in range(1000):\n    for j in range(1000):\n        y = x",
    "y = " + "x if x > 0 else " * 500 + "x", "\ud800 = 1", "y = " + "9" * 6000, "y = x.a" + ".b" * 5000,
])  # fmt: skip
def test_hostile_files(text: str) -> None:
    start = time.process_time()
    with pytest.raises((InputError, LimitError)):
        program_of(text)
    assert time.process_time() - start < 5


def test_a_long_sum_is_no_deep_nesting() -> None:
    terms = " + ".join(f"x*{k}" for k in range(600))
    assert program_of(f"y = {terms}").source.text.startswith("y = x*0 + x*1 + ")


PAGE = Path(__file__).parent.parent / "man" / "text" / "gradcli-code.7.md"


@pytest.mark.parametrize("first", ["`a.dot(b)`", "`sum(terms, start)`", "`nn.ReLU()(z)`", "`z[z < 0] = 0`", "`y += 1`"])
def test_the_manual_lists_what_is_read(first: str) -> None:
    """Forms of the table are read, and what was refused once is no longer said to be."""
    page = PAGE.read_text(encoding="utf-8")
    assert page.endswith(".\n")
    row = next(line for line in page.splitlines() if line.startswith(f"| {first}"))
    for code in re.findall(r"`([^`]*)`", row.partition(" | ")[0]):
        loss = "" if code.startswith("loss =") else "loss = nn.MSELoss()\n"
        program_of(
            f"import torch\n{loss}{code.replace('np.matmul', 'np.matmul(a, b)').replace('.mm', '.mm(a, b)')}\nx*1"
        )
    assert "other entries that are assigned" in page


# ---- the command


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text("import numpy as np\nx = 3.0\ny = -4.0\nq = x + y\nf = q*np.tanh(x)\nprint(f)\n", encoding="utf-8")
    return path


def test_the_program_is_printed_and_run(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--from-python", str(net), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["program"] == "q = x + y\nf = q*tanh(x)"
    assert err.splitlines() == [
        f"gradcli: the program of {net}, and its values:", "  q = x + y", "  f = q*tanh(x)", "  x=3.0", "  y=-4.0",
        "passed over:", "  line 1: import numpy as np", "  line 6: print(f)",
    ]  # fmt: skip


def test_values_on_the_command_line_win(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--from-python", str(net), "--value", "x=0"]) == 0
    assert float(capsys.readouterr().out) == 0


def test_it_goes_with_the_other_options(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--from-python", str(net), "--to", "python", "--wrt", "y"]) == 0
    assert 'return f, {"y": dy}' in capsys.readouterr().out


@pytest.mark.parametrize(("code", "place"), [
    ("x = [1, 2, 3]\nW = [[1, 2], [3, 4]]\nL = np.sum(W @ x)\n", "net.py:3:1: W@x does not fit"),
    ("x = -1.0\ny = np.log(x)\nz = 2*y\n", "net.py:2:1: log"),
    ("x = 2.0\ny = x*w\n", "net.py:2:1: w has no value"),
    ("y = bar(x)\n", "net.py:1:5: bar is not read"),
])  # fmt: skip
def test_errors_stand_in_the_file(
    code: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(code, encoding="utf-8")
    assert run(["--from-python", "net.py", "--ascii"]) in (2, 3)
    err = capsys.readouterr().err
    assert place in re.sub(r"\s+", " ", err), err


def test_there_is_one_program(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--from-python", str(net), "--file", str(net)]) == 2
    assert "both name the program" in capsys.readouterr().err
