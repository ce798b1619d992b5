"""What compiled code knows of single results, worked by hand: errors in roundings, signs, sizes, guards."""

from __future__ import annotations

import pytest

from gradcli.numbers.error_arithmetic import Bound
from gradcli.rows.code import Code, CodeCondition, Untraceable
from gradcli.rows.terms import Arithmetic, Term
from gradcli.rows.tracing import Tracer

# An operation, then its relative error in roundings (or the power of 2 that an error is at least), its sign, the
# powers of 2 that its size lies between, the one that it is a multiple of, and how many guards it needs.
CLAIMS = """
a + b -> rel 1.000001; 0; -180 to 129; -180; 0
a - b -> rel 1.000001; 0; -180 to 129; -180; 0
a - a -> rel 1.000001; 0; -180 to 129; -180; 0
a + a -> rel 1.000001; 0; -128 to 129; -180; 0
p + q -> rel 3.000003; 1; -3 to 6; -55; 0
p + n -> err -108; 0; -55 to 6; -55; 0
p - n -> rel 3.000003; 1; -3 to 6; -55; 0
p - q -> err -108; 0; -55 to 6; -55; 0
n + n -> rel 2.000002; -1; 0 to 5; -52; 0
p + e -> err -115; 0; -62 to 11; -62; 0
e + f -> err -505; 0; -92 to 21; -92; 0
a + e -> err -233; 0; -180 to 129; -180; 0
a + c -> rel 1.000001; 0; -180 to 129; -180; 0
d + c -> rel 1; 1; -1 to 0; -53; 0
c + c -> exact; 1; 0 to 1; -52; 0
a*b -> rel 1.000001; 0; -256 to 256; -308; 0
a*a -> rel 1.000001; 1; -256 to 256; -308; 0
p*q -> rel 4.000004; 1; -3 to 9; -55; 0
p*n -> rel 4.000004; -1; -3 to 9; -55; 0
a*c -> exact; 0; -129 to 128; -181; 0
a*d -> rel 1.000001; 0; -132 to 125; -184; 0
p*t -> rel 3.000003; 1; -2 to 7; -54; 0
a*o -> exact; 0; -128 to 128; -180; 0
a*m -> exact; 0; -128 to 128; -180; 0
a*z -> exact; 0; -1 to 0; -53; 0
a*2 -> exact; 0; -127 to 130; -179; 0
e*f -> err -510; 0; -50 to 30; -102; 0
e*p -> err -66; 0; -13 to 15; -65; 0
e*a -> err -191; 0; -138 to 138; -190; 0
p*e -> err -66; 0; -13 to 15; -65; 0
e*c -> err -61; 0; -11 to 10; -63; 0
e*e -> err -120; 1; -20 to 20; -72; 0
f*f -> err -510; 1; -80 to 40; -132; 0
f*p -> err -508; 1; -43 to 25; -95; 0
w*w -> rel 1.000001; 1; -450 to 450; -502; 1
w*a -> rel 1.000001; 0; -450 to 450; -502; 1
a/b -> rel 1.000001; 0; -256 to 256; -308; 1
p/q -> rel 4.000004; 1; -7 to 5; -59; 1
a/c -> rel 1.000001; 0; -128 to 129; -180; 0
1/a -> rel 1.000001; 0; -128 to 129; -180; 1
e/p -> err -68; 0; -15 to 13; -67; 1
p/e -> err -83; 0; -13 to 15; -65; 2
e/f -> err -510; 0; -30 to 50; -82; 2
f/f -> err -510; 1; -60 to 60; -112; 2
e/c -> err -63; 0; -10 to 11; -62; 0
w/a -> rel 1.000001; 0; -450 to 450; -502; 2
c/d -> rel 1.001; 1; 2 to 3; -50; 0
-a -> exact; 0; -128 to 128; -180; 0
-n -> rel 1; 1; 0 to 4; -52; 0
-c -> exact; -1; -1 to 0; -53; 0
-e -> err -60; 0; -10 to 10; -62; 0
2 - a -> rel 1.000001; 0; -180 to 129; -180; 0
2 + a -> rel 1.000001; 0; -180 to 129; -180; 0
2/a -> rel 1.000001; 0; -127 to 130; -179; 1
3*p -> rel 3.000003; 1; -2 to 7; -54; 0
pi*a -> rel 2.000002; 0; -127 to 130; -179; 0
"""


