"""Derivatives of any node with respect to any other, against fractions; the chain rule as a claim."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction

import pytest

from gradcli.commands import run
from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.chain import derivatives_in
from gradcli.homework.claims.claims import Claim, Formula, read_claim
from gradcli.homework.claims.items import Item
from gradcli.homework.claims.repairs import read_kindly
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import CORRECT, WRONG, MarkingPolicy, mark
from gradcli.record.calls import differentiate

EXACTLY = MarkingPolicy(rtol=0.0, atol=0.0, diagnose=False)
Step = tuple[str, str, str, str]  # a name, an operation, two older names


def random_steps(draw: random.Random, count: int) -> tuple[list[Step], dict[str, str]]:
    point = {name: f"{draw.choice('-+').strip('+')}{draw.randint(1, 99) / 10}" for name in "xyz"}
    names = list(point)
    steps: list[Step] = []
    for k in range(count):
        steps.append((f"t{k}", draw.choice("++-**"), draw.choice(names), draw.choice(names)))
        names.append(f"t{k}")
    return steps, point


def program_of(steps: list[Step]) -> str:
    used = {name for _, _, a, b in steps for name in (a, b)}
    ends = [name for name in ("x", "y", "z", *(s[0] for s in steps)) if name not in used]
    return "; ".join([*(f"{n} = {a} {o} {b}" for n, o, a, b in steps), "f = " + " + ".join(ends) + " + 0"])


def slope(steps: list[Step], point: dict[str, str], above: str, below: str) -> Fraction:
    """Return the derivative of a name with respect to another, forwards over fractions."""
    values = {name: (Fraction(text), Fraction(name == below)) for name, text in point.items()}
    for name, operation, a, b in steps:
        (v, dv), (w, dw) = values[a], values[b]
        value, tangent = {"+": (v + w, dv + dw), "-": (v - w, dv - dw), "*": (v * w, v * dw + w * dv)}[operation]
        values[name] = value, Fraction(1) if name == below else tangent
    return values[above][1]


def claimed(key: AnswerKey, *claims: tuple[str, str], rules: MarkingPolicy = EXACTLY) -> list[str]:
    return [m.status for m in mark(key, [Claim(*claim) for claim in claims], rules).marks]


@pytest.mark.parametrize("seed", range(25))
def test_any_derivative_is_the_one_of_fractions(seed: int) -> None:
    draw = random.Random(seed)
    steps, point = random_steps(draw, 6)
    program = program_of(steps)
    key = AnswerKey(differentiate(program, point), {name: Source(name, text) for name, text in point.items()})
    names = [*point, *(step[0] for step in steps)]
    for _ in range(12):
        above, below = draw.choice(names[3:]), draw.choice(names)
        right = slope(steps, point, above, below)
        item = key.item(f"d{above}/d{below}")
        assert isinstance(item, Item)
        assert key.span(item).middle == right
        text = f"{right.numerator}/{right.denominator}"
        off = f"{text} + 1/1000"
        assert claimed(key, (f"d{above}/d{below}", text)) == [CORRECT], (program, above, below)
        assert claimed(key, (f"d{above}/d{below}", off)) == [WRONG]


@pytest.mark.parametrize("seed", range(25))
def test_the_chain_rule_is_right_as_a_claim_and_a_wrong_factor_is_wrong(seed: int) -> None:
    draw = random.Random(1000 + seed)
    steps, point = random_steps(draw, 5)
    key = AnswerKey(differentiate(program_of(steps), point))
    labels = key.record.labels
    node = draw.choice([i for i, users in key.users.items() if users])
    terms = []
    for user, k in key.users[node]:
        arguments = key.record.graph.nodes[user].arguments
        count = f",{arguments[: k + 1].count(node)}" if arguments.count(node) > 1 else ""
        terms.append(f"df/d{labels[user]}*local({labels[user]},{labels[node]}{count})")
    right = " + ".join(terms)
    name = f"df/d{labels[node]}"
    assert claimed(key, (name, right)) == [CORRECT], right
    wrong = f"({right})*({draw.choice(['2', '-1', 'x', 'f'])})"
    if any(sample.upstream[node].v for sample in key.samples(0)):
        assert claimed(key, (name, wrong)) == [WRONG], wrong


@pytest.mark.parametrize(
    ("claims", "statuses"),
    [
        (["dx=dq", "dy=dq*1", "dz=local(f,z)"], ["correct"] * 3),
        (["∂f/∂x=∂f/∂q·1"], ["correct"]),
        (["dx=q.grad*∂q/∂x"], ["correct"]),
        (["dx=df/dq*dq/dx + df/dz*0"], ["correct"]),
        (["dx=df/dq*x"], ["wrong"]),
        (["dz=df/dq*dq/dx"], ["wrong"]),
        (["dx=dx"], ["invalid"]),
        (["dq=dx"], ["invalid"]),
        (["f=q*df/dq"], ["invalid"]),
        (["local(q,x)=dq/dx"], ["invalid"]),
        (["dx=1/dq/dx"], ["invalid"]),
        (["dx=dq/dx^2"], ["invalid"]),
        (["dx=dq*dp/dx"], ["invalid"]),
        (["dx=dq*(dq/dx)^2"], ["correct"]),
        (["dq/dx=1", "dq/dz=0", "dq/df=0", "dq/dq=1"], ["correct"] * 4),
        (["dq/dx=z", "dq/dy=2"], ["wrong", "wrong"]),
        (["∂q/∂x=1", "dq/dx=1"], ["correct", "correct"]),
    ],
)
def test_ways_to_write_the_chain_rule(
    claims: list[str], statuses: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", "q=x+y; f=q*z", "x=-2", "y=5", "z=-4", "--json", *claims])
    found = json.loads(capsys.readouterr().out)
    assert [m["status"] for m in found["marks"]] == statuses


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        (["∂f/∂x=1"], [("correct", "local(f,x)", "as the local gradient local(f,x)")]),
        (["∂f/∂x=3"], [("correct", "df/dx", "as df/dx, along all paths")]),
        (["∂f/∂x=4"], [("wrong", "local(f,x)", "")]),
        (["∂f/∂x=3", "df/dx=3"], [("correct", "local(f,x)", "as df/dx, along all paths"), ("correct", "df/dx", "")]),
        (["df/dx=3", "∂f/∂x=1"],
         [("correct", "df/dx", ""), ("correct", "local(f,x)", "as the local gradient local(f,x)")]),
        (["∂f/∂q=1"], [("correct", "df/dq", "")]),
        (["∂f/∂x=1 + y"], [("correct", "df/dx", "as df/dx, along all paths")]),
    ],
)  # fmt: skip
def test_a_round_d_is_right_in_either_sense(
    claims: list[str], found: list[tuple[str, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", "q=x*y; f=q+x", "x=3", "y=2", "--json", *claims])
    marks = json.loads(capsys.readouterr().out)["marks"]
    assert [(m["status"], m["item"], m["why"]) for m in marks] == found


def test_names_of_the_program_win() -> None:
    names = {"dq": 0, "q": 1, "x": 2, "df": 3, "f": 4}  # nodes of a program
    stands_for = Item("derivative", 1, 4)
    assert derivatives_in("dq*df/dx", names, lambda name: stands_for) == {"dx": stands_for}


def test_a_derivative_where_the_other_node_has_no_value_is_undefined(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "q = sqrt(x); f = q*q + x", "x=0", "dq/dx=undefined", "df/dq=0"]) == 0
    assert run(["check", "q = abs(x); f = q*q", "x=0", "dq/dx=0.5", "dq/dx=2"]) == 1
    assert "between the one-sided" in capsys.readouterr().out


WRITTEN = ("df/dq", "∂f/∂q", "df / dq", "dq", "q.grad", "local(f, q)")  # all of them -4


@pytest.mark.parametrize("derivative", WRITTEN)
@pytest.mark.parametrize(("claim", "says"), [
    ("({} + 1", "a ) is missing"), ("{}(2)", "there is no function {}; "),
    ("{} + foo", "the program has no foo"), ("2*({} 3 +", "for a product write {}*3"),
])  # fmt: skip
def test_errors_speak_of_derivatives_as_they_are_written(derivative: str, claim: str, says: str) -> None:
    names = {"x": 0, "y": 1, "z": 2, "q": 3, "f": 4}

    def stands_for(text: str) -> Item | None:
        return Item("upstream", 3) if text == derivative else None

    with pytest.raises(GradcliError) as caught:
        read_claim(claim.format(derivative), names, "", stands_for)
    said = f"{caught.value.message}; {caught.value.hint}"
    assert says.replace("{}", derivative) in said
    assert not re.search(r"df_dq|q_grad|local_f", said)
    found = read_claim(f"{derivative}*z", names, "", stands_for)
    assert isinstance(found, Formula)
    assert found.derivatives == {derivative: Item("upstream", 3)}


@pytest.mark.parametrize("derivative", WRITTEN)
@pytest.mark.parametrize(("implied", "meant"), [
    ("{} z", "{}*z"), ("z {}", "z*{}"), ("{} (z + 1)", "{}*(z + 1)"), ("3 {}", "3*{}"), ("{} {}", "{}*{}"),
])  # fmt: skip
def test_a_derivative_is_one_factor_of_an_implied_product(derivative: str, implied: str, meant: str) -> None:
    names = {"x": 0, "y": 1, "z": 2, "q": 3, "f": 4}
    found = read_kindly(
        implied.replace("{}", derivative), names, "", lambda text: Item("upstream", 3) if text == derivative else None
    )
    assert found.read_as == meant.replace("{}", derivative)
    assert isinstance(found.written, Formula)
    assert found.written.derivatives == {derivative: Item("upstream", 3)}


def test_functions_of_the_program_keep_their_quotients(capsys: pytest.CaptureFixture[str]) -> None:
    program = "g(df, dq) = df/dq; q = x + y; f = q*z + g(6, 3)*x"
    assert run(["check", program, "x=-2", "y=5", "z=-4", "df/dx=df/dq*dq/dx + g(6, 3)"]) == 0
    assert "correct" in capsys.readouterr().out
