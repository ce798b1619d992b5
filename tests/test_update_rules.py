"""The rules of descent beside the optimisers of PyTorch."""

from __future__ import annotations

import pytest

from gradcli.record.update_rules import UPDATE_RULES

from .test_descent import descent

# What PyTorch 2.14 has for x and y after 25 steps of rate 0.05, in binary64.
PYTORCH = {
    "gd": (2.767778738505209, -1.6053803024192481),
    "momentum": (3.019033654524266, -4.5239041821208525),
    "nesterov": (3.0022626548853375, -4.331132476638462),
    "adagrad": (1.907532487309672, -1.1174253954094702),
    "rmsprop": (2.981070635709152, -3.4231732762875335),
    "adam": (2.631361540157483, -1.8917713539568852),
}


@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_rules_are_those_of_pytorch(rule: str) -> None:
    last = descent("(x - 3)**2 + exp(y)*x", {"x": "1.5", "y": "-0.7"}, rule, "0.05", steps=25)[-1]
    assert [last.parameters["x"], last.parameters["y"]] == [pytest.approx([x], rel=1e-12) for x in PYTORCH[rule]]


@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_rules_run_beside_pytorch(rule: str) -> None:
    """Every step of a few, each within 1e-12 of the optimiser itself, where PyTorch is installed."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    x, y = (torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in (0.4, 0.9))
    settings = {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}.get(rule, {})
    kinds = {"adagrad": torch.optim.Adagrad, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}
    optimizer = kinds.get(rule, torch.optim.SGD)([x, y], lr=0.03, **settings)
    for line in descent("sin(x)*y + x**2*exp(-y)", {"x": "0.4", "y": "0.9"}, rule, "0.03", steps=40):
        assert [line.parameters["x"][0], line.parameters["y"][0]] == pytest.approx([x.item(), y.item()], rel=1e-12)
        optimizer.zero_grad()
        (torch.sin(x) * y + x**2 * torch.exp(-y)).backward()
        optimizer.step()
