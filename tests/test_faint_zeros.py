"""A 0 that is printed for a number nearer to 0 than any binary64 is told as such, and a true 0 is not."""

from __future__ import annotations

import pytest

from gradcli.commands import run

SAID = "is not 0, but nearer to it than any other binary64"


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what notes say is not 0, in their order."""
    assert run(words) == 0
    lines = "".join(capsys.readouterr()).splitlines()
    return [line.partition("note: ")[2].partition(" is not 0")[0] for line in lines if SAID in line]


@pytest.mark.parametrize(("words", "wanted"), [
    # exp(-1000) = 5e-435; both derivatives of a softmax of two scores are that, times the difference of the weights
    (["sum(softmax(x)*[1,2])", "x=[1000,0]"], ["df/dx[0]", "df/dx[1]"]),
    (["sum(softmax(x)*[1,1])", "x=[1000,0]"], []),
    (["sum(softmax(x)*[1,2])", "x=[1,0]"], []),
    (["softmax(x)", "x=[1000,0]", "--upstream", "[1,2]"], ["f[1]", "df/dx[0]", "df/dx[1]"]),
    (["softmax(x)", "x=[-1e308,1e308]", "--value"], ["f[0]"]),
    (["exp(x)", "x=-1e308", "--value"], ["f"]),
    (["exp(x)", "x=-1e308"], ["f", "df/dx"]),
    (["sin(x)**2+cos(x)**2-1", "x=1"], []),
    (["sum(sin(x)**2+cos(x)**2-1)", "x=[1,2]"], []),
    (["sum(relu(x))", "x=[-1,-2]"], []),
    (["exp(x) - exp(x)", "x=[-1000]", "--value"], []),
    # the Jacobian: by reverse passes, by forward passes, and of entries that are asked for
    (["softmax(x)", "x=[1000,0]", "--jacobian"], ["f[1]", "df[0]/dx[0]", "df[0]/dx[1]", "df[1]/dx[0]"]),
    (["softmax(x)", "x=[1,0]", "--jacobian"], []),
    (["[exp(x),exp(2*x),x]", "x=-1000", "--jacobian"], ["f[0]", "f[1]", "df[0]/dx", "df[1]/dx"]),
    (["y = exp(x)\ny", "x=[-1000,-1000,0]", "--jacobian", "--of", "y[1:]"], ["f[0]", "dy[1]/dx[1]"]),
    (["softmax(x)", "x=[1000,0]", "--jacobian", "--digits", "6"], []),
])  # fmt: skip
def test_zeros_that_are_not_0_are_told(words: list[str], wanted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert told(words, capsys) == wanted


def test_entries_beyond_the_third_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run(["softmax(x)", "x=[1000,0]", "--jacobian"])
    assert "note: x: 1 more entries like these" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "bits"), [
    (["sum(softmax(x))", "x=[1,2]"], 1280),
    (["sin(x)**2+cos(x)**2-1", "x=1"], 2048),
])  # fmt: skip
def test_a_true_0_keeps_the_bits_that_settled_it(
    words: list[str], bits: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*words, "--json", "--compact"])
    assert f'"bits": {bits}}}' in capsys.readouterr().out.replace(', "by": "arrays"', "")
