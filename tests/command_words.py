"""What random command lines are made of: names, numerals, programs, contents of files, and the options of commands."""

from __future__ import annotations

import shlex

NAMES = (
    "x", "y", "z", "w", "e", "sin", "学", "é", "v1", "x1", "f",
)  # fmt: skip
GOOD = (
    "0", "1", "2", "-1", "0.5", "3", "-2.5", "1/3", "pi", "1e-9", "40", "-7.25", "1e5", "0.1",
)  # fmt: skip
NUMERALS = (
    "0", "1", "2", "-1", "0.5", ".5", "5.", "1e400", "1e-400", "1e308", "1e-308", "5e-324", "2e-324", "1e999999999",
    "1e-999999999", "1e", "1e+", "0x10", "1_000", "nan", "inf", "-0.0", "00012", "9" * 400, "0." + "0" * 400 + "1",
    "3.14159", "1/3", "pi", "e", "tau", "1074", "-1074", "1e16", "0.1", "-7.25", "7", "12", "170", "171.7", "710",
    "1e5",
)  # fmt: skip
FUNCTIONS = (
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp",
    "expm1", "exp2", "log", "ln", "log1p", "log2", "log10", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "round",
    "max", "min", "hypot", "logaddexp", "sigmoid", "softplus", "relu", "leaky_relu", "elu", "gelu", "silu", "erf",
    "erfc", "erfinv", "gamma", "lgamma", "digamma", "polygamma", "mod", "where", "sec", "csc", "cot", "sech", "csch",
    "coth", "asec", "acsc", "acot", "asech", "acsch", "acoth", "lg", "square", "np.exp", "foo", "pow", "f", "arcsin",
)  # fmt: skip
OPERATORS = (
    "+", "-", "*", "/", "**", "^", "×", "·", "÷", "−", "%", "//", "<", ">=", "==", "@", "²", "!", "&", "=",
)  # fmt: skip
ODD = (
    "", " ", ";", "()", "(", ")", "x(", "x)", "x**", "**x", "x**1e400", "2**-1074", "2**-1075", "2**1024", "2**1e9",
    "x**-1e400", "x**x**x**x", "0**0", "0**-1", "(-8)**(1/3)", "10**308*10", "1/0", "x/0", "log(0)", "9**9**9",
    "f(x)=f(x)", "f(x) = x; f(2)", "f(x, y) = x*y", "x = x", "x = 1; x = 2", "q = x+y; f = q*z", "a = 2; a*a", "x;;y",
    "# only", "x # tail", "x\ny", "x\r\ny", "x\x00y", "x\x1b[31m", "x\u202ey", "\ud7ff", "𝑥", "x y", "2x", "sin x",
    "sin^2(x)", "d/dx x", "\\frac{1}{2}", "x[0]", "[1,2]", "x.T", "lambda x: x", "__import__('os')", "x if y else z",
    "x, y", "((((((((((x))))))))))", "-" * 50 + "x", "+" * 50 + "x", "x" + "+x" * 200, "(" * 300 + "x" + ")" * 300,
    "where(x>0, 1/x, 0)", "where(x, 1, 2)", "x<y", "x<y<z", "gamma(171.7)", "exp(710)", "exp(-1e9)",
    "exp(exp(exp(x)))", "max(x)", "max()", "sin()", "sin(x,y)", "atan2(0,0)", "floor(1e300)", "mod(x,0)",
    "polygamma(1.5,x)", "polygamma(100000,x)", "gamma(1e6)", "x**0.5**0.5", "(x", "x)", "'x'", '"x"', "x'", "$x",
    "~x", "x?", "`x`", "x\\", "cosh(1e300)", "x=1", "=", "==", "x==", "x=", "=x", "a=b=c", "sin=2; sin*x",
    "pi = 3; pi*x", "e = x; e*e", "log(x, 2)", "log(x, 1)", "log(x, -1)", "root(x, 3)", "1e400", "x*1e400",
    "x**(1/3)", "x**1.5", "2**0.5", "x!=y", "not x", "x and y", "sqrt(-1)", "sqrt(x-x)", "abs(x-x)", "1/(x-x)", "x/x",
    "tan(pi/2)", "sin(1/x)", "log(-x)",
)  # fmt: skip
BAD_NAMES = (
    "", "1", "x y", "x,", ",x", "x,,y", "nosuch", "x=1", "*", "\x07", "a" * 300, "df/dx", "x;y",
)  # fmt: skip
MESSY = (
    "", " ", "--", "-", "---", "-q", "--nope", "--json=1", "--digits", "-o", "=", "x=", "=1", "\n", "\x00", "💥",
    "a" * 5000,
)  # fmt: skip
JSON_BINDINGS = (
    {"x": 1}, {"x": 0.5, "y": -2}, {"x": "1/3"}, {"x": None}, {"x": [1, 2]}, {"x": {"y": 1}}, {"x": True}, {"": 1},
    {"x": 1e400}, {"x": -1e400}, {"1": 2}, [], [1], 5, "x", None, {"x": "sin("}, {"x": "y", "y": "x"}, {"x": "x"},
    {"x": [[[[[[]]]]]]}, {"x": {"value": 1}}, {"x\n": 1}, {"é": 2, "x": 10**400}, {"x": "1" * 5000}, {"x" * 500: 1},
)  # fmt: skip
RAW_BINDINGS = (
    "", "{", '{"x": }', '{"x": 1, "x": 2}', "[" * 3000, '{"x":' * 2000, '{"x": NaN}', '{"x": Infinity}', "\ufeff{}",
    '{"x": 1}trailing', "\x00", '{"x": 1e99999}', '{"x": ' + "9" * 6000 + "}", "nonsense", '{"x": "\\ud800"}', "x=1",
    '{"\\ud800": 1}', '{"x": -0}', "'{}'", "{'x': 1}",
)  # fmt: skip
PROBLEM = '[[problem]]\nid = "p1"\nprogram = "q = x*y; f = q + sin(x)"\n[problem.point]\nx = 2\ny = 3\n'
TOML = (
    "", "title = 'T'\n" + PROBLEM, PROBLEM, PROBLEM.replace('"p1"', "1"), PROBLEM.replace("x = 2", "x = [1, 2]"),
    PROBLEM.replace("x = 2", "x = nan"), PROBLEM.replace("x = 2", "x = 1e400"), PROBLEM.replace("x = 2\n", ""),
    PROBLEM.replace("q = x*y", "q = x*"), PROBLEM + PROBLEM, "[[problem]]\n", "problem = 1\n",
    "[problem]\nid = 'a'\n", "title = [1]\n" + PROBLEM, "rtol = 'a'\n" + PROBLEM, "rtol = -1\n" + PROBLEM,
    "[marking]\n" + PROBLEM, "x = \n", "a = " + "[" * 3000, "\x00", "title = '" + "t" * 3000 + "'\n" + PROBLEM,
    PROBLEM.replace("[problem.point]", "[problem.vary]"), PROBLEM + "[problem.items]\n",
    PROBLEM + "items = ['q', 'df/dx']\n", PROBLEM + "[problem.points]\nq = 2\n",
    PROBLEM.replace("id", "due = 2026-01-01\nid"), PROBLEM.replace("x = 2", "x = 07:32:00"),
    "marks = inf\n" + PROBLEM,
)  # fmt: skip
SUBMISSIONS = (
    "", "student,problem,item,claim\nann,p1,q,6\nbob,p1,df/dx,2.58\n", "student,p1.q,p1.df/dx\nann,6,2.5\n", "\x00",
    "student,problem,item,claim\nann,p1,q,\n,p1,q,6\nann,p9,q,1\nann,p1,zz,1\n", "a,b\n1,2\n", '{"student": "ann"}\n',
    '{"student": "ann", "problem": "p1", "item": "q", "claim": 6}\n', '"open\n',
    "student;problem;item;claim\nann;p1;q;6,0\n",
    "student,problem,item,claim\nann,p1,q,nan\nann,p1,df/dx,sin(\nann,p1,df/dy,1e400\nann,p1,dq,x**1e400\n",
    "[" * 3000, '{"student": [], "problem": {}, "item": 1, "claim": null}\n',
)  # fmt: skip
ROWS = (
    "", "x\n1\n", "x,y\n1,2\n3,4\n", "x,y\n1\n", "x,y\n1,2,3\n", "x,x\n1,2\n", "x,y\n,\n", "x\nnan\ninf\n1e400\n",
    "x\n" + "1" * 5000, "\ufeffx,y\n1,2\n", 'x,y\n"1\n2",3\n', 'x,y\n"1', "x\r\n1\r\n", "x;y\n1,5;2\n",
    "\x00\n\x00\n", '{"x": 1, "y": 2}\n', '{"x": {"y": 1}}\n[1]\nnull\n{"x": "1/3"}\n', '[{"x": 1}, {"x": null}]',
    '{"x":' * 2000, "x\n1/0\n", "x y\n1 2\n", "\n\n\nx\n1\n", "x\n" + "\n".join(map(str, range(-20, 20))),
    "x,y\n" + "-1e308,1e308\n" * 3,
)  # fmt: skip
CLAIMS = (
    "1", "0", "-2", "x", "q", "sin(x)", "1/3", "undefined", "nan", "1e400", "0,33", "= 0.5", "", "((", "x**1e400",
    "df/dq*1", "df/dx", "local(q,x)", "2**-1075", "10**400", "9**9**9", "1/0", "\x00", "a" * 500,
)  # fmt: skip
ITEMS = (
    "q", "df/dq", "dq", "local(q,x)", "local(q,x,2)", "∂q/∂x", "df/dx", "d/dx", "local(", "local(q)", "f", "dv1",
    "v1", "local(q,nosuch)", "dx/dx", "df/df", "local(q,x,0)", "local(q,x,99999999999999999999)",
)  # fmt: skip


