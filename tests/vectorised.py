"""Two-layer networks worked by hand in NumPy, and 25 mistakes in their backward passes: the arrays a student hands in.

Nothing here is made from the catalogue: each mistake is a line of the backward pass written wrongly, as in public
exercises and forum threads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = Any

ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, a: (z > 0) * 1.0),
    "tanh": (np.tanh, lambda z, a: 1 - a**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
}
# Samples, inputs, hidden units, classes.
SIZES = ((4, 3, 5, 2), (5, 4, 3, 2), (3, 3, 3, 3), (6, 2, 4, 3), (1, 2, 3, 4))


class Net(NamedTuple):
    """The numbers of a network: inputs, parameters, targets, the activation and the loss ("ce" or "mse")."""

    X: Array
    W1: Array
    b1: Array
    W2: Array
    b2: Array
    y: Array
    activation: str
    loss: str

    @property
    def program(self) -> str:
        """The network as a program."""
        last = "mean(cross_entropy(Z2, y))" if self.loss == "ce" else f"sum((Z2 - y)**2)/{len(self.X)}"
        return f"Z1 = X@W1 + b1; A1 = {self.activation}(Z1); Z2 = A1@W2 + b2; L = {last}"

    @property
    def bindings(self) -> dict[str, Any]:
        """The values of its inputs."""
        return {name: getattr(self, name).tolist() for name in ("X", "W1", "b1", "W2", "b2", "y")}


def net(sizes: tuple[int, int, int, int], activation: str, loss: str, seed: int, *, whole: bool = False) -> Net:
    """Return a network of random numbers with two decimals, or of small whole ones."""
    draw = np.random.default_rng(seed)
    N, D, H, C = sizes

    def numbers(*shape: int) -> Array:
        return draw.integers(-3, 4, shape).astype(float) if whole else np.round(draw.normal(size=shape), 2)

    y = draw.integers(0, C, N) if loss == "ce" else numbers(N, C)
    return Net(numbers(N, D), numbers(D, H), numbers(H), numbers(H, C), numbers(C), y, activation, loss)


def softmax(Z: Array) -> Array:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def handed_in(n: Net, mistake: str = "", figures: int = 0) -> Any:
    """Return what a student with one mistake hands in, by item; None where it cannot be made in this network.

    With `figures` every array is rounded to so many significant figures when it is made, and used so.
    """

    def r(x: Array) -> Array:
        return rounded(x, figures) if figures else x

    act, slope = ACTIVATIONS[n.activation]
    N, C = len(n.X), n.W2.shape[1]
    V1 = r(n.X @ n.W1)
    Z1 = r(V1 + n.b1)
    A1 = r(act(Z1))
    V2 = r(A1 @ n.W2)
    Z2 = r(V2 + n.b2)
    if n.loss == "ce":
        P, Y = r(softmax(Z2)), np.eye(C)[n.y]
        dZ2 = (P - Y) / N
        if mistake == "no target":
            dZ2 = P / N
        elif mistake == "target minus output":
            dZ2 = (Y - P) / N
        elif mistake == "class from 1":
            dZ2 = (P - np.eye(C)[(n.y - 1) % C]) / N
        elif mistake == "softmax as sigmoid":
            dZ2 = P * (1 - P) / N
    else:
        dZ2 = 2 * (Z2 - n.y) / N
        if mistake == "two lost":
            dZ2 = (Z2 - n.y) / N
        elif mistake == "target minus output":
            dZ2 = 2 * (n.y - Z2) / N
        elif mistake == "over all entries":
            dZ2 = 2 * (Z2 - n.y) / (N * C)
    if mistake == "1/N forgotten":
        dZ2 = dZ2 * N
    dZ2 = r(dZ2)
    dW2, db2 = A1.T @ dZ2, dZ2.sum(axis=0)
    W2 = n.W2
    if mistake == "updated W2":
        W2 = n.W2 - 0.1 * dW2
    dA1 = dZ2 @ W2.T
    if mistake == "dA1 without transpose":
        if W2.shape[0] != W2.shape[1]:
            return None
        dA1 = dZ2 @ W2
    dA1 = r(dA1)
    gate = slope(Z1, A1)
    if mistake == "value for slope":
        gate = A1
    elif mistake == "slope at the value":
        gate = {"relu": (A1 > 0) * 1.0, "tanh": 1 - np.tanh(A1) ** 2, "sigmoid": slope(A1, act(A1))}[n.activation]
    elif mistake == "1 - Z1**2":
        if n.activation == "relu":
            return None
        gate = 1 - Z1**2 if n.activation == "tanh" else Z1 * (1 - Z1)
    elif mistake == "no slope":
        gate = np.ones_like(Z1)
    elif mistake == "gate of the gradient":
        if n.activation != "relu":
            return None
        gate = (dA1 > 0) * 1.0
    dZ1 = dA1 * gate
    if mistake == "1/N twice":
        dZ1 = dZ1 / N
    elif mistake == "stray 2":
        dZ1 = 2 * dZ1
    dZ1 = r(dZ1)
    dW1, db1 = n.X.T @ dZ1, dZ1.sum(axis=0)
    if mistake == "transposed":
        dW1, dW2 = dW1.T, dW2.T
    elif mistake == "X and dZ1 swapped":
        dW1 = dZ1.T @ n.X
    elif mistake == "db not summed":
        db1, db2 = dZ1, dZ2
    elif mistake == "db over features":
        db1, db2 = dZ1.sum(axis=1), dZ2.sum(axis=1)
    elif mistake == "db averaged":
        db1, db2 = dZ1.mean(axis=0), dZ2.mean(axis=0)
    elif mistake == "db of the first row":
        db1, db2 = dZ1[0], dZ2[0]
    elif mistake == "db a number":
        db1, db2 = dZ1.sum(), dZ2.sum()
    elif mistake == "dW2 from Z1":
        dW2 = Z1.T @ dZ2
    elif mistake == "dW1 from dA1":
        dW1 = n.X.T @ dA1
    elif mistake == "stray 4 in dW2":
        dW2 = 4 * dW2
    elif mistake == "dW elementwise":
        if n.W1.shape[1] != N and N != 1:
            return None
        try:
            dW1 = n.X.T * dZ1
        except ValueError:
            return None
    inside = {"dL/dZ2": dZ2, "dL/dA1": dA1, "dL/dZ1": dZ1}
    found = {"dL/dW1": r(dW1), "dL/db1": r(db1), "dL/dW2": r(dW2), "dL/db2": r(db2)}
    values = {"v1": V1, "Z1": Z1, "A1": A1, "v2": V2, "Z2": Z2}
    return {**values, **inside, **found}


# A mistake, and what its diagnosis has to be called.
MISTAKES = {
    "transposed": {"transposed", "outer-order"},
    "X and dZ1 swapped": {"transposed", "dims-by-luck", "outer-order"},
    "dA1 without transpose": {"dims-by-luck"},
    "dW elementwise": {"elementwise"},
    "db not summed": {"no-sum"},
    "db over features": {"wrong-axis"},
    "db averaged": {"mean-for-sum"},
    "db of the first row": {"one-row"},
    "db a number": {"wrong-axis"},
    "1/N forgotten": {"n-missing"},
    "1/N twice": {"n-twice"},
    "stray 2": {"factor"},
    "stray 4 in dW2": {"factor"},
    "over all entries": {"n-twice", "divided-again"},
    "two lost": {"factor", "power-no-coefficient"},
    "no target": {"no-target"},
    "target minus output": {"wrong-sign-of-loss", "sign", "swapped-difference"},
    "class from 1": {"wrong-class"},
    "softmax as sigmoid": {"cross-entropy-rule"},
    "value for slope": {"not-differentiated", "gate-value-slope", "sigmoid-one-factor"},
    "slope at the value": {"wrong-point", "sigmoid-twice"},
    "1 - Z1**2": {"tanh-at-input", "sigmoid-at-input"},
    "no slope": {"inner-left-out", "gate-ignored"},
    "gate of the gradient": {"gate-on-gradient"},
    "updated W2": {"updated"},
    "dW2 from Z1": {"wrong-input"},
    "dW1 from dA1": {"wrong-upstream"},
}


def rounded(x: Array, figures: int) -> Array:
    """Return numbers rounded to some significant figures."""
    return np.vectorize(lambda e: float(f"{e:.{figures - 1}e}"), otypes=[float])(x)


def claim(x: Array, figures: int = 8) -> str:
    """Return an array as it is typed, with some significant figures."""
    return repr(np.vectorize(lambda e: float(f"{e:.{figures - 1}e}"), otypes=[float])(x).tolist())
