"""What --from-python reads has the value and the slopes that Python itself computes, or is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.language.python_reading import read_python
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import resolved
from gradcli.record.request import Request

np = pytest.importorskip("numpy")
STEP = 1e-6
A, V, M, C = (
    "x = np.array([1., 2.])",
    "v = np.array([1., -2., 3., 4.])",
    "M = np.array([[1., 2.], [3., 4.5]])",
    "c = 2.7",
)
T = "import torch\nx = torch.tensor([1., 2.], requires_grad=True)"

READ = [
    # names of one array, and copies
    (A, "y = x.copy()\ny += 1\nL = (x*y).sum()"),
    (A, "y = x\ny = y + 1\nL = (x*y).sum()"),
    (A, "y = x*2\nz = y\nz += 1\nL = (z*x).sum()"),
    (A, "x += 1\nL = (x*x).sum()"),
    (A, "x *= x\nL = x.sum()"),
    (A, "def g(v):\n    v *= 2\n    return v.sum()\nL = g(x)"),
    (A, "def g(v):\n    v *= 2\n    return v\nL = g(x*3).sum()"),
    (A, "def g(v):\n    v -= v.max()\n    return np.exp(v)\nx = g(x)\nL = x.sum()"),
    (C, "y = c\ny += 1\nL = c*y"),
    (C, "def g(v):\n    v *= 2\n    return v\nL = g(c) + c"),
    (M, "a = M[0, 1]\nM += 1\nL = a*M.sum()"),
    (A, "a = b = x*2\nb = b + 1\nL = (a*b).sum()"),
    (V, "v[v < 0] = 0\nL = (v*v).sum()"),
    # lists
    ("x = [1., 2.]", "y = x*2\nL = sum(y)/len(y)"),
    ("x = [1., 2.]\nw = [3., 4.]", "y = x + w\nL = y[0]*y[3] + len(y)"),
    ("x = [1., 2.]", "L = sum((np.array(x)*2)**2)"),
    ("x = [1., 2.]", "L = np.sum(x*np.array([3., 4.]))"),
    ("x = [1., 2.]\nb = [3., 4.]", "L = np.sum((np.array([[1., 2.], [0., 3.]])@x + b)**2)"),
    (C, "h = []\nh.append(c)\nh.append(2*c)\nh[-1] = c*c\nL = sum(h)"),
    (C, "h = []\ng = h\nh.append(c)\nL = sum(g)*c"),
    (C, "h = [c]\nh += [c*c]\nL = sum(h)"),
    (C, "y = [c, 2*c] + [3*c]\nL = y[2]*len(y)"),
    (C, "y = [c, 1]*2\nL = sum(y)"),
    (C, "h = [c, 2*c]\nfor v in h:\n    c = c*v\nL = c"),
    (C, "h = [1., 2.]\nL = sum(h, c)*c"),
    (C, "h = [c, 1.]\ng = h\ng[0] = c*c\nL = h[0]"),
    (C, "L = sum(c*k for k in range(4, 0, -2))"),
    # sums, extremes
    (M, "L = np.sum(sum(M)**2)"),
    (A, "L = sum(x)**2"),
    (M, "L = np.sum(sum(M*M)**2)"),
    (M, "L = sum(sum(M))**2"),
    (A, "L = max(x)*min(x)"),
    (M, "L = len(M)*M[0, 0]"),
    (M, "L = np.sum(abs(-M)*M)"),
    (M, "L = max(M[0])*M[1, 1]"),
    (M, "L = (np.cumsum(M)**2).sum()"),
    (M, "L = (np.cumsum(M, axis=0)**2).sum()"),
    (M, "L = np.sort(M, axis=0)[0, 1]"),
    (M, "L = (M.mean(axis=-1, keepdims=True)*M).sum()"),
    (M, "L = M.std()*M.var(axis=0).sum()"),
    (V, "L = np.ptp(v)"),
    # whole parts, rounding, division
    (C, "L = int(c)*c"),
    (C, "L = int(-c)*c"),
    (C, "L = round(c)*c"),
    (C, "L = float(c)*c"),
    (C, "L = c // 1*c"),
    ("c = -7.5", "L = c//2*c + c%3"),
    ("c = 7.5", "L = c%-3*c"),
    (C, "L = math.floor(c)*c"),
    (C, "L = -c**2 + 2**-c"),
    (V, "L = np.sum((v*1.3).astype(int)*v)"),
    (V, "L = np.sum(v.astype(float)*v)"),
    (C, "L = c**2**0.5"),
    ("x = np.array([1, 2, 3])\nc = 2.", "L = (x/2*c).sum()"),
    (C, "L = int(7/2)*c"),
    (C, "L = math.fmod(-c, 2)*c"),
    # products
    (M, "L = np.sum(np.inner(M, M)**2)"),
    (M, "L = np.vdot(M, M)"),
    (A, "L = np.inner(x, x)*x[0]"),
    (A, "L = x@x.T"),
    (A, "L = np.dot(2, x).sum()"),
    (M, "L = np.sum(M.dot(M.T)**2)"),
    (A, "L = np.sum(np.outer(x, x.T)**2)"),
    ("B = np.ones((2, 2, 2))", "L = np.sum((B@B)**2)"),
    (M, "L = np.sum(M.transpose(0, 1)@M)"),
    (M, "L = np.sum(M.T@M)"),
    (M, "L = np.linalg.norm(M)*np.linalg.norm(M[0], 2)"),
    (M, "L = np.sum(np.transpose(M, (1, 0))@M[0])"),
    # names and scopes
    (C, "def f(k=c):\n    return k*c\nc = 5*c\nL = f()"),
    ("c = 2.\nd = 3.", "def f(x):\n    return c*x\ndef g(c):\n    return f(c)\nL = g(d)"),
    ("c = 2.\nd = 3.", "c, d = d, c\nL = c*c*d"),
    (C, "k = 2\ndef f(x):\n    return x*k\nk = 3\nL = f(c)"),
    (C, "def make(k):\n    def f(x):\n        return x*k\n    return f(c)\nk = 7.\nL = make(3)*k"),
    (A, "x = np.concatenate([x, x])\nx = x[:3]\nL = x.sum()/len(x)"),
    (C, "c*3\nL = c*c"),
    (C, "e = c*2\nL = e*math.e"),
    (C, "L = (0 < c < 5)*c"),
    (C, "L = c if c > 3 else c*c"),
    (C, "for i in range(3, 0, -1):\n    c = c*i\nL = c"),
    (V, "m = v > 0\nL = np.sum(m*v)*m.sum()"),
    (V, "L = np.sum((v > 0).astype(int)*v) + np.sum((v > 0).astype(float)*v)"),
    (C, "L = ((c > 1) + (c > 2))*c"),
    (V, "m = v > 0\nn = v > 2\nL = np.sum(m*n*v)"),
    # indices
    (V, "L = np.sum(v[::-1]*v)*v[-1] + v[1:-1].sum()"),
    (V, "L = np.sum(v[::2]**2) + v[-3:].sum()**2"),
    (M, "L = M[-1][0]*M[0][-1]"),
    (M, "L = np.clip(M, None, 2.5).sum() + np.clip(M, 1.5, None).sum()"),
    (M, "L = M.reshape(-1)[2]*M[0, 0]"),
]

REFUSED = [
    (A, "y = x\ny += 1\nL = (x*y).sum()", "line 4 changes entries"),
    (M, "x = M[0]\nx += 1\nL = (M.sum()*x).sum()", "line 4 changes"),
    (A, "y = x.reshape(2, 1)\ny *= 3\nL = (x*x).sum()", "line 4 changes"),
    (M, "y = M.T\nM -= 1\nL = y.sum()", "line 4 changes"),
    (M, "y = M.ravel()\nM -= 1\nL = y.sum()", "line 4 changes"),
    (M, "y = M[:, None]\nM -= 1\nL = y.sum()", "line 4 changes"),
    (A, "def g(v):\n    v *= 2\n    return v.sum()\nL = g(x) + x.sum()", "its statement reads x too"),
    (A, "def g(v):\n    v *= 2\n    return v\nL = (x + g(x)).sum()", "changes x in place"),
    (A, "y = x\ny[y > 1] = 0\nL = x.sum()", "line 4 changes"),
    (A, "y = x.astype(float, copy=False)\ny += 1\nL = x.sum()", "line 4 changes"),
    ("", "def f(x):\n    y = x\n    y += 1\n    return (x*y).sum()", "line 5 changes"),
    ("c = 2.", "if __name__ != '__main__':\n    c = 3*c\nL = c*c", "if is not read"),
    (A, "y = np.asarray(x)\ny += 1\nL = x.sum()", "line 4 changes"),
    (A, "h = []\nfor t in range(2):\n    x += 1\n    h.append(x)\nL = np.sum(h[0]*h[1])", "changes entries"),
    (A, "a = b = x*2\nb += 1\nL = (a*b).sum()", "line 4 changes"),
    (A, "y = x if x[0] > 0 else x*2\ny += 1\nL = x.sum()", "line 4"),
    (A, "def g(v):\n    v *= 2\nprint(g(x))\nL = x.sum()", "may change arrays"),
    (V, "v.sort()\nL = v[0]", "sort in place"),
    ("x = [1., 2.]", "x += np.array([1., 1.])\nL = sum(x)", "list of Python"),
    ("x = [1., 2.]", "L = sum(x + w)", "joins lists"),
    ("X = [[1., 2.], [3., 0.]]", "L = np.sum(max(X))", "compares the lists"),
    ("z = np.array([-1, 2])", "z[z < 0] = 0.5\nL = z.sum()", "whole numbers"),
    (C, "h = {}\nh[0] = c\nh[5] = c\nL = sum(h)", "key by key"),
    (C, "L = bool(c)*c", "bool is not read"),
    (C, "L = round(c, 1)*c", "round"),
    ("B = np.ones((2, 2, 2))\nc = 2.", "L = np.sum(np.dot(B, B)*c)", "three axes"),
    (M, "L = np.tensordot(M, M)", "tensordot"),
    (M, "L = np.linalg.norm(M, 2)", "another order"),
    (M, "L = np.average(M, 0, M)", "an axis alone"),
    (C, "L = c if c else 1", "comparison"),
    (M, "L = np.linalg.norm(M, 2, axis=(0, 1))", "another order"),
    (M, "L = np.where(M > 2)[0]", "3 arguments"),
    (V, "L = v[np.argmax(v)]", "argmax"),
    (M, "L = np.sum((M > 1) + (M > 2))*M[0, 0]", "sum of comparisons"),
    (A, "L = np.array(x, ndmin=2).sum()", "ndmin="),
    (M, "import scipy.special\nL = scipy.special.softmax(M)[0, 0]", "over all entries"),
    (A, "L = np.sum(x, dtype=int)*x[0]", "whole numbers"),
    (A, "L = np.concatenate([x, x], axis=None).sum()", "joined along an axis"),
    (M, "L = np.clip(M, 0, 1, M).sum()", "two bounds"),
    (C, "@twice\ndef f(x):\n    return x\nL = f(c)", "decorator"),
    (C, "def f():\n    global c\n    c = 3\nf()\nL = c", "global"),
    (A, "L = np.std(x, ddof=1)", "ddof="),
    (C, "y = (z := c)*z\nL = y", ":="),
    (V, "m = v > 1\nL = v[m].sum()", "that a comparison chooses"),
    (V, "m = v > 1\nn = v > 3\nL = np.sum((m + n)*v)", "sum of comparisons"),
    # PyTorch
    (T, "L = x.detach().sum()*x[0]", "detach cuts off"),
    (T, "with torch.no_grad():\n    c = x*2\nL = (c*x).sum()", "no_grad cuts off"),
    (T, "L = x[0].item()*x[0]", "item cuts off"),
    (T, "L = float(x[0])*x[0]", "float cuts off"),
    (T, "L = (x.data*x).sum()", "data cuts off"),
    (T, "c = x.detach()\nd = c\nL = (d*x).sum()", "detach cuts off"),
    (T, "w = torch.tensor(x*2)\nL = (w*x).sum()", "tensor cuts off"),
    (
        T,
        "def f(v):\n    with torch.inference_mode():\n        u = v*2\n    return u\nL = (f(x)*x).sum()",
        "inference_mode cuts",
    ),
    (T, "h = []\nwith torch.no_grad():\n    h.append(x*2)\nL = (h[0]*x).sum()", "no_grad cuts off"),
    (T, "L = sum([x[0].item(), x[1]])", "item cuts"),
    (T, "@torch.no_grad()\ndef f(v):\n    return v*2\nL = (f(x)*x).sum()", "decorator"),
    (T, "v = torch.max(x, 0)\nL = v[0]", "values and their places"),
    (T, "y = torch.relu(x)\nz = torch.nn.functional.relu(x, inplace=True)\nL = (z*x).sum()", "line 5 changes"),
    (T, "L = x.var()", "N - 1"),
    (T, "y = x*3\na = y[0]\ny += 1\nL = a*x[0]", "line 6 changes"),
    (T, "x.sum().backward(torch.tensor(2.))", "of a gradient"),
    (
        "import jax\nimport jax.numpy as jnp\nx = jnp.array([1., 2.])",
        "L = (jax.lax.stop_gradient(x)*x).sum()",
        "stop_gradient cuts",
    ),
    ("import tensorflow as tf\nx = tf.Variable(2.)", "L = tf.stop_gradient(x)*x", "stop_gradient cuts"),
]

# Worked by hand, and with PyTorch 2: the code, the value, and the slopes of x = [1, 2].
OF_TORCH = [
    ("L = torch.max(x, x*2).sum()", 6, [2, 2]),
    ("L = torch.min(x, torch.tensor([3., 1.])).sum()", 2, [1, 0]),
    ("L = x.max(x**2).sum()", 5.0, None),
    ("m, k = torch.max(x, dim=0)\nL = m*m", 4, [0, 4]),
    ("L = torch.max(x, 0).values**2", 4, [0, 4]),
    ("L = ((x + 0.2).int()*x).sum()", 5, [1, 2]),
    ("L = ((x + 0.5).long()*x).sum()", 5, [1, 2]),
    ("y = x.clone()\ny += 1\nL = (x*y).sum()", 8, [3, 5]),
    ("L = torch.nn.Flatten()(x.reshape(1, 2, 1)).sum(0)[1]", 2, [0, 1]),
    ("L = x.var(correction=0)", 0.25, [-0.5, 0.5]),
    ("L = (x@x.T)\nL.backward()", 5, [2, 4]),
    ("w = torch.tensor(2., requires_grad=False)\nL = (w*x).sum()", 6, [2, 2]),
    ("L = (x*x).sum()\nloss = L.item()", 5, [2, 4]),
    ("L = (x*x).sum()\nL.item()", 5, [2, 4]),
    ("L = torch.dot(x, x)", 5, [2, 4]),
    ("with torch.no_grad():\n    L = (x*x).sum()", 5, [2, 4]),
    ("x = torch.relu(x)\nx.sum().backward()", 3, [1, 1]),
]


def answer(code: str) -> tuple[float, dict[str, Any]]:
    found = read_python(Source("net.py", code))
    request = Request(wrt=None, may_be_unused=[*found.values])
    record = evaluate_arrays(found.source, resolved(dict(found.values), None), request)
    return float(np.sum(record.value)), {name: np.asarray(slope, float) for name, slope in record.gradient.items()}


def python(inputs: dict[str, Any], code: str) -> float:
    names: dict[str, Any] = {"np": np, "math": math}
    names |= {name: x.copy() if isinstance(x, np.ndarray | list) else x for name, x in inputs.items()}
    exec(code, names)
    return float(np.sum(names["L"]))


def inputs_of(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"np": np}
    exec(code, names)
    return {name: x for name, x in names.items() if name not in ("np", "__builtins__")}


@pytest.mark.parametrize(("inputs", "code"), READ)
def test_the_value_and_the_slopes_are_those_of_python(inputs: str, code: str) -> None:
    point = inputs_of(inputs)
    try:
        value, slopes = answer(f"import numpy as np\nimport math\n{inputs}\n{code}")
    except GradcliError as error:
        assert "ptp" in code, (error.message, error.hint)
        return
    assert value == pytest.approx(python(point, code), rel=1e-9)
    for name, slope in slopes.items():
        if name not in point or np.asarray(point[name]).dtype.kind == "i":
            continue
        whole = np.array(point[name], float)
        for place in np.ndindex(*whole.shape):
            sides = []
            for sign in (1, -1):
                moved = whole.copy()
                moved[place] += sign * STEP
                given = moved.tolist() if isinstance(point[name], list) else moved if whole.shape else float(moved)
                sides.append(python({**point, name: given}, code))
            assert slope[place] == pytest.approx((sides[0] - sides[1]) / (2 * STEP), rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize(("inputs", "code", "reason"), REFUSED)
def test_what_python_means_in_another_way_is_refused(inputs: str, code: str, reason: str) -> None:
    with pytest.raises(GradcliError) as caught:
        answer(f"{'' if 'import' in inputs else 'import numpy as np'}\n{inputs}\n{code}")
    assert reason in caught.value.message
    assert caught.value.span is not None


@pytest.mark.parametrize(("code", "value", "slopes"), OF_TORCH)
def test_pytorch_has_the_same_numbers(code: str, value: float, slopes: list[float] | None) -> None:
    found, gradient = answer(f"{T}\n{code}")
    assert found == pytest.approx(value)
    if slopes is not None:
        assert gradient["x"] == pytest.approx(slopes)


def test_there_are_many_of_them() -> None:
    assert len(READ) + len(REFUSED) + len(OF_TORCH) >= 150
