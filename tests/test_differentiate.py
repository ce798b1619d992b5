"""The Python interface: `from gradcli import differentiate`, and the record that it returns."""

from __future__ import annotations

import copy
import doctest
import inspect
import subprocess
import sys
import threading
from fractions import Fraction
from typing import Any

import pytest

import gradcli
from gradcli import Gradient, differentiate
from gradcli.errors import GradcliError, InputError, LimitError, MathError
from gradcli.record import calls

EXAMPLE = ("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})


def test_the_running_example() -> None:
    record = differentiate(*EXAMPLE)
    assert isinstance(record, Gradient)
    assert record.value == -12.0
    assert record.gradient == {"x": -4.0, "y": -4.0, "z": 3.0}
    assert record.program == EXAMPLE[0]
    assert record.labels == ("x", "y", "q", "z", "f")
    q = list(record.nodes)[2]
    assert (q.name, q.operation, q.expression, q.value, q.upstream, q.span) == ("q", "add", "x + y", 3.0, -4.0, (4, 9))
    assert [(edge.node, edge.local, edge.rule, edge.downstream) for edge in q.arguments] == [
        (0, 1.0, "1", -4.0), (1, 1.0, "1", -4.0),
    ]  # fmt: skip
    assert record.arithmetic == {"system": "float"}
    assert record.notes == []


def test_numerals_are_not_differentiated() -> None:
    record = differentiate("x**2", {"x": 3})
    power = list(record.nodes)[-1]
    assert [edge.local for edge in power.arguments] == [6.0, None]
    assert [edge.rule for edge in power.arguments] == ["2*x", ""]
    assert record.upstream == [6.0, None, 1.0]


def test_arriving_contributions() -> None:
    record = differentiate("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4})
    b = record.graph.inputs["b"]
    assert record.contributions_to(b) == [-12.0, -20.0]
    assert record.gradient["b"] == -32.0
    assert list(record.nodes)[b].contributions == (-12.0, -20.0)


@pytest.mark.parametrize(("given", "value"), [
    (2, 4.0), (2.5, 6.25), (Fraction(1, 4), 0.0625), ("1/4", 0.0625), (" 2 ", 4.0), ("2**0.5", 2.0), (-3, 9.0),
    ("-3", 9.0),
    (10**20, 1e40), (1e-200, 0.0), ("pi/pi", 1.0), (-0.0, 0.0),
])  # fmt: skip
def test_bindings(given: Any, value: float) -> None:
    assert differentiate("x*x", {"x": given}).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("given", [None, True, [1], "nan", float("nan"), float("inf"), "", 1j, "y", b"1", {}])
def test_bindings_that_are_no_numbers(given: Any) -> None:
    with pytest.raises(InputError):
        differentiate("x", {"x": given})


def test_options() -> None:
    program, point = EXAMPLE
    assert differentiate(program, point, wrt=["z"]).gradient == {"z": 3.0}
    assert differentiate(program, point, wrt=("z", "x")).gradient == {"x": -4.0, "z": 3.0}
    assert differentiate(program, point, wrt=[]).gradient == {}
    assert differentiate(program, point, of="q").gradient == {"x": 1.0, "y": 1.0, "z": 0.0}
    assert differentiate(program, point, upstream=-0.5).gradient == {"x": 2.0, "y": 2.0, "z": -1.5}
    assert differentiate(program, point, upstream="1/4").gradient["z"] == 0.75
    assert differentiate(program, {**point, "w": 1}, may_be_unused=["w"]).value == -12.0
    assert differentiate("sin(x)*sin(x)", {"x": 1}, share=True).labels == ("x", "v1", "f")
    exact = differentiate("x/y", {"x": 1, "y": 3}, exact=True)
    assert (exact.value, exact.gradient) == (Fraction(1, 3), {"x": Fraction(1, 3), "y": Fraction(-1, 9)})
    assert differentiate("x/y", {"x": 1, "y": 3}, digits=5).value == "0.33333"
    assert differentiate("x - x", {"x": 1}, ieee=True).value == 0.0


def test_only_the_nodes_asked_for_are_kept() -> None:
    program, point = "q = x*y; sin(q)*q", {"x": 1, "y": 2}
    whole = differentiate(program, point)
    few = differentiate(program, point, nodes="none")
    assert few.value == whole.value
    assert few.gradient == whole.gradient
    assert few.values.count(None) == len(few.values) - 3


@pytest.mark.parametrize(("call", "kind", "status", "span"), [
    (lambda: differentiate("x +", {"x": 1}), InputError, 2, (3, 3)),
    (lambda: differentiate("x*y", {"x": 1}), InputError, 2, (2, 3)),
    (lambda: differentiate("x", {"x": 1, "y": 2}), InputError, 2, None),
    (lambda: differentiate("log(x)", {"x": 0}), MathError, 3, (0, 6)),
    (lambda: differentiate("x**9999", {"x": 7}, exact=True), LimitError, 4, (0, 7)),
    (lambda: differentiate("x", {"x": 1}, of="y"), InputError, 2, None),
    (lambda: differentiate("x", {"x": 1}, wrt=["y"]), InputError, 2, None),
    (lambda: differentiate("x", {"x": 1}, upstream="y"), InputError, 2, (0, 1)),
    (lambda: differentiate("abs(x)", {"x": 0}, at_kink="error"), MathError, 3, (4, 5)),
    (lambda: differentiate("", {}), InputError, 2, (0, 0)),
])  # fmt: skip
def test_errors(call: Any, kind: type[GradcliError], status: int, span: tuple[int, int] | None) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.status == status
    assert caught.value.span == span
    assert str(caught.value) == caught.value.message


def test_runs_do_not_disturb_each_other() -> None:
    """Threads parse and compute side by side; a failure leaves nothing behind."""
    failures: list[object] = []

    def work(k: int) -> None:
        for _ in range(20):
            try:
                assert differentiate(f"q{k} = x*{k}; q{k}**2", {"x": 1.5}).value == (1.5 * k) ** 2
                with pytest.raises(InputError):
                    differentiate(f"q{k} = x*(", {"x": 1})
            except BaseException as problem:  # what pytest raises when nothing was raised is no Exception
                failures.append(problem)
                raise

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_precision_of_one_run_is_not_that_of_the_next() -> None:
    first = differentiate("exp(x)", {"x": "1/3"}, digits=30).value
    differentiate("exp(x)", {"x": "1/3"}, digits=500)
    differentiate("(1 - cos(x))/x**2", {"x": 1e-8})
    assert differentiate("exp(x)", {"x": "1/3"}, digits=30).value == first


def test_the_record_is_plain_data() -> None:
    record = differentiate(*EXAMPLE)
    again = copy.copy(record)
    assert again.values is record.values
    assert list(record.nodes) == list(differentiate(*EXAMPLE).nodes)


def test_documentation() -> None:
    assert set(gradcli.__all__) == {"ArrayGradient", "Gradient", "__version__", "differentiate"}
    assert inspect.signature(differentiate).return_annotation == "Gradient | ArrayGradient"
    assert set(inspect.signature(differentiate).parameters) == {
        "program", "bindings", "wrt", "grad", "of", "upstream", "exact", "digits", "ieee", "at_kink", "share", "nodes",
        "gates", "may_be_unused",
    }  # fmt: skip
    found = doctest.testmod(calls)
    assert found.failed == 0
    assert found.attempted > 0
    with pytest.raises(AttributeError):
        gradcli.nothing  # noqa: B018


def test_what_is_imported() -> None:
    """The interface imports neither Rich nor click, nor python-flint before it is needed."""
    script = (
        "import sys\n"
        "import gradcli\n"
        "print([m for m in ('click', 'rich', 'lark', 'flint') if m in sys.modules])\n"
        "from gradcli import differentiate\n"
        "differentiate('x*y', {'x': 2, 'y': 3}).nodes\n"
        "print([m for m in ('click', 'rich', 'flint') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
