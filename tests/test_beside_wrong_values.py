"""Local gradients beside a wrong value of their node: of the arguments alone, or of that value, and nothing between."""

from __future__ import annotations

import pytest

from .test_homework_marking import marked

POINT = {"a": 1.25, "b": 2.5, "c": -3.2}  # q is 3.75, and 3.72 and 3.7 are within 1 % and 2 % of it
FROM_F, FROM_Q = "a right step from your f", "a right step from your q"
OWN = "follows from your own rounded numbers"


@pytest.mark.parametrize(
    ("step", "claims", "why"),
    [
        ("exp(q)", ["f=300", "local(f,q)=300"], FROM_F),
        ("exp(q)", ["f=300", "local(f,q)=150"], None),  # exp(3.75) is 42.5
        ("exp(q)", ["q=3.72", "f=300", "local(f,q)=41.26"], OWN),  # exp(3.72), of a right q
        ("exp(q)", ["q=3.72", "f=300", "local(f,q)=300"], FROM_F),
        ("exp(q)", ["q=3.9", "f=300", "local(f,q)=49.4"], FROM_Q),  # exp(3.9)
        ("exp(q)", ["q=3.9", "f=300", "local(f,q)=300"], FROM_F),
        ("exp(q)", ["q=3.9", "f=300", "local(f,q)=150"], None),
        ("exp(q)", ["q=3.72", "f=300", "df/dq=41.26"], OWN),  # the local gradient is nowhere on the sheet
        ("exp(q)", ["q=3.72", "f=300", "df/dq=300"], FROM_F),
        ("exp(q)", ["q=3.72", "f=300", "df/dq=150"], None),
        ("exp(q)", ["f=300", "df/dq=150"], None),
        ("q**5", ["q=3.72", "f=300", "local(f,q)=957.5"], OWN),  # 5 * 3.72**4, which no f is part of
        ("q**5", ["q=3.72", "f=300", "df/dq=957.5"], OWN),
        ("q**5", ["q=3.72", "f=300", "df/da=957.5"], OWN),
        ("q*c", ["q=3.6", "f=12", "df/dc=3.60"], FROM_Q),
        ("q*c", ["q=3.7", "f=12", "df/dc=3.70"], FROM_Q),  # a q that is only too coarse
        ("q*c", ["q=3.7", "f=12", "local(f,c)=3.70"], FROM_Q),
    ],
)
def test_a_local_gradient_is_of_the_arguments_or_of_the_wrong_value(
    step: str, claims: list[str], why: str | None
) -> None:
    pairs = [(item, number) for item, _, number in (claim.rpartition("=") for claim in claims)]
    point = POINT if step == "q*c" else {name: POINT[name] for name in "ab"}
    last = marked(f"q = a + b; f = {step}", point, *pairs).marks[-1]
    status = {None: "wrong", OWN: "correct"}.get(why, "follow_through")
    assert (last.status, last.why) == (status, why or "")


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("41.52", "correct"),  # exp(3.72) + 1/(2*sqrt(3.72)) = 41.264 + 0.259: nothing in it is of u or v
        ("50.20", "follow_through"),  # of u and v: 50 + 1/(2*2.5)
        ("50.26", "follow_through"),  # 50 + 0.259, and 41.264 + 0.2: one of each
        ("41.46", "follow_through"),
        ("46.00", "wrong"),
    ],
)
def test_of_several_paths_each_may_be_of_the_arguments_or_of_the_wrong_value(claim: str, status: str) -> None:
    pairs = [("q", "3.7200"), ("u", "50"), ("v", "2.5"), ("df/dq", claim)]
    found = marked("q = a + b; u = exp(q); v = sqrt(q); f = u + v", {"a": 1.25, "b": 2.5}, *pairs)
    assert [mark.status for mark in found.marks] == ["correct", "wrong", "wrong", status]