def terms(S: Arithmetic) -> dict[str, Term]:
    """Return inputs a and b, p and q > 0 and n < 0 with a relative error, e and f with another, w of any size."""
    return {
        "a": Term(S, "a"), "b": Term(S, "b"), "p": Term(S, "p", rel=2.0, sign=1, low=-3, high=5),
        "q": Term(S, "q", rel=1.0, sign=1, low=0, high=4), "n": Term(S, "n", rel=1.0, sign=-1, low=0, high=4),
        "e": Term(S, "e", err="de", floor=-60, low=-10, high=10),
        "f": Term(S, "f", err="df", floor=-505, low=-40, high=20, sign=1), "w": Term(S, "w", low=-400, high=400),
        "c": S.number("0.5"), "d": S.number("0.1"), "t": S.number("3"), "z": S.zero, "o": S.one, "m": -S.one,
        "pi": S.pi(),
    }  # fmt: skip


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("line", CLAIMS.strip().split("\n"))
def test_claims(line: str, columns: bool) -> None:
    operation, _, claims = line.partition(" -> ")
    code = Code(columns=columns)
    x: Term = eval(operation, {}, terms(Arithmetic(code, bounded=True)))
    error = f"rel {x.rel:.7g}" if x.rel else f"err {x.floor}" if x.err else "exact"
    assert f"{error}; {x.sign}; {x.low} to {x.high}; {x.grain}; {len(code.guards)}" == claims


def decided(operation: str) -> tuple[str, str, bool, list[str]]:
    """Return a comparison as code: where it is surely true, where surely false, whether floats decide."""
    code = Code(columns=False)
    S = Arithmetic(code, bounded=True)
    name, x, y = operation.split()
    known = terms(S)
    found = getattr(S, name)(known[x], known[y])
    assert isinstance(found, CodeCondition)
    return found.yes, found.no, found.plain, [text for _, text in code.lines]


def test_floats_decide_what_is_exact_and_where_a_sign_is_asked() -> None:
    assert decided("less a b") == ("a < b", "a >= b", True, [])
    assert decided("equal a b") == ("a == b", "a != b", True, [])
    assert decided("less p z") == ("p < 0.0", "p >= 0.0", True, [])
    assert decided("equal z n") == ("0.0 == n", "0.0 != n", True, [])
    assert decided("surely_less a b") == ("a < b", "", False, [])


def test_a_gap_is_compared_with_what_is_doubtful() -> None:
    yes, no, plain, lines = decided("less e a")
    assert (yes, no, plain, lines) == ("v0 > v1", "v0 < -v1", False, ["a - e", "1.001 * (de + 0.0)"])
    yes, no, plain, lines = decided("equal e f")
    assert (yes, no, plain, lines) == ("", "abs(v0) > v1", False, ["f - e", "1.001 * (de + df)"])
    assert decided("less e z")[2] is False


def test_numbers_that_are_known_are_compared_at_once() -> None:
    S = Arithmetic(Code(columns=False), bounded=True)
    known = terms(S)
    assert (S.less(known["c"], known["t"]), S.less(known["t"], known["c"]), S.equal(known["c"], 0.5)) == (
        True,
        False,
        True,
    )
    assert (S.equal(known["e"], known["e"]), S.equal(known["c"], known["o"])) == (True, False)
    with pytest.raises(Untraceable):
        S.less(known["pi"], S.constant(Bound(3.141592653589793)))


