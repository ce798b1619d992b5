"""How long the formulas of derivatives are, beside what SymPy's `simplify` writes."""

from __future__ import annotations

from gradcli.errors import Source
from gradcli.record.higher_derivatives import differentiate_formula

# Random programs without kinks, as they came.
PROGRAMS = (
    "(4.03*atan((((z*4)*(x+x))+3)))",
    "y",
    "(softplus(x)*(4*1))",
    "((((x+x)*tanh(y))*((x+z)-softplus(y)))/z)",
    "((x+4)-3)",
    "(y+y)",
    "x",
    "log(((3.35+(z*y))+((y/2.30))**-1))",
    "(sqrt((sin(y)*cos((y*z))))*(y/(sin(sin(z)))**-1))",
    "(4-z)",
    "(y/softplus(4))",
    "(sigmoid(3)+(x-x))",
    "((y/y))**3",
    "sin((exp(((2.57-x)+cos(4))))**0.5)",
    "((1.26-x)/z)",
    "((x*z)+(x+x))",
    "(x/(((2+5)-(y+3.48))-((4/x)+z)))",
    "(((y+y)+(2.54)**2)+((z+x)/y))",
    "(x-(2.49)**0.5)",
    "((3.28+y)+(y/z))",
    "(((((y/y)+y))**-1-((0.90-y)/((x+x))**0.5))+((((4+4)-(y-x))-x)-(tanh((y*4.72))*((x+y))**0.5)))",
    "(0.71+(((z*y)*exp(1))*((y+z)+(x+y))))",
    "((y+x)*(4.86-y))",
    "((z*x)/(x)**2)",
    "((y/y)-(x/x))",
    "z",
    "((((y)**-1*(x+3.05))+((1*z)+softplus(2)))+(((z+x)+(z*x)))**-1)",
    "((softplus(((x-y)*sin(x))))**2/log(atan((1.24+(y*x)))))",
    "x",
    "((x*x)/cos((exp((z/y))*((y*z)/log(0.28)))))",
)


def report(rounds: int) -> str:
    """Return the characters that both write, names of the derivatives included; nothing is measured twice."""
    import sympy

    meanings = {
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    }
    ours = theirs = 0
    for program in PROGRAMS:
        record = differentiate_formula(Source("program", program))
        ours += len(record.text())
        meant = sympy.sympify(program, locals=meanings)
        lines = [f"{d.name} = {sympy.simplify(sympy.diff(meant, d.wrt[0]))}" for d in record.derivatives]
        theirs += len("\n".join(lines))
    return (
        f"{len(PROGRAMS)} random programs: {ours:,} characters, {theirs:,} in SymPy {sympy.__version__}: "
        f"{ours / theirs:.2f} times as long."
    )
