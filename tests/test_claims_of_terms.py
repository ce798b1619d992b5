"""What compiled code knows of single results, worked by hand: errors in roundings, signs, sizes, guards."""

from __future__ import annotations

import pytest

from gradcli.rows.code import Code
from gradcli.rows.terms import Arithmetic, Term

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
a/b -> rel 1.000001; 0; -257 to 257; -309; 1
p/q -> rel 4.000004; 1; -8 to 6; -60; 1
a/c -> rel 1.000001; 0; -129 to 130; -181; 0
1/a -> rel 1.000001; 0; -129 to 130; -181; 1
e/p -> err -69; 0; -16 to 14; -68; 1
p/e -> err -85; 0; -14 to 16; -66; 2
e/f -> err -510; 0; -31 to 51; -83; 2
f/f -> err -510; 1; -61 to 61; -113; 2
e/c -> err -64; 0; -11 to 12; -63; 0
w/a -> rel 1.000001; 0; -450 to 450; -502; 2
c/d -> rel 1.001; 1; 2 to 3; -50; 0
-a -> exact; 0; -128 to 128; -180; 0
-n -> rel 1; 1; 0 to 4; -52; 0
-c -> exact; -1; -1 to 0; -53; 0
-e -> err -60; 0; -10 to 10; -62; 0
2 - a -> rel 1.000001; 0; -180 to 129; -180; 0
2 + a -> rel 1.000001; 0; -180 to 129; -180; 0
2/a -> rel 1.000001; 0; -128 to 131; -180; 1
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


def test_plain_numbers_have_neither_errors_nor_guards_of_size() -> None:
    for line in CLAIMS.strip().split("\n"):
        operation = line.partition(" -> ")[0]
        code = Code(columns=False)
        x: Term = eval(operation, {}, terms(Arithmetic(code, bounded=False)))
        assert all(guard.endswith("!= 0.0") for guard in code.guards), operation
        if x.const is None and x.name.startswith("v") and operation not in ("-n", "-e"):
            assert x.exact, operation
