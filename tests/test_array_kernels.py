"""The fast ways of array systems: what is settled at once is what is settled one by one, and no zero is lost."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from fractions import Fraction
from itertools import chain
from typing import Any

import pytest
from flint import arb

from gradcli import differentiate
from gradcli.arrays.ball_arrays import BallArray, BallEntries
from gradcli.arrays.entries import Entries
from gradcli.arrays.float_arrays import FloatEntries
from gradcli.arrays.fraction_arrays import FractionEntries
from gradcli.arrays.kernels import array_system
from gradcli.arrays.table import entry_by_entry
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import InputError, MathError
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.fractions import Exact
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.systems import FLOAT, Undecided


def kept(S: Any, x: Any) -> Any:
    try:
        return S.round_out(x)
    except Undecided:
        return "undecided"


def near_ties() -> list[Any]:
    """Return balls at, beside and around the midpoints of binary64 numbers, tiny and huge ones, and zeros."""
    rng = random.Random(5)
    tiny, found = (
        arb(2) ** -90,
        [arb(0), arb(5e-324), arb(2) ** -1075, arb(2) ** 1023, arb(10) ** 400, -(arb(2) ** -1090)],
    )
    for _ in range(300):
        x = rng.choice([1.0, rng.uniform(1, 2), rng.gauss(0, 1e10), rng.uniform(0, 1e-300)])
        tie = arb(x) + arb(math.ulp(x)) / 2
        found += [
            arb(x),
            tie,
            tie + tiny * tie,
            tie - tiny * tie,
            tie * (1 - arb(2) ** -72),
            arb(x, abs(x) * 2**-80),
            -tie,
        ]
    return found


def test_what_is_settled_at_once_is_what_is_settled_one_by_one() -> None:
    S = Balls(128)
    A = BallEntries(S)
    with S.at_work():
        for x in near_ties():
            want = kept(S, x)
            try:
                (found,) = A.settled(A.make((1,), [x]))
            except Undecided:
                found = "undecided"
            assert str(found) == str(want)
        sure = [x for x in near_ties() if kept(S, x) != "undecided"]
        assert len(sure) > 1000
        assert list(map(str, A.settled(A.make((len(sure),), sure)))) == [str(S.round_out(x)) for x in sure]
        numbers = [arb(random.Random(k).gauss(0, 1)) / 3 for k in range(500)]
        assert A.settled(A.make((500,), numbers)) == [S.round_out(x) for x in numbers]


def test_a_doubt_about_one_of_many_entries_is_raised() -> None:
    S = Balls(128)
    A = BallEntries(S)
    with S.at_work(), pytest.raises(Undecided):
        A.settled(A.make((3,), [arb(1), arb(0, 1e-9), arb(2)]))


def test_digits_are_settled_as_texts() -> None:
    S = DecimalBalls(200, 20)
    A = array_system(S)
    with S.at_work():
        assert A.settled(A.make((2,), [S.number("0.1"), S.number("1") / 3])) == [
            S.round_out(S.number("0.1")),
            S.round_out(S.number("1") / 3),
        ]


def test_inputs_are_kept_as_they_were_given() -> None:
    S = Balls(128)
    A = array_system(S)
    with S.at_work():
        x = A.of_floats((2, 2), [-0.0, 1.5, 0.1, 3.0])
        assert isinstance(x, BallArray)
        assert not x.is_made
        assert str(A.settled(x)) == "[-0.0, 1.5, 0.1, 3.0]"
        assert [float(y) for y in x.entries] == [0.0, 1.5, 0.1, 3.0]


def test_exact_zeros_stay_exact_in_products() -> None:
    S = Balls(128)
    A = BallEntries(S)
    rng = random.Random(2)
    with S.at_work():
        for rows, inner, columns in ((3, 4, 2), (64, 100, 40)):
            left = [arb(rng.gauss(0, 1)) / 3 for _ in range(rows * inner)]
            right = [arb(rng.gauss(0, 1)) / 7 for _ in range(inner * columns)]
            for i in range(rows):  # a column of the left one, and the row that it does not meet, are 0
                for k in range(inner // 2):
                    left[i * inner + k] = arb(0)
            for k in range(inner // 2, inner):
                right[k * columns] = arb(0)
            found = A.matmul(A.make((rows, inner), left), A.make((inner, columns), right))
            assert all(found.entries[i * columns].is_zero() for i in range(rows))
            assert not any(x.is_zero() for k, x in enumerate(found.entries) if k % columns)


SYSTEMS = [(Balls(128), BallEntries), (Exact(), FractionEntries), (IEEE, FloatEntries)]


@pytest.mark.parametrize(("S", "kind"), SYSTEMS)
@pytest.mark.parametrize(
    "shapes", [((5, 7), (7, 6)), ((40, 30), (30, 20)), ((7,), (7, 3)), ((3, 7), (7,)), ((9,), (9,))]
)
def test_products_are_those_of_the_definition(S: Any, kind: Any, shapes: Any) -> None:
    rng = random.Random(str(shapes))
    with S.at_work():
        fast, plain = kind(S), Entries(S)
        xs = [[Fraction(rng.randint(-99, 99), 8) for _ in range(math.prod(shape))] for shape in shapes]
        make: Any = {"balls": lambda q: arb(float(q)), "exact": lambda q: q, "ieee": float}[S.name]
        numbers = [list(map(make, x)) for x in xs]
        a, b = (
            A.matmul(*[A.make(shape, list(x)) for shape, x in zip(shapes, numbers, strict=True)]) for A in (fast, plain)
        )
        assert a.shape == b.shape
        assert all(x == y for x, y in zip(a.entries, b.entries, strict=True))


def test_products_of_binary64_that_overflow_are_those_of_binary64() -> None:
    A = FloatEntries(IEEE)
    big = [1e200] * 900
    found = A.matmul(A.make((30, 30), big), A.make((30, 30), big))
    assert set(found.entries) == {math.inf}
    mixed = [math.inf, *[1.0] * 899]
    found = A.matmul(A.make((30, 30), mixed), A.make((30, 30), [0.0] * 900))
    assert math.isnan(found.entries[0])
    assert found.entries[-1] == 0


def test_nothing_flows_through_0_times_infinity() -> None:
    A = FloatEntries(IEEE)
    mul = entry_by_entry(OPERATIONS["mul"])
    x, y, g = A.make((2,), [1.0, 2.0]), A.make((2,), [math.inf, 3.0]), A.make((2,), [0.0, 1.0])
    assert mul.flow(A, 0, g, mul.value(A, x, y), (x, y), {}).entries == [0.0, 3.0]


def test_balls_at_a_kink_are_looked_at_one_by_one() -> None:
    S = Balls(128)
    A = BallEntries(S)
    relu = entry_by_entry(OPERATIONS["relu"])
    with S.at_work():
        numbers = [arb(1) / 3, arb(0), -arb(1) / 3, arb(0, 1e-30)]
        x, g = A.make((4,), numbers), A.make((4,), [arb(1)] * 4)
        v = relu.value(A, x)
        assert [str(y.is_zero()) for y in v.entries] == ["False", "True", "True", "False"]
        assert v.entries[3] >= 0
        flow = relu.flow(A, 0, g, v, (x,), {})
        assert flow.entries[0] == 1
        assert [y.is_zero() for y in flow.entries[1:3]] == [True, True]
        assert flow.entries[3] is None, "on which side of 0 it lies is not decided"
        assert [(fault.entry, fault.kind) for fault in A.faults] == [(3, "undecided")]
        assert A.kinks == [(OPERATIONS["relu"], 1)]
        assert A.broken


def test_the_fast_ways_are_left_once_a_number_is_missing() -> None:
    """A product with an entry that has no number: only what meets it has none."""
    for S, kind in SYSTEMS:
        A = kind(S)
        with S.at_work():
            A.broken = True
            one, zero = S.one, S.zero
            a = A.make((2, 2), [one, None, one, zero])
            found = A.matmul(a, A.make((2, 2), [one, one, zero, one]))
            assert [None if x is None else float(x) for x in found.entries] == [1.0, None, 1.0, 1.0]
            assert [x is None for x in A.transpose(a).entries] == [False, False, True, False]


def test_plain_binary64_and_fractions_need_no_flint() -> None:
    """FLINT is imported where its numbers pay: a small program of arrays in --ieee or --exact starts without it."""
    program = (
        "import sys\n"
        "from gradcli.arrays.kernels import array_system\n"
        "from gradcli.numbers.ieee import IEEE\n"
        "from gradcli.numbers.fractions import Exact\n"
        "for S in (IEEE, Exact()):\n"
        "    A = array_system(S)\n"
        "    A.matmul(A.eye(2), A.eye(2)), A.det(A.eye(3))\n"
        "print('flint' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_other_systems_have_the_plain_arrays() -> None:
    assert type(array_system(FLOAT)) is Entries


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_slopes_from_the_value_are_those_of_the_table(name: str) -> None:
    S = Balls(128)
    fast, plain = BallEntries(S), Entries(S)
    row = entry_by_entry(OPERATIONS[name])
    with S.at_work():
        for numbers in ([0.1, -2.5, 9.0, -14.0], [0.5, 30.0], [-200.0, 1.0], [0.0, 1e-200]):
            found = []
            for A in (fast, plain):
                x = A.make((len(numbers),), list(map(arb, numbers)))
                found.append(row.flow(A, 0, A.make(x.shape, [arb(3) / 7] * len(numbers)), row.value(A, x), (x,), {}))
            for a, b in zip(found[0].entries, found[1].entries, strict=True):
                assert a.overlaps(b)
                assert a.rel_accuracy_bits() >= 64


def test_what_is_scattered_adds_up_however_it_is_read() -> None:
    S = Exact()
    A = FractionEntries(S)
    one = A.scattered(A.make((3,), [Fraction(1), Fraction(2), Fraction(4)]), [0, 2, 0], (2, 2))
    other = A.scattered(A.make((2,), [Fraction(8), Fraction(16)]), [-1, 2], (2, 2))
    dense = A.make((2, 2), [Fraction(n) for n in (100, 200, 300, 400)])
    assert A.settled(one) == one.entries == [5, 0, 2, 0]
    assert A.total([one, other]).entries == [5, 0, 18, 0]
    assert A.total([one, dense, other]).entries == [105, 200, 318, 400]
    assert A.total([dense, dense]).entries == [200, 400, 600, 800]
    with Balls(128).at_work():
        B = BallEntries(Balls(128))
        found = B.scattered(B.make((2,), [arb(1) / 3, arb(2)]), [3, 1], (2, 2))
        assert B.settled(found) == [0.0, 2.0, 0.0, 1 / 3]
        assert found.entries[0].is_zero()


def test_order_is_that_of_numbers_whatever_their_middles() -> None:
    """Numbers that binary64 does not tell apart are sorted too, and tied ones keep their order."""
    A = FractionEntries(Exact())
    close = [
        Fraction(1),
        Fraction(1) + Fraction(1, 10**30),
        Fraction(1) - Fraction(1, 10**30),
        Fraction(1),
        Fraction(-1),
    ]
    assert A.order(close) == [4, 2, 0, 3, 1]
    assert A.order([Fraction(n) for n in (3, 1, 2)]) == [1, 2, 0]


BESIDE_A_GAP = [
    "sum((H@W)[0])", "sum((W@H)[:,1])", "sum(tanh(H[0])*X[2])", "logsumexp(H[0])", "norm((H@W)[0])", "max(H[2])",
    "mean((H*X)[:,0]) + sum((H@W)[3])", "det(H[4:14, :10])", "sum(softmax(H[3])@W)",
]  # fmt: skip


@pytest.mark.parametrize("numbers", [{}, {"ieee": True}, {"digits": 20}], ids=str)
def test_an_entry_without_a_number_takes_no_other_with_it(numbers: dict[str, Any]) -> None:
    """Of a large array, too, whose products are taken at once: what does not need log(0) is as with log(2) there."""
    rng = random.Random(3)
    X = [[rng.uniform(1, 2) for _ in range(12)] for _ in range(15)]
    W = [[rng.uniform(-1, 1) for _ in range(15)] for _ in range(12)]
    for program in BESIDE_A_GAP:
        found = []
        for x in (2.0, 0.0):
            X[1][2] = x
            point = {"X": X, "W": W} if "W" in program else {"X": X}
            record = differentiate(f"H = log(X); {program}", point, **numbers)
            gradient = chain.from_iterable(chain.from_iterable(record.gradient.values()))
            found.append([float(record.value), *map(float, gradient)])
        assert found[0] == pytest.approx(found[1], rel=1e-6 if "ieee" in numbers else 1e-15, abs=0), program
    with pytest.raises(MathError, match=r"\[1,2\].* is undefined.*log needs more than 0"):
        differentiate("H = log(X); sum(H*X)", {"X": X}, **numbers)


@pytest.mark.parametrize("other", [0, 0.0, 1.0, "1/3"])
def test_a_binary64_is_the_same_number_whatever_stands_beside_it(other: Any) -> None:
    """One that has no logarithm opens the program to numbers, which are read as texts."""
    x = [0.1, other]
    assert differentiate("H = x*log(x + 1)/log(x + 1); H[0]", {"x": x}, digits=20).value == "0.10000000000000000555"
    assert differentiate("H = 1/(1/x); H[0]", {"x": x}, exact=True).value == Fraction(0.1)


@pytest.mark.parametrize(("program", "what"), [
    ("sum(A)*pi", "pi"), ("sum(exp(A))", "exp"), ("logdet(A)", "log"), ("norm(A)", "hypot"),
    ("sum(sqrt(A))", "sqrt"), ("sum(A**0.5)", "a power with a fractional exponent"), ("cross_entropy(A[0], 0)", "exp"),
    ("sum(A*[[1, sqrt(2)], [3, 4]])", "sqrt"), ("sum(hypot(A, 1))", "hypot"),
])  # fmt: skip
def test_what_has_no_exact_result_is_named(program: str, what: str) -> None:
    with pytest.raises(InputError, match=f"{what} has no exact result here"):
        differentiate(program, {"A": [[2, 1], [1, 3]]}, exact=True)
