"""Twelve standard problems of courses on backpropagation, each with the numbers of a textbook."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[str, dict[str, float]]] = {
    "first": ("q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0}),
    "neuron": ("s = w0*x0 + w1*x1 + w2; f = 1/(1 + exp(-s))",
               {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    "gates": ("p = x*y; m = max(z, w); f = (p + m)*2", {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0}),
    "fork": ("a = x*y; b = sin(x); f = a*b + a", {"x": 1.2, "y": -2.5}),
    "quotient": ("a = x + sigmoid(y); b = sigmoid(x) + (x + y)**2; f = a/b", {"x": 3.0, "y": -4.0}),
    "powers": ("u = x**3; v = 2*y**2; f = sqrt(u + v)", {"x": 1.5, "y": -2.0}),
    "logarithm": ("s = x**2 + exp(y); f = log(s)", {"x": 3.0, "y": 0.5}),
    "loss": ("yhat = w*x + b; e = yhat - y; f = e**2/2", {"w": 0.8, "x": 2.5, "b": -0.6, "y": 3.0}),
    "mean": ("e1 = w*x1 + b - y1; e2 = w*x2 + b - y2; e3 = w*x3 + b - y3; f = (e1**2 + e2**2 + e3**2)/3",
             {"w": 0.7, "b": -0.3, "x1": 1.5, "y1": 2.0, "x2": -2.0, "y2": -1.2, "x3": 3.0, "y3": 2.5}),
    "entropy": ("z = w*x + b; p = sigmoid(z); f = -(t*log(p) + (1 - t)*log(1 - p))",
                {"w": 1.5, "x": 0.8, "b": -0.4, "t": 1.0}),
    "network": ("h1 = tanh(w1*x + b1); h2 = tanh(w2*x + b2); f = (v1*h1 + v2*h2 - t)**2",
                {"w1": 0.5, "x": 1.5, "b1": -0.2, "w2": -0.8, "b2": 0.6, "v1": 1.2, "v2": -0.7, "t": 0.5}),
    "gated": ("h1 = relu(w1*x + b1); h2 = relu(w2*x + b2); f = (h1 - 2*h2 - t)**2",
              {"w1": 1.5, "x": 2.0, "b1": -0.5, "w2": -1.2, "b2": 0.4, "t": 1.0}),
}  # fmt: skip
