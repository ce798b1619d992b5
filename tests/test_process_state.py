"""gradcli as a library: settings of the process stay, and threads get the answers that they would get alone."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import flint
import pytest

from gradcli import differentiate
from gradcli.calculus.building import uncollected
from gradcli.commands import main
from gradcli.errors import GradcliError, Source
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.flint_settings import FlintSettings
from gradcli.numbers.series.coefficients import taylor
from gradcli.numbers.spans import Spans
from gradcli.plotting.probing import Prober
from gradcli.record.gradient import Gradient
from gradcli.record.higher_derivatives import differentiate_formula, hessian
from gradcli.record.verification import verify

from .programs import SMOOTH, random_case

PREC, CAP = 1000, 37


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """Settings of a caller, which every test has to leave as they are."""
    before = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = PREC, CAP
    try:
        yield
        assert (flint.ctx.prec, flint.ctx.cap) == (PREC, CAP)
        assert gc.isenabled()
    finally:
        flint.ctx.prec, flint.ctx.cap = before


CANCELS = "(1e16 + x) - 1e16"


def second(program: str, **point: object) -> dict[str, dict[str, Any]]:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    return hessian(differentiate(program, given))


LIBRARY: dict[str, Callable[[], object]] = {
    "certain": lambda: differentiate(CANCELS, {"x": 1 / 3}),
    "digits": lambda: differentiate("exp(x)*sin(x)", {"x": 2}, digits=300),
    "exact": lambda: differentiate("x**2/3", {"x": "1/7"}, exact=True),
    "uncertain": lambda: differentiate("x*y", {"x": "2.5+-0.1", "y": 3}),
    "a constant that is no fraction": lambda: differentiate("x*y", {"x": "sqrt(2)*exp(1/3)", "y": 3}),
    "sides at a kink": lambda: differentiate("abs(x) + max(x, y)", {"x": 0, "y": 0}),
    "sides with digits": lambda: differentiate("abs(sin(x)) + x", {"x": 0}, digits=30),
    "sides of roots and logarithms": lambda: differentiate("sqrt(abs(x)) + x*log(abs(x) + x**2) ", {"x": 1e-300}),
    "hessian": lambda: second("exp(x*y) + tanh(x)", x=1, y=2),
    "hessian in balls": lambda: second(f"({CANCELS})**2*y", x=1 / 3, y=2),
    "hessian at a kink": lambda: second("abs(x)*x*y + y**2", x=0, y=1),
    "formulas at a point": lambda: differentiate_formula(
        Source("program", "sin(x)*y"), order=3, bindings={"x": Source("x", "0.5"), "y": Source("y", "2")}
    ),
    "verify": lambda: verify(differentiate("exp(x)/(1e-9 + x*y)", {"x": 1e-8, "y": 0.5})),
    "verify with digits": lambda: verify(differentiate("exp(x)*y", {"x": 1, "y": 2}, digits=40)),
    "a plot's points": lambda: [Prober(differentiate(CANCELS, {"x": 1}).graph, ["x"], {})(x / 7) for x in range(9)],
    "systems": lambda: [Balls(64), DecimalBalls(90, 20), Spans(128, 12)],
    "coefficients": lambda: taylor("gamma", flint.arb(3), 5),
}


@pytest.mark.parametrize("job", LIBRARY)
def test_a_call_leaves_the_settings_of_flint(job: str) -> None:
    LIBRARY[job]()


REFUSED: dict[str, tuple[str, dict[str, object], dict[str, Any]]] = {
    "undecided": ("where(exp(log(x)) >= x, 1, 2)", {"x": 3}, {}),
    "undecided digits": ("floor(sin(x)**2 + cos(x)**2)", {"x": 3}, {"digits": 20}),
    "outside": ("log((1e16 + x) - 1e16 - x)", {"x": 1 / 3}, {}),
    "a kink": ("abs(x)", {"x": 0}, {"at_kink": "error"}),
    "no number": ("x*y", {"x": "sqrt(2)*exp(1/3)*z", "y": 1}, {}),
    "too long": ("polygamma(20000, x) + floor(x*1e300)", {"x": 1.5}, {"digits": 20}),
}


@pytest.mark.parametrize("job", REFUSED)
def test_an_error_leaves_the_settings_of_flint(job: str) -> None:
    program, point, options = REFUSED[job]
    with pytest.raises(GradcliError):
        differentiate(program, point, **options)


@pytest.mark.parametrize("words", [
    [CANCELS, "x=0.3333"], ["--digits", "40", "exp(x)", "x=1"], ["--hessian", "abs(x)*x*y", "x=0", "y=1"],
    ["--verify", CANCELS, "x=0.3333"], ["abs(x)", "x=0"], ["diff", "sin(x)*y", "x=1", "y=2"],
    ["check", "f = exp(x)*y", "x=1", "y=2", "df/dx=5.43656", "f=y*exp(x)"], ["plot", "abs(sin(x)/x)", "x=-1:1"],
    ["sheet", "f = exp(x)*y", "x=1", "y=2"], ["--ieee", "exp(x)", "x=1"],
])  # fmt: skip
def test_a_command_leaves_the_settings_of_flint(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert capsys.readouterr().out


@pytest.mark.parametrize("collecting", [True, False])
@pytest.mark.parametrize("words", [
    ["x*y", "x=1", "y=2"], ["--json", "x"], ["x*y"], ["x +", "x=1"], ["log(x)", "x=0"], ["--steps", "abs(x)", "x=0"],
    ["grade", "homework.toml", "class.csv"], ["grade", "homework.toml", "none.csv"],
    ["grade", "none.toml", "class.csv"],
])  # fmt: skip
def test_a_command_leaves_the_collector_as_it_was(
    words: list[str], collecting: bool, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.toml").write_text('[[problem]]\nid = "p"\nprogram = "x*y"\nat = {x = 2, y = 3}\n')
    (tmp_path / "class.csv").write_text("student,dx\nAda,3\n")
    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(SystemExit):
            main(words)
        assert gc.isenabled() is collecting
        assert gc.get_freeze_count() == 0
    finally:
        gc.enable()


def test_a_process_of_its_own_ends_without_another_look_for_garbage() -> None:
    code = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000))  # what is registered first runs last\n"
        "from gradcli import commands\n"
        "sys.argv = ['gradcli', '--value', 'x*y', 'x=2', 'y=3']\n"
        "commands.main()"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["6.0", "True"]


def test_what_a_caller_has_set_aside_stays_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.toml").write_text('[[problem]]\nid = "p"\nprogram = "x*y"\nat = {x = 2, y = 3}\n')
    (tmp_path / "class.csv").write_text("student,dx\nAda,3\n")
    gc.freeze()
    try:
        with pytest.raises(SystemExit):
            main(["grade", "homework.toml", "class.csv"])
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_rows_leave_the_settings_of_flint(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "table.csv"
    table.write_text("x,y\n0.3333,1\n0,0\n1e300,2\nnone,1\n")
    with pytest.raises(SystemExit):
        main(["rows", f"({CANCELS})*abs(y)", str(table)])
    assert "df/dx" in capsys.readouterr().out


def test_an_import_sets_nothing() -> None:
    code = (
        "import flint; flint.ctx.prec, flint.ctx.cap = 1000, 37; import gradcli.numbers.balls, gradcli.numbers.spans\n"
        "import gradcli.calculus.beside, gradcli.record.higher_derivatives; print(flint.ctx.prec, flint.ctx.cap)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["1000", "37"]


def test_settings_nest_and_are_put_back_in_order() -> None:
    one, other = FlintSettings(200), FlintSettings(300, length=5)
    with one, other, one:
        assert (flint.ctx.prec, flint.ctx.cap) == (200, 5)
    with pytest.raises(ValueError, match="prec must be"), FlintSettings(0):
        pass
    with pytest.raises(KeyError), one, other:
        raise KeyError


# ---- threads


def answers(options: dict[str, Any]) -> list[object]:
    """Return what many programs give, some of them at a kink and some that floats cannot settle."""
    found: list[object] = []
    draw = random.Random(17)
    for k in range(40):
        case = random_case(draw, calls=[(name, 1) for name in (*SMOOTH, "abs", "relu")], depth=3)
        program = f"({case.program})*1e8 + 1e20 - 1e20" if k % 3 == 0 else f"abs({case.program} - ({case.program})) + x"
        point = {"x": 0.25, **case.point}
        try:
            record: Gradient = differentiate(program, point, may_be_unused=point, **options)
        except GradcliError as error:
            found.append(str(error))
        else:
            found.append((record.value, record.gradient, [note.message for note in record.notes]))
    return found


def test_threads_of_different_precision_get_the_answers_that_they_get_alone() -> None:
    jobs: list[dict[str, Any]] = [{"digits": 20}, {"digits": 50}, {"digits": 200}, {}]
    alone = [answers(job) for job in jobs]
    found: list[Any] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def work(k: int) -> None:
        start.wait()
        found[k] = answers(jobs[k])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # so that no thread gets far before another one does
    try:
        threads = [threading.Thread(target=work, args=(k,)) for k in range(len(jobs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert found == alone
    assert gc.isenabled()


def test_another_thread_waits_for_settings_to_be_put_back() -> None:
    seen: list[int] = []

    def work() -> None:
        with FlintSettings(300):
            seen.append(flint.ctx.prec)

    with FlintSettings(200):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(0.05)
        assert thread.is_alive()
        assert (seen, flint.ctx.prec) == ([], 200)
    thread.join()
    assert seen == [300]


@pytest.mark.parametrize("first_out", [0, 1])
def test_two_threads_leave_the_collector_on(first_out: int) -> None:
    """The second enters while the first is within, and either may be the first to leave."""
    entered, leave = [threading.Event() for _ in range(2)], [threading.Event() for _ in range(2)]

    def work(k: int) -> None:
        with uncollected():
            entered[k].set()
            leave[k].wait()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for k, thread in enumerate(threads):
        thread.start()
        entered[k].wait()
    assert not gc.isenabled()
    for k in (first_out, 1 - first_out):
        leave[k].set()
        threads[k].join()
    assert gc.isenabled()


def test_a_thread_that_finds_the_collector_off_does_not_put_it_off_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the switch of one thread another may put it on."""
    monkeypatch.setattr(gc, "isenabled", lambda: False)
    with uncollected():
        monkeypatch.undo()
        assert gc.isenabled()
    assert gc.isenabled()
