"""Arrays after a step beside the student's own gradients: what follows, what is right by rounding, mended formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.homework.marking.array_marks import ArrayMark, mark_arrays
from gradcli.homework.marking.array_new_values import STEP_MISTAKES
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import array_of
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

from .array_sheets import key_of as plain_key


def key_of(program: str, point: Mapping[str, Any], rate: str, *, ascent: bool = False) -> ArrayKey:
    """Return the key of a program whose inputs take a step."""
    given = {name: array_of(name, value) for name, value in point.items()}
    step = update_of("gd", rate, ascent=ascent, option="step")
    return ArrayKey(evaluate_arrays(Source("program", program), given, Request(step=step)), given, (), 0)


def marks(key: ArrayKey, claims: Mapping[str, str], **rules: Any) -> list[ArrayMark]:
    return mark_arrays(key, [Claim(item, text) for item, text in claims.items()], MarkingPolicy(**rules)).marks


# By hand: z = [3, 7], dL/dz = [6, 14], dL/dW has the rows [6, 6] and [14, 14], and dL/dx = [48, 68].
LAYER = key_of("z = W@x; L = sum(z**2)", {"W": [[1, 2], [3, 4]], "x": [1, 1]}, "0.1")
DW, NEW = "[[6, 6], [14, 15]]", "[[0.4, 1.4], [1.6, 2.5]]"


@pytest.mark.parametrize(("claims", "status", "why"), [
    ({"dL/dW": DW, "new(W)": NEW}, "follow_through", "a right step from your dL/dW"),
    ({"dL/dW": DW, "new(W)": NEW.replace("2.5", "2.6")}, "correct", ""),  # from the right gradient
    ({"dL/dW": DW, "new(W)": NEW.replace("2.5", "2.7")}, "wrong", "3 of 4 right; [1,1] is wrong"),
    ({"dL/dW[1,1]": "15", "new(W)": NEW}, "follow_through", "a right step from your dL/dW"),
    ({"dL/dW[1,1]": "15", "new(W)[1,1]": "2.5"}, "follow_through", "a right step from your dL/dW"),
    ({"dL/dW[1,1]": "15", "new(W)[0]": "[0.4, 1.5]"}, "wrong", "1 of 2 right; entry 1 is wrong"),
    # A wrong gradient before it, which is carried to the one that nobody handed in.
    ({"dL/dz": "[6, 15]", "new(W)": "[[0.4, 1.4], [1.5, 2.5]]"}, "follow_through", "a right step from your dL/dW"),
    ({"dL/dz": "[6, 15]", "dL/dx": "[51, 72]", "new(x)": "[-4.1, -6.2]"}, "follow_through",
     "a right step from your dL/dx"),
    ({"dL/dz": "[6, 15]", "new(x)": "[-4.1, -6.3]"}, "wrong", "0 of 2 right"),
    ({"dL/dz": "[6, 15]", "new(x)": "[-4.1, -6.24]"}, "wrong", "0 of 2 right"),  # nobody rounded that gradient
    ({"dL/dx": "[48, 68]", "new(W)": NEW}, "wrong", "3 of 4 right; [1,1] is wrong"),
    ({"z": "[3, 8]", "new(W)": "[[0.4, 1.4], [1.4, 2.4]]"}, "follow_through", "a right step from your dL/dW"),
])  # fmt: skip
def test_a_new_value_follows_from_the_own_gradient(claims: dict[str, str], status: str, why: str) -> None:
    last = marks(LAYER, claims, follow_through=0.5)[-1]
    assert (last.status, last.why) == (status, why)
    share = sum(last.right or ()) / len(last.right or ())
    assert last.credit == share + (0.5 * (1 - share) if status == "follow_through" else 0.0)


@pytest.mark.parametrize(("program", "x"), [("q = 2*x; L = sum(3*y)", [1, 2]), ("q = 2*y; L = sum(sqrt(x)*q)", [0, 4])])
def test_no_step_follows_from_a_gradient_that_is_none(program: str, x: list[int]) -> None:
    """Where the output has nothing of an input, and where an entry has no slope."""
    found = marks(key_of(program, {"x": x, "y": [1, 2]}, "0.5"), {"q": "[2, 5]", "new(x)": "[1, 3]"})
    assert [(m.claim.name, m.status, m.diagnoses) for m in found][1:] == [("new(x)", "wrong", ())]


@pytest.mark.parametrize(("claim", "status"), [
    ("[-32.5]", "correct"), ("[-32.82]", "correct"), ("[-32.83]", "rounded"), ("[-32.84]", "rounded"),
    ("[-32.85]", "rounded"), ("[-32.86]", "wrong"), ("[-33.1]", "wrong"),
])  # fmt: skip
def test_a_step_from_a_rounded_gradient_is_right_as_far_as_that_is_known(claim: str, status: str) -> None:
    """From 1 by 100*0.335: by itself right within 1 % of the 32.5, from 0.338 within 100*0.0005 of 1 - 33.8."""
    key = key_of("L = sum(a*w)", {"a": [0.335], "w": [1]}, "100")
    gradient, new = marks(key, {"dL/dw": "[0.338]", "new(w)": claim})
    assert gradient.status == "correct"
    assert new.status == ("correct" if status == "rounded" else status)
    assert (new.why == "follows from your own rounded numbers") is (status == "rounded")
    assert new.right == [status != "wrong"]


def test_an_entry_of_the_gradient_that_nobody_claims_is_not_wrong() -> None:
    """Beside 100 a third may be written as 0.3: from 1 by half of it is 0.85, from the true one it is 0.833."""
    key = key_of("L = sum(a*w)", {"a": [100, 1 / 3, 2], "w": [1, 1, 1]}, "0.5")
    gradient, new = marks(key, {"dL/dw[0:2]": "[100, 0.3]", "new(w)[0:2]": "[-49, 0.85]"})
    assert (gradient.status, new.status) == ("correct", "correct")
    assert new.why == "follows from your own rounded numbers"


@pytest.mark.parametrize(("claim", "status"), [
    ("= W - 0.1*dL/dW", "correct"), ("new(W) = W - 0.1*dL/dW", "correct"), ("$W - 0.1*dL/dW$", "correct"),
    ("= W + 0.1*dL/dW", "wrong"), ("new(W) = W - 0.1001*dL/dW", "imprecise"), ("= W - 0.1*outer(2*W@x, x)", "correct"),
])  # fmt: skip
def test_a_formula_of_a_new_value_is_compared_as_it_was_read(claim: str, status: str) -> None:
    (found,) = marks(LAYER, {"new(W)": claim})
    assert (found.status, bool(found.repairs)) == (status, True)


def test_a_homework_file_accepts_a_formula_of_a_new_value() -> None:
    text = """