def _options(text: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the options that take a value, with good ones first, and those that take none."""
    valued: dict[str, tuple[str, ...]] = {}
    flags: tuple[str, ...] = ()
    for line in text.strip().splitlines():
        option, *values = shlex.split(line)
        if not option.startswith("-"):
            flags = tuple(values)
        else:
            valued[option] = tuple(x for value in values for x in _KINDS.get(value, (value,)))
    return valued, flags


_KINDS = {"NUMERALS": NUMERALS, "BAD_NAMES": BAD_NAMES, "NUL": ("\x00",), "NEWLINE": ("\n",)}
OPTIONS = {
    name: _options(text)
    for name, text in {
        "": """
            --to table json latex svg dot mermaid csv markdown html tikz steps circuit no ''
            --wrt x x,y BAD_NAMES
            --grad x y q BAD_NAMES
            --of q x v1 BAD_NAMES
            --upstream NUMERALS
            --digits 5 1 0 -1 60 100000 1e3 x ''
            --figures 3 0 99 x
            --at-kink convention error x
            --nodes all named none x
            --theme light dark auto x
            --color always never auto x
            --file p.txt no.txt . '' - NUL
            --bindings b.json no.json - .
            --frames frames p.txt ''
            -o out.svg out.json out.xyz '' . no/out.csv out.tex
            flags --json --compact --steps --value --hessian --verify --exact --ieee --share --constants --ascii -h -V
        """,
        "check": """
            --claims c.csv no.csv - b.json
            --rtol NUMERALS
            --atol NUMERALS
            --sigfigs 3 0 99 x
            --follow-through 0 1 0.5 2 -1 nan x
            --reveal none correct all x
            --seed 1 -1 x 99999999999999999999999999999999999999999999999999
            --fixed x BAD_NAMES
            --of q BAD_NAMES
            --bindings b.json no.json
            --file p.txt no.txt
            -o m.json m.xyz ''
            flags --full --json --compact --ascii
        """,
        "grade": """
            --to table json csv canvas moodle junit tap gradescope feedback prairielearn no
            --attempt first last best x
            --roster s.csv no.csv
            --fail-under 50 -1 nan x inf
            --out grades p.txt
            -o g.csv g.xyz
            --gradebook s.csv
            --column t ''
            flags --json --ascii
        """,
        "rows": """
            --from csv tsv json ndjson x
            --to csv tsv json ndjson x
            --wrt x BAD_NAMES
            --of q BAD_NAMES
            --nodes q BAD_NAMES
            --keep all x BAD_NAMES
            --delimiter ';' tab space '' , ab 1 NUL 'é'
            --column x=y x = x= x=x=x 1=x
            --at-kink error convention
            --engine auto rows columns x
            --jobs 0 1 x -1 1000
            -o r.csv r.xyz no/r.csv
            --file p.txt
            flags --value --strict --ieee
        """,
        "plot": """
            --at x=1 x x= =1 y=2 x=1e400
            --of q BAD_NAMES
            --to text svg csv json x
            -o p.svg p.xyz
            --theme dark x
            --color always x
            flags --json --compact --ascii
        """,
        "diff": """
            --order 1 2 3 0 -1 21 x
            --to text latex json x
            --of q BAD_NAMES
            --digits 5 0 x
            -o d.tex d.xyz
            --file p.txt no.txt
            flags --json --compact --exact
        """,
        "rules": """
            flags --ascii -h
        """,
        "sheet": """
            --homework h.toml no.toml b.json
            --to csv markdown latex x
            --figures 3 0 9 x
            --vary 1 x ''
            --fixed x BAD_NAMES
            --student ann '' a/b NUL
            --roster s.csv
            --out sheets p.txt
            --id p1 '' 'a b' a.b NEWLINE
            --title T ''
            -o s.tex s.xyz
            flags --key --hash --lint --force
        """,
        "schema": """
            flags
        """,
        "completion": """
            flags
        """,
        "help": """
            flags
        """,
    }.items()
}
