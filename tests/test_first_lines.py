r"""What people type in their first minutes: the words of an error name what is wrong, and its hint works when typed."""

from __future__ import annotations

import pytest

from .test_cli import call

LINES = [
    (["q = x + y\\nf = q*z", "x=1", "y=2", "z=3"], "\\n is two characters here, and no new line",
     'write gradcli "q = x + y; f = q*z" x=1 y=2 z=3'),
    (["q = x + y\\n", "x=1", "y=2"], "\\n is two characters here, and no new line",
     'write gradcli "q = x + y" x=1 y=2'),
    (["def f(x):\\n    return x**2", "x=3"], "\\n is two characters here, and no new line",
     'write gradcli "f(x) = x**2" x=3'),
    (["x\\n+ 3 y", "x=1"], "\\n is two characters here, and no new line", "separate statements by ;"),
    (["x + \\nu", "x=1"], "this is LaTeX: a program has no \\", 'write gradcli "x + nu" x=1'),
    (["\\nabla x", "x=1"], "this is LaTeX: a program has no \\", 'write gradcli "nabla*x" x=1'),
    (["x=3", "y=4", "x*y"], "the program stands before the values", 'write gradcli "x*y" x=3 y=4'),
    (["x=3", "y = x**2"], "the program stands before the values", 'write gradcli "y = x**2" x=3'),
    (["x=3", "y=4"], "x=3 is a value, and the program is missing", 'for example gradcli "x**2" x=3'),
    (["x=3", "x*y", "x+y"], "x=3 is a value, and the program is missing", 'for example gradcli "x**2" x=3'),
    (["descend", "x^2", "x=1", "--lr", "0.1"], "there is no option --lr; did you mean --rate?", ""),
    (["descend", "x^2", "x=1", "--epochs", "9"], "there is no option --epochs; did you mean --steps?", ""),
    (["x^2", "x=1", "--lr", "0.1"], "there is no option --lr; gradcli descend has --rate\n", ""),
    (["x^2", "x=1", "--rate=0.1"], "there is no option --rate; gradcli descend has --rate\n", ""),
    (["descend", "x^2", "--claims", "c"], "there is no option --claims; gradcli check has --claims\n", ""),
    (["descend", "x^2", "x=1", "--step", "0.1"], "there is no option --step; did you mean --steps?\n", ""),
    (["descend", "x^2", "--homework", "h"], "gradcli grade HOMEWORK SUBMISSIONS... marks", ""),
    (["rules", "sin", "--hessian"], "there is no option --hessian; gradcli PROGRAM has --hessian\n", ""),
    (["rules", "sin", "--to", "svg"], "there is no option --to\n", ""),  # which many commands have
    (["rules", "sin", "--rtol", "1"], "there is no option --rtol; gradcli check has --rtol\n", ""),
    (["rules", "sin", "--bindings", "b"], "; gradcli PROGRAM, diff, descend and check have --bindings\n", ""),
    (["descent", "x^2", "x=1", "--rate", ".1"], "there is no command descent; did you mean descend?",
     'write gradcli descend "x^2" x=1 --rate .1'),
    (["x^2", "x=1", "-n", "3"], "there is no option -n", "did you mean --nodes?\n"),
    (["x^2", "x=1", "-n", "none"], "there is no option -n", "did you mean --nodes none?\n"),
    (["x^2", "x=1", "-d", "no"], "there is no option -d", "did you mean --digits?\n"),
    (["x^2", "--format", "latex"], "there is no option --format; did you mean --to?", ""),
    (["diff", "x^2", "--wrt", "x"], "there is no option --wrt; names stand behind the program", ""),
    (["diff", "x^2", "--at", "x=3"], "--at; values stand behind the program, such as x=3", ""),
    (["f(3)", "f(x)=x^2"], "a function is defined in the program", 'write gradcli "f(x)=x^2; f(3)"'),
    (["f(x)", "f(x)=x^2", "x=3"], "a function is defined in the program", 'write gradcli "f(x)=x^2; f(x)" x=3'),
    (["f(x) = x^2", "f(x)=3"], "a function is defined in the program", None),  # nobody knows for which x
    (["derivative x^2", "x=3"], "an operator is missing", 'gradcli diff "x^2", or add --grad NAME'),
    (["derivative of sin(x)"], "an operator is missing", 'gradcli diff "sin(x)", or add --grad NAME'),
    (["grad x", "grad=3", "x=2"], "an operator is missing", 'write gradcli "grad*x" grad=3 x=2'),
    (["d x", "x=2"], "an operator is missing", 'write gradcli "d*x" x=2'),
    (["f(x) = x^2; f'(3)"], "a program has no ': derivatives are shown beside the value", None),
    (["f(x) = x^2; f''(x)", "x=3"], "a program has no ': derivatives are shown beside the value", None),
    (["y' + 2x", "y=1", "x=2"], "a program has no ': a number is its own transpose", 'write gradcli "y + 2*x" y=1 x=2'),
    (["||x - y||^2", "x=[1,2]", "y=[1,2]"], "unexpected character |",
     'write gradcli "norm(x - y)^2" "x=[1,2]" "y=[1,2]"'),
    (["‖x‖_2", "x=[1,2]"], "DOUBLE VERTICAL LINE", 'write gradcli "norm(x)" "x=[1,2]"'),
    (["sum(A(:,1))", "A=[[1,2],[3,4]]"], "unexpected character :", "entries stand in [ ], and are counted from 0"),
    (["sheet", "x**2", "x=2.5±0.1"], "a worksheet cannot have uncertain values, such as 2.5±0.1 for x",
     "give every input a plain number, such as 2.5"),
    (["sheet", "x**2", f"x=2.{'5' * 34}±0.1"],
     f"a worksheet cannot have uncertain values, such as 2.{'5' * 34}±0.1 for x", "give every input a plain number"),
    (["sheet", "x**2", f"x=2.{'5' * 35}±0.1"],
     f"a worksheet cannot have uncertain values, such as 2.{'5' * 35}... for x", "give every input a plain number"),
    (["sheet", "sum(x)", "x=[1, 2±0.1]"], "a worksheet cannot have uncertain values, such as 2±0.1 for x",
     "give every input a plain number, such as 2"),
    (["D[x^2, x]", "x=2"], "D has no value", 'gradcli diff "x^2" x, or add --grad NAME to a program with values\n'),
    (["sum(A.*B)", "A=[1,2]", "B=[1,2]"], "this is MATLAB: *, / and ** work entry by entry here",
     'write gradcli "sum(A*B)" "A=[1,2]" "B=[1,2]"'),
    (["x**2", "x=3m"], "a value is a number without a unit", "write x=3\n"),
    (["x**2", "x=-9.81 m/s^2"], "a value is a number without a unit", "write x=-9.81\n"),
    (["x**2", "x=3*kg"], "a value is a number without a unit", "write x=3\n"),
    (["sum(x)", "x=[3m, 4m]"], "a value is a number without a unit", "write 3\n"),
    (["sum(x)", "x=[2.50(5), 1]"], "the uncertainty of the last digits is written behind ±", "write 2.50±0.05\n"),
    (["x**2", "x=3π"], "an operator is missing", "write 3*π\n"),
    (["x**2", "x=2tau"], "an operator is missing", "write 2*tau\n"),
    # This is no unit.
    (["x**2", "x=10k"], "an operator is missing", "a value is a number or an expression of numbers such as 1/3 or"),
    (["x**2", "x=3i"], "an operator is missing", "numbers are real"),
    (["x[0:end]", "x=[1,2,3]"], "end has no value", 'write gradcli "x[0:]" "x=[1,2,3]"'),
    (["x[:end]", "x=[1,2,3]"], "end has no value", 'write gradcli "x[:]" "x=[1,2,3]"'),
    (["x[1:end-1]", "x=[1,2,3]"], "end has no value", 'write gradcli "x[1:-1]" "x=[1,2,3]"'),
    (["Σ x", "x=[1,2]"], "an operator is missing", 'write gradcli "sum(x)" "x=[1,2]"'),
    (["Σ(x)", "x=[1,2]"], "there is no function Σ", 'write gradcli "sum(x)" "x=[1,2]"'),
    (["∑ (x - 1)**2 + 3", "x=[1,2]"], "∑ is U+2211", 'write gradcli "sum((x - 1)**2) + 3" "x=[1,2]"'),
    (["L = 2*Σ x*y/2", "x=[1,2]", "y=[1,2]"], "an operator is missing", 'write gradcli "L = 2*sum(x*y/2)" "x='),
    (["Σ x", "Σ=[[1,2],[3,4]]", "x=[1,2]"], "an operator is missing", 'write gradcli Σ@x'),  # a matrix called so
    (["sum(W^T*x)", "W=[[1,2],[3,4]]", "x=[1,2]"], "a transpose is no power", 'write gradcli "sum(W.T@x)"'),
    (["sum(W^T)", "W=[[1,2],[3,4]]"], "a transpose is no power", 'write gradcli "sum(W.T)"'),
    (["sum(x y^T)", "x=[1,2]", "y=[1,2]"], "an operator is missing", 'write gradcli "sum(outer(x, y))"'),
    (["sum(x*y^T)", "x=[1,2]", "y=[1,2]"], "a transpose is no power", 'write gradcli "sum(outer(x, y))"'),
    (["sum(x^T)", "x=[1,2]"], "a transpose is no power", "a vector has no transpose"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message", "hint"), LINES)
def test_what_is_said(words: list[str], message: str, hint: str | None) -> None:
    found = call(*words)
    said = found.stderr.decode()
    assert (found.status, found.stdout) == (2, b"")
    assert message in said
    if hint is None:
        assert "hint" not in said
    elif hint:
        assert f"hint: {hint}" in said
