"""The network of the arrays benchmark by others, one process each: JSON in, value and all gradients out as JSON.

`python -m benchmarks.array_peers numpy FILE` is what a person writes by hand; `torch` leaves the gradients to PyTorch.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PARAMETERS = ("W1", "b1", "W2", "b2")


def by_numpy(data: dict[str, Any]) -> tuple[float, list[Any]]:
    """Return the loss and its gradients, derived by hand."""
    import numpy as np

    X, W1, b1, W2, b2 = (np.array(data[name], dtype=float) for name in ("X", *PARAMETERS))
    y = np.array(data["y"])
    rows = np.arange(len(y))
    z = X @ W1 + b1
    h = np.maximum(z, 0)
    scores = h @ W2 + b2
    scores -= scores.max(axis=1, keepdims=True)
    shares = np.exp(scores)
    sums = shares.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - scores[rows, y]).mean())
    g = shares / sums
    g[rows, y] -= 1
    g /= len(y)
    back = (g @ W2.T) * (z > 0)
    return loss, [found.tolist() for found in (X.T @ back, back.sum(axis=0), h.T @ g, g.sum(axis=0))]


def by_torch(data: dict[str, Any]) -> tuple[float, list[Any]]:
    """Return the loss and its gradients, by PyTorch's reverse mode."""
    import torch

    torch.set_num_threads(1)
    given = {name: torch.tensor(data[name], dtype=torch.float64) for name in ("X", *PARAMETERS)}
    W1, b1, W2, b2 = parameters = [given[name].requires_grad_() for name in PARAMETERS]
    scores = torch.relu(given["X"] @ W1 + b1) @ W2 + b2
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(data["y"]))
    loss.backward()
    return loss.item(), [parameter.grad.tolist() for parameter in parameters]


PEERS = {"numpy": by_numpy, "torch": by_torch}


def main(words: list[str]) -> None:
    name, path = words
    with open(path, encoding="utf-8") as file:
        value, gradients = PEERS[name](json.load(file))
    json.dump({"value": value, "gradient": dict(zip(PARAMETERS, gradients, strict=True))}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