[[problem]]
program = "L = sum(w**2)"
at = { w = [[1, 2]] }
step = 0.1
items = ["new(w)"]
[[problem.accept]]
item = "new(w)"
claims = ["w - 0.2*dL/dw", "w + 0.1*dL/dw"]
"""
    grader = Grader(load(Source("hw.toml", text)))
    for claim, accepted in (("[[0.6, 1.2]]", True), ("[[1.2, 2.4]]", True), ("[[1, 2]]", False)):
        outcome, troubles = grader.result("ann", [Entry("ann", "", "new(w)", claim, "f:2")])
        assert outcome is not None
        assert troubles == []
        assert (outcome.lines[0].why == "accepted") is accepted


@pytest.mark.parametrize(("claims", "mistake"), [
    ({"new(W)": "[[1.6, 2.6], [4.4, 5.4]]"}, "step-sign"), ({"new(W)": "[[-5, -4], [-11, -10]]"}, "step-without-rate"),
    ({"new(W)": "[[1, 2], [3, 4]]"}, "step-old"), ({"new(W)[1]": "[14, 14]"}, "step-gradient"),
    ({"new(W)": "[[0.4, 1.4], [1.6, 2.7]]"}, None), ({"new(W)": "[0.4, 1.4, 1.6]"}, None),
    ({"dL/dW": DW, "new(W)": "[[1.6, 2.6], [4.4, 5.5]]"}, "step-sign"),  # of the own gradient
    ({"dL/dW": DW, "new(W)": "[[1.6, 2.6], [4.4, 5.4]]"}, None),
])  # fmt: skip
def test_a_mistake_in_a_step_is_told_of_the_own_gradient(claims: dict[str, str], mistake: str | None) -> None:
    last = marks(LAYER, claims)[-1]
    assert last.status == "wrong"
    assert mistake is None or mistake in {known.id for known in STEP_MISTAKES}
    assert [(d.mistake, d.where, d.hedge) for d in last.diagnoses] == (
        [] if mistake is None else [(mistake, "at new(W)", "consistent with")])  # fmt: skip
    assert marks(LAYER, claims, diagnose=False)[-1].diagnoses == ()


@pytest.mark.parametrize(("program", "given", "claims", "said"), [
    ("z = W@x + b; L = cross_entropy(z, 2)",
     {"W": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "b": [0, 1, -1]},  # softmax of 1 2 3 is 0.09 0.2447 0.6652
     {"z": "[1, 2, 3]", "L": "3", "dL/dz": "[0.09, 0.2447, -0.3348]"}, {"dL/dz": "z"}),
    ("A = 2*X; B = 3*X; C = A@B; L = sum(C)", {"X": [[1, 2], [3, 4]]},
     {"A": "[[2, 4], [6, 9]]", "B": "[[3, 6], [9, 13]]", "dL/dA": "[[9, 22], [9, 22]]", "dL/dB": "[[8, 8], [13, 13]]"},
     {"dL/dA": "B", "dL/dB": "A"}),
    ("A = 2*x; h = tanh(A); L = sum(h)", {"x": [0.1, 0.2]},  # 1 - tanh(0.4)**2 is 0.8556
     {"A": "[0.3, 0.4]", "h": "[0.5, 0.37995]", "dL/dA": "[0.75, 0.8556]"}, {"dL/dA": "h"}),
])  # fmt: skip
def test_what_a_step_follows_from_is_what_its_rule_uses(
    program: str, given: dict[str, Any], claims: dict[str, str], said: dict[str, str]
) -> None:
    """No value that the local gradient has no need of, though it is wrong, too."""
    found = {m.claim.name: m for m in marks(plain_key(program, given), claims)}
    for name, source in said.items():
        assert (found[name].status, found[name].why) == ("follow_through", f"a right step from your {source}")
