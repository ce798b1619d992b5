"""Diagnosis of arrays: mistakes from numbers worked by hand, nothing from random ones, and 25 in whole networks."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.diagnosis.array_divisors import divisors, program_sizes
from gradcli.homework.diagnosis.array_lint import ArrayLint
from gradcli.homework.diagnosis.array_mistakes import FLOWS, FORWARD, SPREAD, TOTALS
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.reports import array_lint

from .array_sheets import key_of, marked, named, wrong
from .test_array_syntax import read

np: Any = pytest.importorskip("numpy")

from . import vectorised, wrong_lines  # noqa: E402
from .vectorised import ACTIVATIONS, MISTAKES, SIZES, claim, handed_in, net  # noqa: E402

MOST_FINDINGS = 12

MATVEC = ("v = W@x; L = sum(v*g)", {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 2], "g": [1, 10, 100]})
SQUARE = ("v = W@x; L = sum(v*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]})
PRODUCT = ("Y = X@W; L = sum(Y*G)", {"X": [[1, 2], [3, 4], [5, 6]], "W": [[1, 2, 3, 4], [5, 6, 7, 9]],
                                      "G": [[1, 0, 2, 1], [0, 1, 1, 3], [2, 1, 0, 1]]})  # fmt: skip
SQUARES = ("Y = X@W; L = sum(Y*G)", {"X": [[1, 2], [3, 4]], "W": [[2, 1], [0, 3]], "G": [[1, 2], [5, 7]]})
LAYERS = ("Z = X@W; A = relu(Z); Y = A@V; L = sum(Y*G)",
          {"X": [[1, 2], [3, -1]], "W": [[1, -1], [1, 1]], "V": [[1], [2]], "G": [[1], [10]]})  # fmt: skip
WINDOWS = ("y = windows(x, 2)@w; L = sum(y*g)", {"x": [[1, 2, 3], [4, 5, 6], [7, 8, 10]], "w": [1, 2, 3, 4]})
BIAS = ("Y = X + b; L = sum(Y*G)", {"X": [[1, 2], [3, 4], [5, 6]], "b": [1, 1], "G": [[1, 2], [3, 5], [7, 11]]})
MEAN = ("L = mean((X@w - y)**2)", {"X": [[1, 2], [3, 4], [5, 5]], "w": [1, 1], "y": [2, 6, 9]})
SOFTMAX = ("p = softmax(z); L = sum(p*g)", {"z": [0, 0], "g": [1, 3]})
LOSS = ("L = cross_entropy(z, 2)", {"z": [0.0, "log(2)", "log(3)"]})
TANH = ("h = tanh(z); L = sum(h*g)", {"z": [1, -2, 0.5], "g": [1, 2, 3]})
RELU = ("h = relu(z); L = sum(h*g)", {"z": [1, -2, 3], "g": [1, 2, -3]})
FORK = ("L = sum(x*y) + sum(x**2)", {"x": [1, 2, 3], "y": [4, 5, 6]})
PENALTY = ("y = w*x + b; L = sum(y*g) + 0.5*sum(w**2)",
           {"w": [1, 2, 3], "x": [1, 1, 2], "b": [2, 3, 4], "g": [1, 2, 4]})  # fmt: skip
EMBEDDING = ("L = sum(W[i]*G)", {"W": [[1, 1], [1, 1]], "i": [0, 1, 0], "G": [[1, 2], [3, 4], [5, 6]]})
CENTRED = ("mu = mean(x); L = sum((x - mu)**2*g)", {"x": [1, 2, 6], "g": [1, 2, 3]})
VARIANCE = ("v = var(x); L = 1*v", {"x": [1, 2, 6]})
LARGEST = ("m = max(X, axis=1); L = sum(m*g)", {"X": [[1, 4], [3, 2]], "g": [5, 7]})
SUMS = ("s = sum(X, axis=0); L = sum(s*g)", {"X": [[1, 2], [3, 5]], "g": [1, 10]})
LAYER = ("z = W@x + b; h = relu(z); L = sum(h*g)",
         {"W": [[1, 2], [3, -4]], "x": [1, 3], "b": [10, 2], "g": [1, 3]})  # fmt: skip
SCALED = ("y = x*m; L = sum(y*g)", {"x": [1, 2, 3], "m": [2, 0, 5], "g": [1, 4, 7]})
TIMES = ("Y = X*M; L = sum(Y*G)", {"X": [[1, 1], [2, 1]], "M": [[1, 2], [0, 3]], "G": [[1, 2], [5, 7]]})
OUTPUT = ("z = W@x; L = sum((z - y)**2)", {"W": [[1, 2], [0, 1]], "x": [1, 2], "y": [1, 4]})
ROWS = ("L = mean(sum((Z - Y)**2, axis=1))", {"Z": [[1, 2], [3, 5], [7, 4]], "Y": [[0, 0], [1, 1], [2, 7]]})
BATCH = ("L = mean(cross_entropy(Z, y))", {"Z": [[0, 0, "log(2)"], [0, "log(2)", "log(3)"]], "y": [0, 1]})
LOGS = ("P = softmax(Z); L = -mean(log(pick(P, y)))", BATCH[1])  # softmax is [[1/4, 1/4, 1/2], [1/6, 1/3, 1/2]]
LINE = ("yhat = X@w; L = mean((yhat - y)**2)", {"X": [[1, 2], [3, 4], [5, 5]], "w": [1, 1], "y": [2, 9, 6]})
LOGISTIC = ("a = sigmoid(z); L = -mean(y*log(a) + (1 - y)*log(1 - a))",
            {"z": ["log(3)", 0, "-log(3)"], "y": [1, 0, 1]})  # fmt: skip
TRIPLE = ("y = x*c; L = sum(y*g)", {"x": [1, 2, 3], "c": 3, "g": [1, 4, 7]})
RECURRENCE = (
    "h[0] = x; h[k] = W@h[k-1] for k = 1..3; L = sum(h[1:]*G)",
    {"x": [1, 2], "W": [[1, 2], [0, 3]], "G": [[1, 1], [2, 0], [3, 5]]},
)

# The program, the claims with their wrong numbers, worked out by hand, and the mistake.
BY_HAND: list[tuple[tuple[str, dict[str, Any]], dict[str, Any], str]] = [
    (MATVEC, {"dL/dW": [[1, 10, 100], [2, 20, 200]]}, "outer-order"),  # the right one is [[1, 2], [10, 20], ...]
    (SQUARE, {"dL/dW": 13}, "outer-order"),  # 3*1 + 5*2
    (SQUARE, {"dL/dx": [13, 29]}, "dims-by-luck"),  # [1*3 + 2*5, 3*3 + 4*5]
    (SQUARE, {"dL/dW": [3, 10]}, "elementwise"),  # [3*1, 5*2]
    (PRODUCT, {"dL/dW": [[11, 14], [8, 10], [5, 8], [15, 20]]}, "transposed"),
    (SQUARES, {"dL/dW": [[11, 16], [23, 34]]}, "dims-by-luck"),  # X@G
    (SQUARES, {"dL/dW": [[1, 4], [15, 28]]}, "elementwise"),  # X*G
    (LAYERS, {"dL/dV": [[23], [-39]]}, "wrong-input"),  # from Z, whose last entry is -4
    (LAYERS, {"dL/dZ": [[1, 2], [10, 0]], "dL/dW": [[31, 62], [-8, -16]]}, "wrong-upstream"),  # from dA
    (LAYERS, {"dL/dV": [[23], [1]], "dL/dA": [[-1.3, 1.9], [-13, 19]]}, "updated"),  # V - 0.1*dV = [-1.3, 1.9]
    (WINDOWS, {"dL/dx": [[4, 3, 0], [2, 1, 0], [0, 0, 0]]}, "flipped"),
    (WINDOWS, {"dL/dx": [[1, 1, 2], [1, 1, 2], [3, 3, 4]]}, "overwritten"),
    (EMBEDDING, {"dL/dW": [[5, 6], [3, 4]]}, "overwritten"),
    (BIAS, {"dL/db": [[1, 2], [3, 5], [7, 11]]}, "no-sum"),
    (BIAS, {"dL/db": [3, 8, 18]}, "wrong-axis"),
    (BIAS, {"dL/db": 29}, "wrong-axis"),
    (BIAS, {"dL/db": [3.6667, 6]}, "mean-for-sum"),
    (BIAS, {"dL/db": [1, 2]}, "one-row"),
    (MEAN, {"dL/dw": [18, 22]}, "n-missing"),  # the right one is [6, 22/3]
    (MEAN, {"dL/dw": [2, 2.4444]}, "n-twice"),
    (MEAN, {"dL/dw": [24, 29.3333]}, "factor"),
    (MEAN, {"dL/dw": [-6, -7.3333]}, "sign"),
    (VARIANCE, {"dL/dx": [-2, -1, 3]}, "n-minus-one"),
    (LARGEST, {"dL/dX": [[5, 5], [7, 7]]}, "max-to-all"),
    (CENTRED, {"dL/dx": [-4, -4, 18]}, "as-constant"),
    (SOFTMAX, {"dL/dz": [0.25, 0.75]}, "softmax-diagonal"),
    (SOFTMAX, {"dL/dz": [0.5, 1.5]}, "softmax-diagonal"),
    (LOSS, {"dL/dz": [0.166667, 0.333333, 0.5]}, "no-target"),
    (LOSS, {"dL/dz": [-0.166667, -0.333333, 0.5]}, "wrong-sign-of-loss"),
    (LOSS, {"dL/dz": [0.166667, -0.666667, 0.5]}, "wrong-class"),
    (LOSS, {"dL/dz": [0.138889, 0.222222, 0.25]}, "cross-entropy-rule"),
    (TANH, {"dL/dz": [0, -6, 2.25]}, "tanh-at-input"),
    (TANH, {"dL/dz": [0.587817, 0.886765, 2.440625]}, "wrong-point"),  # 1 - tanh(h)**2
    (TANH, {"dL/dz": [0.761594, -1.92806, 1.38635]}, "not-differentiated"),
    (TANH, {"dL/dz": [1, 2, 3]}, "inner-left-out"),
    (TANH, {"dL/dz": [0.176378, 0.00998309, 1.85545]}, "slope-twice"),  # g*(1 - h**2)**2
    (RELU, {"dL/dz": [1, 2, 0]}, "gate-on-gradient"),
    (RELU, {"dL/dz": [1, 2, -3]}, "gate-ignored"),
    (SCALED, {"dL/dx": [1, 4, 7]}, "dropped-local"),
    (FORK, {"dL/dx": [4, 5, 6]}, "forgotten-path"),
    (PENALTY, {"dL/db": [3, 5, 8]}, "penalised"),  # [1 + 2, 2 + 3, 4 + 4]
    (SUMS, {"s": [2, 3.5]}, "sum-or-mean"),
    (SUMS, {"s": [3, 8]}, "value-axis"),
    (LAYER, {"z": [17, -7], "h": [17, -7]}, "activation"),
    (LAYER, {"z": [7, -9], "h": [7, 0]}, "term-forgotten"),
    (SQUARES, {"Y": [[2, 10], [4, 14]]}, "value-dims"),  # X.T@W
    (LOSS, {"L": -0.693147}, "value-of-loss"),
    (("d = a - y; L = mean(d**2)", {"a": [1, 2, 3], "y": [1, 2, 3]}), {"L": 1.3333}, "both-grew"),
    (VARIANCE, {"v": 7}, "variance-n-minus-one"),
    (PRODUCT, {"dL/dW": [[7, 5, 4, 10], [16, 11, 13, 25]]}, "reshaped"),  # [[1, 2, 3], [4, 5, 6]]@G
    (PRODUCT, {"dL/dW": [[27, 18, 27, 45], [36, 24, 36, 60]]}, "outer-of-sums"),  # [9, 12] and [3, 2, 3, 5]
    (PRODUCT, {"dL/dW": [[1, 0, 2, 1], [2, 0, 4, 2]]}, "one-sample"),
    (SQUARE, {"dL/dx": [3, 5]}, "skipped"),
    (RECURRENCE, {"dL/dW": [[274, 288], [992, 1092]]}, "wrong-step"),  # [3, 5] with h3 = [53, 54], and so on
    (LAYERS, {"dL/dW": [[31], [-8]], "dL/dV": [[23, 6], [1, 2]]}, "layers-swapped"),  # X.T@dY and A.T@dZ
    (TIMES, {"dL/dX": [[1, 8], [5, 31]]}, "matmul-for-times"),  # G@M
    (RELU, {"dL/dz": [0, 2, 24]}, "other-slope"),  # 1 - h**2 = [0, 1, -8]
    (("h = relu(z); L = sum(h*g)", {"z": [1, -2, 3], "g": [4, 2, -3]}), {"dL/dz": [5, 2, -2]}, "slope-added"),
    (RELU, {"dL/dz": [1, 0, 3]}, "upstream-left-out"),  # h*(z > 0)
    (OUTPUT, {"dL/dz": [-192, 12]}, "slope-too-many"),  # 2*(z - y) = [8, -4] times 1 - z**2 = [-24, -3]
    (ROWS, {"dL/dZ": [[1, 2], [2, 4], [5, -3]]}, "n-wrong"),  # 2*(Z - Y)/2
    (ROWS, {"L": 29.5}, "wrong-count"),  # 59/2
    (BATCH, {"dL/dZ": [[-0.375, -0.375, 0.25], [-0.416667, -0.333333, 0.25]]}, "wrong-places"),
    (BATCH, {"dL/dZ": [[-0.875, 0.125, 0.25], [0.083333, -0.833333, 0.25]]}, "early-factor"),
    (BATCH, {"dL/dZ": [[0.125, 0.125, -0.25], [0.083333, 0.166667, -0.25]]}, "wrong-class"),  # argmax
    (LOGS, {"dL/dZ": [[-0.375, -0.375, 0.25], [-0.416667, -0.333333, 0.25]]}, "wrong-places"),
    (LOGS, {"dL/dZ": [[0.125, 0.125, 0.25], [0.083333, 0.166667, 0.25]]}, "no-target"),
    (FORK, {"dL/dx": [5, 7, 9]}, "path-factor"),  # y + x, the 2 of 2*x lost
    (LINE, {"dL/dyhat": [2, 4.666667, 6.666667]}, "wrong-residual"),  # 2*yhat/3
    (LINE, {"dL/dyhat": [0, -4.333333, 0.666667]}, "early-factor"),  # 2*yhat/3 - y
    (LOGISTIC, {"dL/dz": [-0.015625, 0.0416667, -0.046875]}, "wrong-residual"),  # (a - y)*a*(1 - a)/3
    (TRIPLE, {"dL/dx": [9, 36, 63]}, "factor-again"),
    (MATVEC, {"dL/dW": [[0.9, 1.8], [2, 2], [-5, -14]]}, "step"),  # W - 0.1*[[1, 2], [10, 20], [100, 200]]
    (MATVEC, {"dL/dW": [[1.1, 2.2], [10.3, 20.4], [100.5, 200.6]]}, "step"),  # the gradient + 0.1*W
    (MATVEC, {"dL/dx": [0.6373466, 0.7705773]}, "normalised"),  # [531, 642] over 833.15 = sqrt(694125)
    (
        (
            "Z = X@W; Y = (Z + b)@V; L = sum(Y*G)",
            {"X": [[1, 2], [3, 5]], "W": [[1, 0], [2, 1]], "b": [10, 20], "V": [[1], [2]], "G": [[1], [3]]},
        ),
        {"dL/dZ": [[11, 22], [13, 26]]},
        "bias-added",
    ),
]


@pytest.mark.parametrize("k", range(len(BY_HAND)), ids=[f"{m}-{k}" for k, (_, _, m) in enumerate(BY_HAND)])
def test_a_mistake_worked_by_hand_is_named(k: int) -> None:
    (program, bindings), claims, mistake = BY_HAND[k]
    if program == WINDOWS[0]:
        bindings = {**bindings, "g": [1, 0, 0, 0] if mistake == "flipped" else [1, 1, 1, 1]}
    sheet = marked(key_of(program, bindings), claims)
    told = [(m.claim.name, m.status, m.why, [d.message for d in m.diagnoses]) for m in sheet.marks]
    assert mistake in named(sheet), told


def test_every_row_of_the_catalogue_has_a_number_worked_by_hand() -> None:
    rows = {row.id for row in (*FLOWS, *TOTALS, *SPREAD.values(), *FORWARD)}
    own_tests = {"overwritten-fork", "paths-forgotten", "uses-overwritten"}
    assert rows - own_tests == {mistake for _, _, mistake in BY_HAND} & rows


def test_the_last_of_three_paths_overwrites_the_others() -> None:
    key = key_of("L = sum(x*y) + sum(x**2) + sum(x*z)", {"x": [1, 2, 3], "y": [4, 5, 6], "z": [7, 9, 2]})
    assert "overwritten-fork" in named(marked(key, {"dL/dx": [7, 9, 2]}))


def test_steps_of_a_recurrence_that_forget_each_other() -> None:
    """Steps h1 = [5, 6], h2 = [17, 18]; without the gradients of later steps dW is a sum of outer products with G."""
    # outer([1, 1], [1, 2]) + outer([2, 0], [5, 6]) + outer([3, 5], [17, 18])
    assert "paths-forgotten" in named(marked(key_of(*RECURRENCE), {"dL/dW": [[62, 68], [86, 92]]}))


def test_shared_weights_of_which_one_use_counts() -> None:
    # The last step alone: outer([3, 5], [17, 18])
    sheet = marked(key_of(*RECURRENCE), {"dL/dW": [[51, 54], [85, 90]]})
    assert named(sheet) & {"overwritten-fork", "uses-overwritten"}


# ---- whole networks, and numbers that nothing made

FOUR = ("dL/dW1", "dL/db1", "dL/dW2", "dL/db2")


def networks() -> list[tuple[Any, ArrayKey]]:
    """Return two networks of each of five shapes, with all activations and both losses."""
    found = []
    for k, sizes in enumerate(SIZES * 2):
        n = net(sizes, tuple(ACTIVATIONS)[k % 3], ("ce", "mse")[k % 2 if k < 5 else (k + 1) % 2], k)
        found.append((n, key_of(n.program, n.bindings)))
    return found


@pytest.mark.parametrize(("items", "least"), [(FOUR, 0.9), (("dL/dW1",), 0.8)], ids=["four matrices", "dW1 alone"])
def test_vectorised_mistakes_in_networks_are_named(items: tuple[str, ...], least: float) -> None:
    visible = right = alone = 0
    missed = []
    for n, key in networks():
        for mistake, ids in MISTAKES.items():
            found = handed_in(n, mistake)
            sheet = None if found is None else marked(key, {item: claim(found[item]) for item in items})
            if sheet is None or not wrong(sheet):
                continue
            visible += 1
            right += bool(named(sheet) & ids)
            alone += bool(named(sheet)) and named(sheet) <= ids
            if not named(sheet) & ids:
                missed.append((n.program, mistake, named(sheet)))
    print(f"{len(items)} matrices: of {visible} visible, {right / visible:.1%} named, {alone / visible:.1%} alone")
    assert right / visible >= least, missed


WIDER = ((4, 3, 5, 2), (5, 4, 6, 3), (3, 3, 3, 3), (6, 2, 4, 3), (4, 5, 4, 3))


@pytest.mark.parametrize(("items", "least"), [(FOUR, 0.97), (("dL/dW1",), 0.97)], ids=["four matrices", "dW1 alone"])
def test_wrong_lines_in_networks_are_named(items: tuple[str, ...], least: float) -> None:
    visible = right = 0
    missed = []
    for k, sizes in enumerate(WIDER):
        n = net(sizes, ("relu", "tanh")[k % 2], ("ce", "mse")[k == 3], k)
        key, true = key_of(n.program, n.bindings), wrong_lines.handed_in(n, {})
        assert true is not None
        for name, lines in wrong_lines.lines_for(n).items():
            found = wrong_lines.handed_in(n, lines)
            sheet = None if found is None else marked(key, {item: claim(found[item]) for item in items})
            if found is None or sheet is None or not wrong(sheet):
                continue
            visible += 1
            right += bool(named(sheet) & {*wrong_lines.NAMED[name].split()})
            if not named(sheet) & {*wrong_lines.NAMED[name].split()}:
                missed.append((n.program, sizes, name, named(sheet)))
    print(f"{len(items)} matrices: of {visible} visible, {right / visible:.1%} named")
    assert right / visible >= least, missed


def test_random_matrices_are_never_diagnosed() -> None:
    draw, keys = np.random.default_rng(1), [(n, key, handed_in(n)) for n, key in networks()]
    for k in range(600):
        _, key, true = keys[k % len(keys)]
        item = FOUR[k % 4]
        shape, spread = true[item].shape, max(float(np.abs(true[item]).std()), 0.05)
        whole = draw.integers(-3, 4, shape).astype(float)
        x = whole if k % 3 == 0 else np.round(draw.normal(size=shape) * spread, 2 + k % 2)
        if x.size > 1:
            sheet = marked(key, {item: x.tolist()})
            assert not named(sheet), (item, x, [d.message for m in sheet.marks for d in m.diagnoses])


@pytest.mark.parametrize("text", ["{:.3g}", "{:.4g}", "{:.2f}"], ids=["3 figures", "4 figures", "2 decimals"])
def test_random_entries_are_seldom_diagnosed(text: str) -> None:
    draw, keys = np.random.default_rng(2), [(key, handed_in(n)) for n, key in networks()]
    diagnosed = tried = 0
    for k in range(500):
        key, true = keys[k % len(keys)]
        item = FOUR[k % 4]
        place = ",".join(str(int(draw.integers(size))) for size in true[item].shape)
        x = text.format(draw.normal() * max(float(np.abs(true[item]).std()), 0.05))
        sheet = marked(key, {f"{item}[{place}]": x})
        tried += bool(wrong(sheet))
        diagnosed += bool(named(sheet))
    print(f"random entries {text}: {diagnosed} of {tried} diagnosed")
    assert diagnosed <= 0.024 * tried


@pytest.mark.parametrize("figures", [3, 4])
def test_honest_sheets_of_few_figures_are_right_as_a_whole(figures: int) -> None:
    for n, key in networks():
        found = handed_in(n, figures=figures)
        sheet = marked(key, {item: claim(x, figures) for item, x in found.items()})
        assert not wrong(sheet), [(m.claim.name, m.status, m.why) for m in wrong(sheet)]


@pytest.mark.parametrize("figures", [3, 4])
@pytest.mark.parametrize("used", [True, False], ids=["on the way", "at the end"])
def test_rounded_gradients_alone_are_right_as_a_whole(figures: int, used: bool) -> None:
    """The arrays on the way are not handed in, and were rounded or not."""
    for n, key in networks():
        found = handed_in(n, figures=figures if used else 0)
        sheet = marked(key, {item: claim(found[item], figures) for item in FOUR})
        assert not wrong(sheet), [(m.claim.name, m.status, m.why) for m in wrong(sheet)]


def decimals(x: Any) -> str:
    """Return an array with three decimals, as it is printed."""
    return str(np.vectorize(lambda e: f"{e:.3f}")(x).tolist()).replace("'", "")


@pytest.mark.parametrize("items", [FOUR, None], ids=["four matrices", "all arrays"])
@pytest.mark.parametrize("draw", range(3))
def test_honest_sheets_of_three_decimals_are_right_as_a_whole(
    items: tuple[str, ...] | None, draw: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every array is rounded to three decimals when it is made, and used so; small ones have one or two figures."""
    monkeypatch.setattr(vectorised, "rounded", lambda x, figures: np.round(x, figures))
    for k, sizes in enumerate(SIZES * 2):
        n = net(sizes, tuple(ACTIVATIONS)[(k + draw) % 3], ("ce", "mse")[k // 5], k + 10 * draw)
        found = handed_in(n, figures=3)
        sheet = marked(key_of(n.program, n.bindings), {item: decimals(found[item]) for item in items or found})
        assert not wrong(sheet), (sizes, [(m.claim.name, m.status, m.why) for m in wrong(sheet)])


@pytest.mark.parametrize("k", range(4))
def test_slips_written_with_three_decimals_are_no_rounding(k: int) -> None:
    n = net(WIDER[k], ("relu", "tanh")[k % 2], ("ce", "mse")[k == 3], k)
    key = key_of(n.program, n.bindings)
    for name, lines in wrong_lines.lines_for(n).items():
        found = wrong_lines.handed_in(n, lines)
        if found is not None and wrong(marked(key, {item: claim(found[item]) for item in FOUR})):
            assert wrong(marked(key, {item: decimals(found[item]) for item in FOUR})), name


def test_small_entries_of_an_array_may_have_few_figures() -> None:
    key = key_of("y = x*w; L = sum(y)", {"x": [0.6318, 0.0024, -0.0003], "w": [1, 2, 3]})
    assert not wrong(marked(key, {"dL/dw": "[0.632, 0.002, 0.000]"}))
    assert {m.status for m in wrong(marked(key, {"dL/dw": "[0.6, 0.0, 0.0]"}))} == {"imprecise"}
    assert {m.status for m in wrong(marked(key, {"dL/dw": "[0.632, 0.004, 0.000]"}))} == {"wrong"}


def test_a_slip_is_no_rounding() -> None:
    """Mistakes stay wrong with three figures, and are named nearly as often."""
    n = net((5, 4, 6, 3), "tanh", "ce", 1)
    key = key_of(n.program, n.bindings)
    for name, lines in wrong_lines.lines_for(n).items():
        found = wrong_lines.handed_in(n, lines)
        if found is None or not wrong(marked(key, {item: claim(found[item]) for item in FOUR})):
            continue
        assert wrong(marked(key, {item: claim(found[item], 3) for item in FOUR})), name


def test_two_numbers_that_sum_to_0_may_name_a_mistake() -> None:
    """The gradient of a bias of two classes is one number twice."""
    n = net((4, 3, 5, 2), "tanh", "ce", 1)
    key, true = key_of(n.program, n.bindings), handed_in(n)["dL/db2"]
    assert "n-missing" in named(marked(key, {"dL/db2": claim(4 * true)}))
    assert not named(marked(key, {"dL/db2": claim(1.2345678 * true)}))


def test_what_no_known_mistake_gives_is_said() -> None:
    (mark,) = marked(key_of(*PRODUCT), {"dL/dW": [[11, 8, 5, 15], [14, 10, 9, 20]]}).marks
    assert mark.unexplained
    assert not mark.diagnoses


def test_right_arrays_have_no_diagnosis_and_full_marks() -> None:
    for n, key in networks():
        sheet = marked(key, {item: claim(x) for item, x in handed_in(n).items()})
        assert sheet.earned == sheet.possible == 12
        assert not named(sheet)


@pytest.mark.parametrize(("program", "sizes"), [
    ("sum(x)/6", {3, 6}), ("mean(x)", {3}), ("sum(X)/1", {2, 4, 8}), ("sum(X, axis=1)@ones(2)", {2, 4, 8}),
    ("var(X, axis=0)@ones(4)", {2, 4, 8}), ("x@x/12345678", {3}), ("x@x/1234567", {3, 1234567}), ("x@x/2.5", {3}),
    ("2*3", set()), ("sum(x/7*x)", {3, 7}), ("mean(cross_entropy(X, y))", {2, 4, 8}),
])  # fmt: skip
def test_what_a_program_divides_by_is_its_sizes_and_numerals(program: str, sizes: set[int]) -> None:
    graph = read(program, x="3", X="2x4", y="2")
    assert {*divisors(graph), *program_sizes(graph).numbers} == sizes


def test_of_many_findings_twelve_are_listed() -> None:
    for count in (0, 1, MOST_FINDINGS, MOST_FINDINGS + 1, MOST_FINDINGS + 3):
        texts = [f"finding {k}" for k in range(count)]
        lines = array_lint.render("p1", ArrayLint(9, texts, texts, [("a", text) for text in texts])).splitlines()
        for what, text in (("special", "finding"), ("hidden", "finding"), ("alike", "a | finding")):
            assert sum(line.startswith(f"  {what}: {text}") for line in lines) == min(count, MOST_FINDINGS)
        assert [line for line in lines if line.endswith("more")] == [
            f"  {what}: {count - MOST_FINDINGS} more" for what in ("hidden", "alike") if count > MOST_FINDINGS
        ]
        assert array_lint.render("p1", ArrayLint(0, [], [], [])).splitlines()[0].startswith("p1: too large")