def test_choices() -> None:
    code = Code(columns=False)
    S = Arithmetic(code, bounded=True)
    x = terms(S)
    assert S.where(True, x["a"], x["b"]) is x["a"]
    assert S.where(False, x["a"], x["b"]) is x["b"]
    assert S.choice("c", x["a"], x["a"]) is x["a"]
    found = S.choice("c", x["p"], x["q"])
    assert (found.rel, found.sign, found.low, found.high, found.grain) == (2.0, 1, -3, 5, -55)
    found = S.choice("c", x["p"], x["n"])
    assert (found.sign, found.low, found.high) == (0, -3, 5)
    assert [S.choice("c", x["z"], x["n"]).sign, S.choice("c", x["n"], x["z"]).sign] == [-1, -1]
    found = S.choice("c", x["e"], x["p"])
    assert (found.err is not None, found.floor, found.grain) == (True, -60, -62)
    assert S.choice("c", x["p"], x["f"]).floor == -505
    gate = S.where(CodeCondition(code, "yes", "no"), x["p"], None)
    assert gate.gate == "yes"
    assert S.where(CodeCondition(code, "yes", "no"), None, x["p"]).gate == "no"
    assert S.where(CodeCondition(code, "yes", "no"), None, None) is None
    assert S.where(CodeCondition(code, "yes", ""), x["p"], x["q"]) is x["p"]
    assert S.where(CodeCondition(code, "", "no"), x["p"], x["q"]) is x["q"]
    assert list(code.guards) == ["(yes or no)", "yes", "no"]
    closed = S.multiply(x["a"], gate)
    assert [text for _, text in code.lines[-2:]] == ["a * p", f"{code.lines[-2][0]} if yes else 0.0"]
    assert closed.name == code.lines[-1][0]


def test_plain_numbers_have_neither_errors_nor_guards_of_size() -> None:
    for line in CLAIMS.strip().split("\n"):
        operation = line.partition(" -> ")[0]
        code = Code(columns=False)
        x: Term = eval(operation, {}, terms(Arithmetic(code, bounded=False)))
        assert all(guard.endswith("!= 0.0") for guard in code.guards), operation
        if x.const is None and x.name.startswith("v") and operation not in ("-n", "-e"):
            assert x.exact, operation


# A function of a of any sign, p and q > 0 and n < 0, and the sign of its result.
SIGNS = """
exp(a) 1; exp(n) 1; exp2(n) 1; expm1(n) -1; expm1(a) 0; log(p) 0; log1p(n) -1; log1p(p) 1; log2(p) 0; log10(p) 0
sin(p) 0; cos(a) 0; asin(n) -1; acos(n) 1; atan(n) -1; sinh(p) 1; cosh(n) 1; tanh(n) -1; asinh(n) -1; acosh(p) 1
atanh(n) -1; cbrt(n) -1; erf(p) 1; erfc(n) 1; sigmoid(n) 1; softplus(n) 1; gamma(p) 0; sqrt(p) 1; sqrt(a) 1
abs(n) 1; abs(a) 1; sign(n) -1; sign(a) 0; hypot(a, b) 1; hypot(n, n) 1; atan2(p, q) 0; floor(p) 0; ceil(n) 0
pow(a, two) 1; pow(n, two) 1; pow(n, three) -1; pow(p, three) 1; pow(a, three) 0; pow(a, four) 1; pow(p, q) 1
pow(a, b) 1; max(p, q) 1; max(p, n) 0; min(n, n) -1
"""


@pytest.mark.parametrize("claim", [claim for line in SIGNS.strip().split("\n") for claim in line.split("; ")])
def test_the_sign_of_a_function(claim: str) -> None:
    call, _, sign = claim.rpartition(" ")
    S = Tracer(Code(columns=False), bounded=True)
    known = {name: Term(S, name) for name in "ab"}
    known |= {name: Term(S, name, sign=1) for name in "pq"} | {"n": Term(S, "n", sign=-1)}
    known |= {"two": S.number("2"), "three": S.number("3"), "four": S.number("4")}
    name, _, arguments = call.rstrip(")").partition("(")
    assert getattr(S, name)(*(known[x] for x in arguments.split(", "))).sign == int(sign)
