"""Every option of every command changes what it says: a fragment that is there with it, and not without it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from gradcli.commands.tree import root

from .test_golden import called

FILES = {
    "values.json": '{"x": 7}',
    "program.txt": "x**5",
    "forward.py": "h = x * 3\ny = h ** 2\n",
    "claims.csv": "item,claim\nf,4\ndf/dx,4\n",
    "rows.csv": "x;w\n1;2\n3;5\n",
    "plain.csv": "x,w,id\n1,2,a\n3,5,b\n",
    "filled.csv": "problem,item,claim\none,f,4\none,df/dx,4\n",
    "rows.txt": "x;w\n1;2\n3;5\n",
    "bad.csv": "x,w\n1,2\n0,5\n",
    "x.ndjson": '{"x": 1}\n{"x": 3}\n',
    "hw.toml": '[[problem]]\nid = "one"\nprogram = "f = x**2"\nat = {x = 2}\n',
    "in/ann.csv": "problem,item,claim\none,f,4\none,df/dx,4\n",
    "in/bob.csv": "problem,item,claim\none,f,4\none,df/dx,5\n",
    "twice/ann-1.csv": "student,problem,item,claim\nann,one,f,4\n",
    "twice/ann-2.csv": "student,problem,item,claim\nann,one,f,5\n",
    "two.csv": "SIS Login ID,Student,ID,Section,Homework (1),Essay (2)\nann,Ann,1,a,,\nbob,Bob,2,a,,\n",
    "roster.csv": "student\nann\nbob\ncy\n",
    "book.csv": "SIS Login ID,Student,ID,Section,Homework (1)\nann,Ann,1,a,\nbob,Bob,2,a,\n",
}
FIRST = "'f = x**2' x=2"
NEURON = "'z = w*x; f = max(z, 0)' w=1 x=0"
LAYER = "'z = W@x; f = sum(z*z)' 'W=1 2; 3 4' 'x=[1, 2]'"
# A command line without an option, the option, and what the command says with it alone.
LINES = rf"""
{FIRST} | --to latex | \\begin
{FIRST} | --json | "schema"
{FIRST} --json | --compact | (?m)^\{{.*\}}$
{FIRST} | --steps | Backward:
{FIRST} | --frames shots | shots/
{FIRST} | -o out.txt | out.txt
{FIRST} | --value | \A4\.0\n
{FIRST} | --grad x | \A4\.0\n
'x*y' x=2 y=3 | --wrt x | gradient: x 3\n
'a = x*2; f = a*a' x=2 | --of a | a = 4, gradient: x 2
{FIRST} | --upstream 3 | x 12
{FIRST} | --step 0.1 | step: x = 2 - 0.1
{FIRST} --step 0.1 | --ascent | 2 \+ 0.1
x**2 | --bindings values.json | = 49
x=2 | --file program.txt | = 32
x=2 | --from-python forward.py | = 36
{FIRST} | --nodes none | (?s)\A(?!.*expression)
'f = sin(x)*sin(x)' x=2 | --share | v1\*v1
{FIRST} | --verify | agree
'f = x**2*y' x=2 y=3 | --hessian | second derivatives|Hessian
{LAYER} --of z | --jacobian | Jacobian
{LAYER} --of z | --tangent 'x=[1, 0]' | along x
{LAYER} | --cost | multiplications
'z = W@x; f = sum(z)' W=CxD x=D | --shapes | C outer D -> CxD
{LAYER} | --open z | z\[1\]
{LAYER} | --entry z[1] | 3\*1 \+ 4\*2
'f = x/3' x=2 | --exact | 2/3
'f = x/3' x=2 --value | --digits 30 | 0\.6666666666666666666666666666
'f = x/3' x=2 | --figures 3 | 0\.667[^0-9]
'f = x + 1e16 - 1e16' x=1 --value | --ieee | \A0\.0
{NEURON} | --at-kink error | status 3
'f = 2*x' x=3 --to mermaid | --constants | .
{FIRST} --to svg | --theme dark | .
{FIRST} --to tikz | --standalone | documentclass
{FIRST} | --color always | \x1b\[
'f = 2*x*pi' x=3 --steps | --ascii | \* 2
diff 'x**3' | --order 2 | 6\*x
diff 'x**3' | --to latex | \\frac
diff 'x**3' | --json | "schema"
diff 'x**3' --json | --compact | (?m)^\{{.*\}}$
diff 'a = x**3; f = a*a' | --of a | 3\*x\*\*2
diff 'f = sum(x*x)' x=N | --shapes | dx
diff 'x/3' x=1 | --exact | # df_dx = 1/3
diff 'x**3' x=1/3 | --digits 30 | 0\.33333333333333333333333
diff x**2 | --bindings values.json | = 14
diff | --file program.txt | 5\*x\*\*4
diff 'x**3' | -o out.txt | out.txt
descend 'x**2 + y**2' x=1 y=1 --rate 0.1 | --wrt x | (?s)\A(?!.*\by\b)
descend 'x**2' x=1 | --rate 0.25 | 0\.25
descend 'x**2' x=1 --rate 0.1 | --steps 3 | after 3 steps
descend 'x**2' x=1 --rate 0.1 | --rule momentum | momentum
descend 'x**2' x=1 --rate 0.3 | --until 0.5 | at most
descend 'x**2' x=1 --rate 0.1 | --ascent | uphill
descend 'x**2' x=1 --rate 0.1 --rule momentum | --state | b\(x\)
descend 'x**2' x=1 --rate 0.1 | --steps-of 2 | Backward
descend 'a = x**2; f = a*a' x=1 --rate 0.1 | --of a | a =
descend 'x**2' x=1 --rate 0.1 | --to csv | step,
descend 'x**2' x=1 --rate 0.1 | --json | "schema"
descend 'x**2' x=1 --rate 0.1 --json | --compact | (?m)^\{{.*\}}$
descend 'x**2' x=1 --rate 0.1 | -o out.csv | out\.csv
descend '(x*m - w)**2' m=1 --rate 0.01 | --data plain.csv | after 10
descend '(x*m - w)**2' m=1 --rate 0.01 --data plain.csv | --batch 1 | 0\.745805
descend '(x*m - w)**2' m=1 --rate 0.01 --data plain.csv --batch 1 | --shuffle 3 | 0\.995438
descend 'x**2' --rate 0.001 | --bindings values.json | 7
descend x=1 --rate 0.01 | --file program.txt | after 10
descend '(x-1/3)**2' x=1 --rate 1/4 --steps 2 | --exact | 1/36
descend '(x-1/3)**2' x=1 --rate 1/4 --steps 2 | --digits 20 | 0\.027777777777777777778
descend 'x**2' x=1 --rate 0.1 | --ieee | (?s)\A(?!.*certain)
descend 'abs(x)' x=1 --rate 1 --steps 1 | --at-kink error | status 3
descend 'x**2' x=1 --rate 0.1 | --figures 3 | rounded to 3 figures
descend 'x**2' x=1 --rate 0.1 --to svg | --picture curve | norm of the gradient
descend 'x**2' x=1 --rate 0.1 --to svg | --theme dark | .
descend 'x**2' x=1 --rate 0.1 | --color always | \x1b\[
descend 'x**2' x=1 --rate 0.1 | --ascii | \n-----
check {FIRST} | --claims claims.csv | score 2 of 2
check filled.csv | --homework hw.toml | one: 2 of 4 answers
check {FIRST} f=4 | --full | missing
check {FIRST} f=4.1 | --rtol 0.1 | ✓ f
check {FIRST} f=4.5 | --atol 0.6 | ✓ f
check {FIRST} f=4.1 | --sigfigs 1 | ✓ f
check 'q = x + 1; f = q*q' x=2 q=4 f=16 | --follow-through 0.5 | 0.5
check {FIRST} f=5 | --reveal all | correct value is 4
check 'f = x**2' x=2 'df/dx=2*x' f=3 | --seed 7 --json | .
check 'f = (x - t)**2' x=2 t=1 'df/dx=2*x - 2' | --fixed t | (?s)\A(?!.*as given)
check {FIRST} 'new(x)=1.6' | --step 0.1 | ✓
check {FIRST} 'new(x)=2.4' --step 0.1 | --ascent | ✓
check 'a = x*2; f = a*a' x=2 da=1 | --of a | ✓
check 'f = x**2' f=49 | --bindings values.json | ✓
check x=2 f=32 | --file program.txt | ✓
check {FIRST} f=4 | --json | "schema"
check {FIRST} f=4 --json | --compact | (?m)^\{{.*\}}$
check {FIRST} f=4 | -o out.txt | out.txt
check {FIRST} f=4 | --color always | \x1b\[
check {FIRST} f=4 | --ascii | \+ f
sheet | --homework hw.toml | one,
sheet {FIRST} | --to markdown | \| item
sheet {FIRST} | --key | ,4
sheet {FIRST} | --hash | "schema"
sheet {FIRST} --hash | --figures 5 | "figures": 5
sheet 'f = x*y' --student ann | --vary 7 | given
sheet {FIRST} --lint | --fixed x | (?s)\A(?!.*better)
sheet {FIRST} | --step 0.1 | new\(x\)
sheet {FIRST} --step 0.1 --key | --ascent | 2\.4
sheet {FIRST} | --student ann | ann
sheet 'f = x*y' --vary 7 --lint | --roster roster.csv | at worst, for
sheet 'f = x*y' --vary 7 --roster roster.csv | --out sheets | sheets/ann
sheet {FIRST} --hash | --compact | (?m)^\{{.*\}}$
sheet {FIRST} | --id seven | seven,
sheet {FIRST} --to markdown | --title Monday | Monday
sheet {FIRST} | --lint | mistakes
sheet x=2 | --file program.txt | x\*\*5
sheet {FIRST} | -o out.csv | out\.csv
grade in | --homework hw.toml | ann
grade in --homework hw.toml | --to csv | student,
grade in --homework hw.toml | --json | "schema"
grade in --homework hw.toml --json | --compact | (?m)^\{{.*\}}$
grade in --homework hw.toml | --out fed | fed/
grade in --homework hw.toml | -o out.txt | out.txt
grade twice --homework hw.toml | --attempt best | best
grade in --homework hw.toml | --roster roster.csv | cy
grade in --homework hw.toml | --fail-under 99 | status 1
grade in --homework hw.toml --to canvas --gradebook two.csv | --column 'Essay (2)' | Ann,1,a,,\d
grade in --homework hw.toml --to canvas | --gradebook book.csv | Homework
grade in --homework hw.toml | --color always | \x1b\[
grade in --homework hw.toml | --ascii | (?s)\A(?!.*[^\x00-\x7f])
rows 'x*w' plain.csv --to csv | --wrt x | (?s)\A(?!.*df/dw)
rows 'x*w' rows.txt --delimiter ';' | --from json | status 2
rows 'x*w' plain.csv | --to ndjson | \{{"
rows x plain.csv | --json | \A\[\{{"x"
rows 'x*w' plain.csv | --sum | 17
rows 'x*w' plain.csv | --mean | 8\.5
rows 'x*x' plain.csv --sum | --weights w | 47
rows 'w/x' bad.csv --mean | --skip-errors | status 0
rows 'x*w' plain.csv | --value | (?s)\A(?!.*d_x|.*df)
rows 'a = x*w; f = a*a' plain.csv | --of a | .
rows 'a = x*w; f = a*a' plain.csv | --nodes all | \ba\b
rows 'x*w' plain.csv | --keep id | \ba\b
rows 'x*w' rows.csv | --delimiter ';' | 15
rows 'y*w' plain.csv | --column y=x | 15
rows 'x + 1e16 - 1e16' plain.csv | --ieee | 4\.0
rows 'abs(x - 1)' plain.csv | --at-kink error | status 3
rows plain.csv | --file program.txt | 243
rows 'x*w' plain.csv | -o out.csv | out\.csv
plot 'f = x**2' x=-3:3 | --at x=1 | x = 1
plot 'a = x*2; f = a*a' x=-3:3 | --of a | .
plot 'x**2' x=-3:3 | --to csv | x,
plot 'x**2' x=-3:3 | --json | "schema"
plot 'x**2' x=-3:3 --json | --compact | (?m)^\{{.*\}}$
plot 'x**2' x=-3:3 | -o out.svg | out\.svg
plot x=-3:3 | --file program.txt | x\*\*5
plot 'x**2' x=-3:3 --to svg | --theme dark | .
plot 'x**2' x=-3:3 | --color always | \x1b\[
plot 'x**2' x=-3:3 | --ascii | (?s)\A(?!.*[^\x00-\x7f])
rules sin | --ascii | (?s)\A(?!.*[^\x00-\x7f])
schema | --compact | \A\{{.*\}}\n
help rows | --color always | \x1b\[
"""
CASES = [tuple(part.strip() for part in line.split(" | ")) for line in LINES.strip().splitlines()]
UNSEEN = {
    "-V",
    "-h",
    "--version",
    "--help",
    "--late",
    "--against",
    "--force",
    "--strict",
    "--jobs",
    "--engine",
    "--dask",
}  # tested elsewhere


def outcome(folder: Path, line: str) -> str:
    """All that a command leaves behind: what it prints, its status, and the files that it writes."""
    folder.mkdir()
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = called(shlex.split(line), folder, {}, b"")
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    written = [path for path in found if path.relative_to(folder).as_posix() not in FILES]
    shown = [f"{path.relative_to(folder).as_posix()}\n{path.read_bytes()!r}\n" for path in written]
    return f"{done.stdout.decode()}{done.stderr.decode()}{''.join(shown)}status {done.status}\n"


@pytest.mark.parametrize(("line", "option", "fragment"), CASES, ids=[f"{a.split()[0]} {b}" for a, b, _ in CASES])
def test_an_option_changes_what_is_said(line: str, option: str, fragment: str, tmp_path: Path) -> None:
    without, with_it = outcome(tmp_path / "a", line), outcome(tmp_path / "b", f"{line} {option}")
    assert with_it != without
    assert re.search(fragment, with_it), with_it[:2000]
    assert fragment == "." or not re.search(fragment, without), without[:2000]
    assert "unexpected" not in with_it


def test_every_option_is_tried() -> None:
    context = click.Context(root)
    commands = {name: root.get_command(context, name) for name in root.list_commands(context)}
    tried = {(line.split()[0] if line.split()[0] in commands else "", option.split()[0]) for line, option, _ in CASES}
    known = set()
    for name, command in {"": root, **commands}.items():
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option):
                known.add((name, max(option.opts, key=len), option.opts[0]))
    untried = {(name, long) for name, long, short in known if not {(name, long), (name, short)} & tried}
    assert {(name, long) for name, long in untried if long not in UNSEEN} == set()
