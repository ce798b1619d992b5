"""The peers: each takes the text of a program and a point, and returns the gradient.

All but gradcli hand the text to Python's own compiler, in a namespace where the names are their variables. Each runs
in a process of its own: `python -m benchmarks.peers NAME PROGRAM RUNS` prints its seconds, one line per run.
"""

from __future__ import annotations

import gc
import math
import sys
import threading
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Any

from .programs import PROGRAMS, network

Differentiate = Callable[[str, Mapping[str, float]], Mapping[str, float]]


def gradcli() -> Differentiate:
    from gradcli import differentiate

    return lambda text, point: differentiate(text, point, nodes="none").gradient


def gradcli_ieee() -> Differentiate:
    from gradcli import differentiate

    return lambda text, point: differentiate(text, point, nodes="none", ieee=True).gradient


def micrograd() -> Differentiate:
    from micrograd.engine import Value

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        variables = {name: Value(x) for name, x in point.items()}
        names: dict[str, Any] = {**variables, "tanh": tanh}
        exec(compile(text, "program", "exec"), names)
        names["loss"].backward()
        return {name: variable.grad for name, variable in variables.items()}

    def tanh(x: Any) -> Any:  # the published engine has relu only
        t = math.tanh(x.data)
        out = Value(t, (x,), "tanh")

        def backward() -> None:
            x.grad += (1 - t * t) * out.grad

        out._backward = backward
        return out

    return run


def torch() -> Differentiate:
    import torch

    torch.set_num_threads(1)

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        variables = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in point.items()}
        names: dict[str, Any] = {**variables, "tanh": torch.tanh}
        exec(compile(text, "program", "exec"), names)
        names["loss"].backward()
        return {name: float(variable.grad) for name, variable in variables.items()}

    return run


def casadi() -> Differentiate:
    import casadi

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        variables = {name: casadi.SX.sym(name) for name in point}
        names: dict[str, Any] = {**variables, "tanh": casadi.tanh}
        exec(compile(text, "program", "exec"), names)
        stacked = casadi.vertcat(*variables.values())
        gradient = casadi.Function("gradient", [stacked], [casadi.gradient(names["loss"], stacked)])
        return dict(zip(point, map(float, gradient(list(point.values())).full().ravel()), strict=True))

    return run


def jax() -> Differentiate:
    import jax

    jax.config.update("jax_enable_x64", True)

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        code = compile(text, "program", "exec")

        def loss(variables: dict[str, Any]) -> Any:
            names: dict[str, Any] = {**variables, "tanh": jax.numpy.tanh}
            exec(code, names)
            return names["loss"]

        return {name: float(x) for name, x in jax.grad(loss)(dict(point)).items()}

    return run


def autograd() -> Differentiate:
    import autograd
    import autograd.numpy as numpy

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        code = compile(text, "program", "exec")

        def loss(variables: dict[str, Any]) -> Any:
            names: dict[str, Any] = {name: variables[name] for name in point}
            names["tanh"] = numpy.tanh
            exec(code, names)
            return names["loss"]

        return dict(autograd.grad(loss)(dict(point)))

    return run


def sympy() -> Differentiate:
    import sympy

    def run(text: str, point: Mapping[str, float]) -> dict[str, float]:
        variables = {name: sympy.Symbol(name) for name in point}
        names: dict[str, Any] = {**variables, "tanh": sympy.tanh}
        exec(compile(text, "program", "exec"), names)
        slopes = [names["loss"].diff(variable) for variable in variables.values()]
        values = sympy.lambdify(list(variables.values()), slopes, "math", cse=True)(*point.values())
        return dict(zip(point, values, strict=True))

    return run


# What it is called in a table -> the distribution whose version is shown, and how it is made ready.
PEERS: dict[str, tuple[str, Callable[[], Differentiate]]] = {
    "gradcli": ("gradcli", gradcli),
    "gradcli --ieee": ("gradcli", gradcli_ieee),
    "micrograd": ("micrograd", micrograd),
    "PyTorch": ("torch", torch),
    "CasADi": ("casadi", casadi),
    "JAX": ("jax", jax),
    "autograd": ("autograd", autograd),
    "SymPy": ("sympy", sympy),
}


def version(distribution: str) -> str | None:
    """Return the version that is installed, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def seconds(name: str, program: str, runs: int) -> None:
    """Print how long a peer takes from the text to the gradient, and the largest of its derivatives."""
    run = PEERS[name][1]()
    run(*network(12, 4))  # what is imported or made at the first use, of balls too, is not counted
    text, point = PROGRAMS[program]()
    for _ in range(runs):
        gc.collect()
        begin = time.process_time()
        gradient = run(text, point)
        took = time.process_time() - begin
        print(took, max(map(abs, gradient.values())), flush=True)
        del gradient


def main(words: list[str]) -> None:
    name, program, runs = words
    # micrograd and others recurse once a node: they are given the room.
    sys.setrecursionlimit(10_000_000)
    threading.stack_size(1 << 30)
    thread = threading.Thread(target=seconds, args=(name, program, int(runs)))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1:])
