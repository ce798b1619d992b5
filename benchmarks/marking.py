"""Marking a class: claims a second by how many sheets have a mistake, and 1,000 students as one process.

The students are those of `tests.simulated`: they round every step to four figures and work on with what they wrote. A
sheet with a mistake has one of their own kind, drawn by chance, and all that follows from it.
"""

from __future__ import annotations

import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from gradcli.calculus.building import uncollected
from gradcli.errors import Source
from gradcli.files.serving import cores
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem
from tests.simulated import PROGRAMS, RIGHT, Exercise, Hook, mistakes

from .measure import Spread, process, progress, short, table

HOMEWORKS = {"three problems": ("sum", "log", "entropy"), "the network of Mazur": ("mazur",)}
SHARES = {"all right": Fraction(0), "a mistake in every third": Fraction(1, 3), "a mistake in each": Fraction(1)}
STUDENTS = 150
LARGE = 1_000
FIGURES = 4
BUDGET, SECONDS = 10_000, 5.0  # claims a second; seconds of a class of 1,000 with 50 claims each

Row = tuple[str, str, str, str]  # student, problem, item, claim


def homework_text(names: tuple[str, ...], *, own: bool) -> str:
    """Return a homework file of some programs, with numbers of a student's own or the same for all."""
    tables = ['title = "Week 3"', *(["[defaults]", 'vary = "autumn"'] if own else [])]
    for name in names:
        program, point = PROGRAMS[name]
        at = "" if own else "at = { " + ", ".join(f'{n} = "{x}"' for n, x in point.items()) + " }\n"
        tables.append(f'[[problem]]\nid = "{name}"\nprogram = """\n{program}\n"""\n{at}')
    return "\n".join(tables)


def sheets(text: str, students: int, share: Fraction) -> Iterator[Row]:
    """Yield what a class hands in, of which so many sheets have a mistake."""
    problems = {id: parse_problem(problem) for id, problem in load(Source("homework", text)).problems.items()}
    count = 0
    for k in range(students):
        student = f"student {k:04}"
        for id, problem in problems.items():
            assert isinstance(problem, ParsedProblem)
            given = {name: float(x.text) for name, x in problem.for_student(student).given.items()}
            exercise = Exercise(id, point=given)
            count += 1
            wrong = share > 0 and count % share.denominator == 0
            for item, claim in _worked(exercise, random.Random(f"{student} {id}"), wrong=wrong).items():
                yield student, id, item, claim


def _worked(exercise: Exercise, chance: random.Random, *, wrong: bool) -> dict[str, str]:
    """Return the sheet of a student by the names of items: a mistake that cannot be gone on with is not made."""
    hooks: list[Hook] = list(mistakes(exercise)) if wrong else []
    for hook in (*chance.sample(hooks, len(hooks)), RIGHT):
        try:
            texts = exercise.numbers(hook, FIGURES)
        except (ValueError, ArithmeticError, TypeError):
            continue
        if not any(c in text for text in texts.values() for c in "jni"):
            return {exercise.names[item]: text for item, text in texts.items()}
    raise AssertionError("a right sheet can be worked out")


@uncollected()
def marked(text: str, entries: dict[str, list[Entry]]) -> float:
    """Return the seconds that it takes to mark a class, from the homework file on."""
    begin = time.process_time()
    grader = Grader(load(Source("homework", text)))
    for student, own in entries.items():
        grader.result(student, own)
    return time.process_time() - begin


def rates(text: str, share: Fraction, rounds: int) -> list[float]:
    """Return how many claims a second are marked, where so many sheets have a mistake."""
    entries: dict[str, list[Entry]] = {}
    for student, problem, item, claim in sheets(text, STUDENTS, share):
        entries.setdefault(student, []).append(Entry(student, problem, item, claim, ""))
    claims = sum(map(len, entries.values()))
    return [claims / marked(text, entries) for _ in range(rounds)]


def report(rounds: int) -> str:
    """Return the tables of claims a second, and of a class of 1,000 as one process."""
    rows, large = [], []
    for title, names in HOMEWORKS.items():
        for own in (False, True):
            text = homework_text(names, own=own)
            numbers = "of a student's own" if own else "the same for all"
            for share, part in SHARES.items():
                progress(f"{title}, numbers {numbers}, {share}")
                found = Spread.of(rates(text, part, rounds))
                rows.append([title, numbers, share, f"{found.middle:,.0f} ({found.least:,.0f}-{found.greatest:,.0f})"])
    names = HOMEWORKS["three problems"]
    for own in (False, True):
        for share, part in SHARES.items():
            progress(f"{LARGE:,} students, {share}")
            large.append(_large(homework_text(names, own=own), share, part, rounds, own=own))
    heads = ["homework", "numbers", "sheets", f"claims a second (budget {BUDGET:,})"]
    beside = ["numbers", "sheets", "claims", f"processor, alone (budget {SECONDS:g} s)", f"clock, {cores()} processors",
              "memory"]  # fmt: skip
    told = (
        f"{LARGE:,} students with three problems, `gradcli grade homework.toml class.csv --json`, as one process on one"
        " processor, and on all:"
    )
    return f"{table(heads, rows)}\n\n{told}\n\n{table(beside, large)}"


def _large(text: str, share: str, part: Fraction, rounds: int, *, own: bool) -> list[str]:
    """Return a row of the table of whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        homework, handed_in = Path(folder) / "homework.toml", Path(folder) / "class.csv"
        homework.write_text(text, encoding="utf-8")
        claims = write_class(handed_in, text, LARGE, part)
        command = [sys.executable, "-m", "gradcli", "grade", str(homework), str(handed_in), "--json"]
        with one_processor():
            costs = [process(command) for _ in range(rounds)]
        shared = Spread.of([process(command).wall for _ in range(rounds)]).text(" s")
    seconds = Spread.of([cost.cpu for cost in costs]).text(" s")
    memory = f"{short(max(cost.memory for cost in costs))} MB"
    return ["of a student's own" if own else "the same for all", share, f"{claims:,}", seconds, shared, memory]


@contextmanager
def one_processor() -> Iterator[None]:
    """Hold this process, and those that it starts, on one processor where the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def write_class(path: Path, text: str, students: int, share: Fraction) -> int:
    """Write what a class hands in as CSV, and return how many claims there are."""
    rows = list(sheets(text, students, share))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "problem", "item", "claim"])
        writer.writerows(rows)
    return len(rows)
