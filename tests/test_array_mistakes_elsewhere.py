"""Mistakes in other programs than two layers: samples in columns, penalties, recurrences, attention, regression.

Each program has its backward pass in NumPy, line by line; a mistake is what stands in the place of some lines.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from .array_sheets import key_of, marked, named, wrong

np: Any = pytest.importorskip("numpy")


class Work(NamedTuple):
    """A program, its values, its backward pass by line, the gradients handed in, and mistakes with their ids."""

    program: str
    values: dict[str, Any]
    lines: dict[str, str]
    handed_in: str
    mistakes: dict[str, tuple[dict[str, str], str]]


DRAW = np.random.default_rng(5)


def numbers(*shape: int) -> Any:
    """Return random numbers with two decimals."""
    return np.round(DRAW.normal(size=shape), 2)


COLUMNS = Work(
    "Z1 = W1@X + b1; A1 = tanh(Z1); Z2 = W2@A1 + b2; A2 = sigmoid(Z2); L = -sum(Y*log(A2) + (1-Y)*log(1-A2))/4",
    {"X": numbers(3, 4), "W1": numbers(5, 3), "b1": numbers(5, 1), "W2": numbers(1, 5), "b2": numbers(1, 1),
     "Y": np.array([[1.0, 0.0, 1.0, 1.0]])},
    {"Z1": "W1@X+b1", "A1": "np.tanh(Z1)", "Z2": "W2@A1+b2", "A2": "1/(1+np.exp(-Z2))", "dZ2": "(A2-Y)/4",
     "dW2": "dZ2@A1.T", "db2": "dZ2.sum(1,keepdims=True)", "dA1": "W2.T@dZ2", "dZ1": "dA1*(1-A1**2)",
     "dW1": "dZ1@X.T", "db1": "dZ1.sum(1,keepdims=True)"},
    "dW1 db1 dW2 db2",
    {
        "the right lines": ({}, ""),
        "the slope of sigmoid too": ({"dZ2": "right*A2*(1-A2)"}, "wrong-residual"),
        "the slope of sigmoid left out": ({"dZ2": "(-Y/A2+(1-Y)/(1-A2))/4"}, "inner-left-out"),
        "the first term alone": ({"dZ2": "-(Y/A2)*A2*(1-A2)/4"}, "wrong-residual"),
        "1/m before the target": ({"dZ2": "A2/4-Y"}, "early-factor"),
        "rounded": ({"dZ2": "((A2>0.5)-Y)/4"}, "wrong-residual"),
        "scores": ({"dZ2": "(Z2-Y)/4"}, "wrong-residual"),
        "m in dW": ({"dW1": "right*4", "dW2": "right*4"}, "n-missing"),
        "over the features": ({"db1": "dZ1.sum(0,keepdims=True)"}, "wrong-axis"),
        "the first sample": ({"dW1": "np.outer(dZ1[:,0],X[:,0])"}, "one-sample"),
        "sums": ({"dW1": "np.outer(dZ1.sum(1),X.sum(1))"}, "outer-of-sums"),
        "X reshaped": ({"dW1": "dZ1@X.reshape(4,3)"}, "reshaped"),
        "Z1 in dW2": ({"dW2": "dZ2@Z1.T"}, "wrong-input"),
        "the slope of relu": ({"dZ1": "dA1*(Z1>0)"}, "other-slope"),
    },
)  # fmt: skip

DEEP = Work(
    "A1 = relu(X@W1 + b1); A2 = relu(A1@W2 + b2); s = A2@W3 + b3; "
    "L = mean(cross_entropy(s, y)) + 0.01*(sum(W1**2) + sum(W2**2) + sum(W3**2))",
    {"X": numbers(5, 3), "W1": numbers(3, 4), "b1": numbers(4), "W2": numbers(4, 6), "b2": numbers(6),
     "W3": numbers(6, 2), "b3": numbers(2), "y": np.array([0, 1, 1, 0, 1])},
    {"Z1": "X@W1+b1", "A1": "np.maximum(Z1,0)", "Z2": "A1@W2+b2", "A2": "np.maximum(Z2,0)", "s": "A2@W3+b3",
     "P": "np.exp(s)/np.exp(s).sum(1,keepdims=True)", "ds": "(P-np.eye(2)[y])/5", "dA2": "ds@W3.T",
     "dZ2": "dA2*(Z2>0)", "dA1": "dZ2@W2.T", "dZ1": "dA1*(Z1>0)", "r": "0.02", "dW3": "A2.T@ds+r*W3",
     "dW2": "A1.T@dZ2+r*W2", "dW1": "X.T@dZ1+r*W1", "db3": "ds.sum(0)", "db2": "dZ2.sum(0)", "db1": "dZ1.sum(0)"},
    "dW1 db1 dW2 db2 dW3 db3",
    {
        "the right lines": ({}, ""),
        "the 2 of the penalty": ({"r": "0.01"}, "factor"),
        "no rate": ({"r": "2"}, "dropped-local"),
        "no penalty": ({"r": "0"}, "term-forgotten forgotten-path"),
        "the sign of the penalty": ({"r": "-0.02"}, "sign path-factor"),
        "biases penalised": ({f"db{k}": f"right+r*b{k}" for k in (1, 2, 3)}, "penalised"),
        "a gate passed over": ({"dZ1": "dA1"}, "gate-ignored"),
        "1/N again": ({"dW1": "X.T@dZ1/5+r*W1", "dW2": "A1.T@dZ2/5+r*W2", "dW3": "A2.T@ds/5+r*W3"}, "n-twice"),
        "the slopes of tanh": ({"dZ1": "dA1*(1-A1**2)", "dZ2": "dA2*(1-A2**2)"}, "other-slope"),
        "whole columns": ({"ds": "(P-np.isin(np.arange(2),y[:2]))/5"}, "wrong-places"),
    },
)  # fmt: skip

RECURRENT = Work(
    "h[0] = h0; h[t] = tanh(Wx@x[t-1] + Wh@h[t-1] + b) for t = 1..3; S = h[1:]@V.T; L = sum(cross_entropy(S, y))",
    {"x": numbers(3, 2), "Wx": numbers(4, 2), "Wh": numbers(4, 4), "b": numbers(4), "V": numbers(3, 4),
     "y": np.array([0, 2, 1]), "h0": np.zeros(4)},
    {"h1": "np.tanh(Wx@x[0]+Wh@h0+b)", "h2": "np.tanh(Wx@x[1]+Wh@h1+b)", "h3": "np.tanh(Wx@x[2]+Wh@h2+b)",
     "H": "np.array([h1,h2,h3])", "S": "H@V.T", "P": "np.exp(S)/np.exp(S).sum(1,keepdims=True)",
     "dS": "P-np.eye(3)[y]", "dV": "dS.T@H", "dH": "dS@V", "d3": "dH[2]*(1-h3**2)",
     "d2": "(dH[1]+Wh.T@d3)*(1-h2**2)", "d1": "(dH[0]+Wh.T@d2)*(1-h1**2)",
     "dWx": "np.outer(d3,x[2])+np.outer(d2,x[1])+np.outer(d1,x[0])",
     "dWh": "np.outer(d3,h2)+np.outer(d2,h1)+np.outer(d1,h0)", "db": "d1+d2+d3"},
    "dWx dWh db dV",
    {
        "the right lines": ({}, ""),
        "steps that forget each other": ({"d2": "dH[1]*(1-h2**2)", "d1": "dH[0]*(1-h1**2)"}, "paths-forgotten"),
        "the last step": ({"dWx": "np.outer(d3,x[2])", "dWh": "np.outer(d3,h2)", "db": "d3"}, "uses-overwritten"),
        "no transpose": ({"d2": "(dH[1]+Wh@d3)*(1-h2**2)", "d1": "(dH[0]+Wh@d2)*(1-h1**2)"}, "dims-by-luck"),
        "h of the step itself": ({"dWh": "np.outer(d3,h3)+np.outer(d2,h2)+np.outer(d1,h1)"}, "wrong-step"),
        "no target": ({"dS": "P"}, "no-target"),
    },
)  # fmt: skip

ATTENTION = Work(
    "S = Q@K.T/sqrt(2); P = softmax(S); O = P@V; L = sum(O*G)",
    {"Q": numbers(3, 2), "K": numbers(4, 2), "V": numbers(4, 5), "G": numbers(3, 5)},
    {"S": "Q@K.T/np.sqrt(2)", "P": "np.exp(S)/np.exp(S).sum(1,keepdims=True)", "dO": "G", "dV": "P.T@dO",
     "dP": "dO@V.T", "dS": "P*(dP-(dP*P).sum(1,keepdims=True))", "dQ": "dS@K/np.sqrt(2)",
     "dK": "dS.T@Q/np.sqrt(2)"},
    "dQ dK dV",
    {
        "the right lines": ({}, ""),
        "the diagonal": ({"dS": "dP*P*(1-P)"}, "softmax-diagonal"),
        "softmax passed over": ({"dS": "dP"}, "softmax-diagonal"),
        "the other axis": ({"dS": "P*(dP-(dP*P).sum(0,keepdims=True))"}, "softmax-diagonal"),
        "no scale": ({"dQ": "dS@K", "dK": "dS.T@Q"}, "dropped-local"),
        "the scale twice": ({"dQ": "dS@K/2", "dK": "dS.T@Q/2"}, "factor-again"),
        "S for P": ({"dV": "S.T@dO"}, "wrong-input"),
        "V reshaped": ({"dP": "dO@V.reshape(5,4)"}, "reshaped"),
        "K left transposed": ({"dK": "right.T"}, "transposed"),
    },
)  # fmt: skip

REGRESSION = Work(
    "yhat = X@w + b; e = yhat - y; L = mean(e**2) + 0.1*sum(w**2)",
    {"X": numbers(6, 3), "w": numbers(3), "y": numbers(6), "b": 0.5},
    {"e": "X@w+b-y", "dyhat": "2*e/6", "dw": "X.T@dyhat+0.2*w", "db": "dyhat.sum()"},
    "dw db",
    {
        "the right lines": ({}, ""),
        "no 2": ({"dyhat": "e/6"}, "factor"),
        "no 1/N": ({"dyhat": "2*e"}, "n-missing"),
        "no penalty": ({"dw": "X.T@dyhat"}, "forgotten-path"),
        "half the penalty": ({"dw": "X.T@dyhat+0.1*w"}, "path-factor"),
        "the first sample": ({"dw": "X[0]*dyhat[0]+0.2*w"}, "one-sample"),
        "sums": ({"dw": "X.sum(0)*dyhat.sum()+0.2*w"}, "one-sample outer-of-sums"),
        "sizes of the errors": ({"dyhat": "2*abs(e)/6"}, "wrong-residual"),
        "no target": ({"dyhat": "2*(X@w+b)/6"}, "wrong-residual"),
        "db not summed": ({"db": "dyhat"}, "no-sum"),
        "db a mean": ({"db": "dyhat.mean()"}, "mean-for-sum"),
    },
)  # fmt: skip

WORKS = {"columns": COLUMNS, "deep": DEEP, "recurrent": RECURRENT, "attention": ATTENTION, "regression": REGRESSION}


@pytest.mark.parametrize("name", WORKS)
def test_mistakes_in_other_programs_are_named(name: str) -> None:
    work = WORKS[name]
    key = key_of(work.program, {k: v.tolist() if hasattr(v, "tolist") else v for k, v in work.values.items()})
    for mistake, (lines, ids) in work.mistakes.items():
        have = {**work.values, "np": np}
        for line, text in work.lines.items():
            have["right"] = eval(text, have)
            have[line] = eval(lines.get(line, text), have)
        sheet = marked(key, {f"dL/{item}": repr(np.asarray(have[item]).tolist()) for item in work.handed_in.split()})
        assert bool(wrong(sheet)) == bool(lines), mistake
        told = [d.message for m in sheet.marks for d in m.diagnoses]
        assert named(sheet) & {*ids.split()} if lines else not told, (mistake, told)


def test_the_target_is_not_a_bias_of_zero() -> None:
    """With b = 0 the gradient at z is a number times z - b as well; the program has z - t."""
    key = key_of("z = W@x + b; L = sum((z - t)**2)", {"W": "[[1,2],[3,4]]", "x": "[1,-1]", "b": "[0,0]", "t": "[1,1]"})
    (mark,) = marked(key, {"dL/dx": "[-8,-12]"}).marks
    told = [d.what for d in mark.diagnoses]
    assert any("z without t taken off" in text for text in told)
    assert not any("- b" in text or "without b" in text for text in told)
