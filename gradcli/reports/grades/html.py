"""The class as one page for its teacher: how the points are spread, how items went, mistakes by problem, the students.

The page is self-contained, without scripts, and has a light and a dark look. Every plot stands beside its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice

from ...homework.classroom.class_summary import MOST_COMMON, CommonMistake, MarkedClass
from ...homework.classroom.results import StudentResult, part_text, percent_text, points_text
from ...homework.marking.marks import IMPRECISE, INVALID
from ...text import counted, visible
from .. import Style
from .feedback import in_words, status_in_words
from .left_out import left_out, others
from .table import summary

MOST_STUDENTS = 2_000
MOST_ROWS = 400  # of the other tables
MOST_MISTAKES = 200
POOR = 0.1  # an item below this discrimination tells the good from the weak badly

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ground: light-dark(#ffffff, #14181d); --panel: light-dark(#f3f5f8, #1d232b);
  --ink: light-dark(#1f2328, #e6edf3); --soft: light-dark(#57606a, #9aa6b2); --edge: light-dark(#d0d7de, #3a434e);
  --bar: light-dark(#0b62b8, #5aa9f0); --bad: light-dark(#9a3b00, #ffb077); }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 1080px; padding: 0 1.25rem 2rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.125rem; margin: 2rem 0 .5rem; }}
h3 {{ font-size: 1rem; margin: 1rem 0 .25rem; }}
p {{ margin: .25rem 0; max-width: 70ch; }}
.soft {{ color: var(--soft); }}
code, pre {{ font: .875em "DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace; }}
pre {{ background: var(--panel); padding: .5rem .75rem; border-radius: 6px; overflow-x: auto; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; color: var(--soft); padding-bottom: .25rem; }}
th, td {{ padding: .2rem .75rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--edge); }}
th {{ font-weight: 600; }}
.number {{ text-align: right; white-space: nowrap; }}
.poor {{ color: var(--bad); }}
svg {{ display: block; max-width: 100%; height: auto; }}
td svg {{ min-width: 4rem; margin-top: .3rem; }}
svg text {{ fill: var(--ink); font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums; }}
svg .bar {{ fill: var(--bar); }}
svg .axis {{ stroke: var(--soft); stroke-width: 1; }}
svg .track {{ fill: var(--panel); }}
:focus-visible {{ outline: 2px solid var(--bar); outline-offset: 2px; }}
@media print {{ .wide {{ overflow: visible; }} section {{ break-inside: avoid-page; }} }}
</style>
</head>
<body>
"""


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the pieces of the page."""
    title = escape(visible(marked_class.title))
    yield HEAD.format(title=title)
    yield f"<main>\n<h1>{title}</h1>\n<p>{escape(summary(marked_class))}</p>\n"
    for rule in marked_class.rule.splitlines():
        yield f'<p class="soft">{escape(rule)}</p>\n'
    for told in marked_class.numbers:
        yield f'<p class="poor">{escape(visible(told))}</p>\n'
    yield from _distribution(marked_class)
    yield from _items(marked_class)
    yield from _mistakes(marked_class)
    yield from _lists(marked_class)
    yield from _students(marked_class)
    yield "</main>\n</body>\n</html>\n"


# ---- plots


def _distribution(marked_class: MarkedClass) -> Iterator[str]:
    counts = marked_class.distribution
    names = [f"{10 * k} to {10 * k + 10} %" for k in range(len(counts))]
    told = ", ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True) if count)
    width, height, step = 640, 200, 60
    most = max([1, *counts])
    parts = [f'<line class="axis" x1="20" y1="{height + 20}" x2="{width - 10}" y2="{height + 20}"/>']
    for k, count in enumerate(counts):
        tall = round(height * count / most, 1)
        x = 20 + k * step
        if count:
            parts.append(
                f'<rect class="bar" x="{x + 4}" y="{height + 20 - tall:g}" width="{step - 8}" height="{tall:g}"/>'
            )
            parts.append(f'<text x="{x + step / 2:g}" y="{height + 14 - tall:g}" text-anchor="middle">{count}</text>')
    parts += [
        f'<text x="{20 + k * step}" y="{height + 38}" text-anchor="middle">{10 * k}</text>'
        for k in range(len(counts) + 1)
    ]
    yield "<section>\n<h2>Distribution</h2>\n"
    yield _svg(f"Students by their share of the points, in percent. {told}", width, height + 46, parts)
    alpha = marked_class.alpha
    if alpha is not None:
        yield f"<p>Cronbach's alpha of the items is {alpha:.2f}.</p>\n"
    yield "</section>\n"


def _svg(label: str, width: int, height: int, parts: Iterable[str]) -> str:
    drawn = "\n".join(parts)
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}">\n{drawn}\n</svg>\n'
    )


def _bar(share: float) -> str:
    """Return a bar for a share from 0 to 1, beside a number that says the same."""
    return (
        '<svg aria-hidden="true" viewBox="0 0 120 14" width="120" height="14">'
        '<rect class="track" width="120" height="14"/>'
        f'<rect class="bar" width="{120 * min(max(share, 0.0), 1.0):.1f}" height="14"/></svg>'
    )


# ---- tables


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int]) -> Iterator[str]:
    """Yield a table of cells that are HTML; `numbers` are the columns of numbers."""

    def kind(k: int) -> str:
        return ' class="number"' if k in numbers else ""

    yield f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
    yield f"<caption>{escape(caption)}</caption>\n<thead><tr>"
    yield "".join(f'<th scope="col"{kind(k)}>{escape(head)}</th>' for k, head in enumerate(heads))
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        first, *rest = row
        cells = "".join(f"<td{kind(k)}>{cell}</td>" for k, cell in enumerate(rest, 1))
        yield f'<tr><th scope="row">{first}</th>{cells}</tr>\n'
    yield "</tbody>\n</table>\n</div>\n"


def _items(marked_class: MarkedClass) -> Iterator[str]:
    rows = []
    for item in marked_class.items()[:MOST_ROWS]:
        found = item.discrimination
        poor = found is not None and found < POOR
        rows.append([
            f"{escape(item.problem)} <code>{escape(visible(item.item))}</code>", f"{item.right} of {item.students}",
            part_text(item.facility, 1.0, 2), _bar(item.facility),
            "" if found is None else f'<span class="poor">{found:.2f} (low)</span>' if poor else f"{found:.2f}",
        ])  # fmt: skip
    if rows:
        yield "<section>\n<h2>Items</h2>\n"
        yield (
            "<p>Facility is the mean credit, from 0 to 1. Discrimination is the correlation of the credit with the"
            " points for all the rest: an item near 0 or below it is solved by weak students as well as by good"
            " ones.</p>\n"
        )
        heads = ["item", "right", "facility", "", "discrimination"]
        yield from _table("How every item went", heads, rows, (1, 2, 4))
        yield "</section>\n"


def _mistakes(marked_class: MarkedClass) -> Iterator[str]:
    found = marked_class.common_mistakes(MOST_MISTAKES)
    if not found:
        return
    yield "<section>\n<h2>Mistakes by problem</h2>\n"
    yield "<p>What wrong numbers are consistent with, each told once a student; not what anybody thought.</p>\n"
    for id in marked_class.possible:
        own = [mistake for mistake in found if mistake.problem == id]
        if own:
            yield f"<h3>{escape(_titled(marked_class, id))}</h3>\n"
            program = marked_class.programs.get(id)
            yield f"<pre>{escape(visible_lines(program))}</pre>\n" if program else ""
            yield from _table(f"Mistakes in {id}", ["mistake", "students", ""], _counted(own, marked_class), (1,))
    yield "</section>\n"


def _titled(marked_class: MarkedClass, id: str) -> str:
    return visible(f"{id} {marked_class.titles.get(id, '')}".strip())


def _counted(mistakes: Sequence[CommonMistake], marked_class: MarkedClass) -> Iterator[list[str]]:
    for mistake in mistakes:
        share = mistake.students / max(1, marked_class.students)
        yield [escape(visible(mistake.message)), f"{mistake.students}", _bar(share)]


def visible_lines(program: str) -> str:
    """Return a program with its lines, and without control characters."""
    return "\n".join(visible(line) for line in program.splitlines())


def _lists(marked_class: MarkedClass) -> Iterator[str]:
    shared = [
        [f"{escape(problem)} <code>{escape(visible(item))}</code>", f"<code>{escape(visible(claim))}</code>",
         f"{count}"]
        for problem, item, claim, count in marked_class.store.shared_wrong(MOST_COMMON)
    ]  # fmt: skip
    copied = [
        [escape(visible(one.student)), escape(visible(", ".join(one.others))), escape(one.problem),
         f"{len(one.items)} of {one.wrong}", escape(visible(", ".join(one.items)))]
        for one in marked_class.copies[:MOST_ROWS]
    ]  # fmt: skip
    changed = [
        [escape(visible(one.student)), escape(f"{one.problem} {one.item}" if one.item else "points"),
         escape(status_in_words(one.before)), escape(status_in_words(one.after))]
        for one in (marked_class.changes or ())[:MOST_ROWS]
    ]  # fmt: skip
    for title, told, heads, rows, numbers in (
        ("Wrong values of several students", "No mistake of the catalogue explains them.",
         ["item", "value", "students"], shared, (2,)),
        ("Right for another student's numbers", "Wrong answers that would be right for somebody else. This is no"
         " verdict: numbers agree by chance, and students are allowed to talk"
         f"{_left_out(len(marked_class.copies), len(copied))}.",
         ["student", "numbers of", "problem", "of the wrong answers", "items"], copied, ()),
        ("Changed since the earlier run", "Points and answers that are no longer what they were"
         f"{_left_out(len(marked_class.changes or ()), len(changed))}.",
         ["student", "what", "before", "now"], changed, ()),
        *_to_act_on(marked_class),
    ):  # fmt: skip
        if rows:
            yield f"<section>\n<h2>{escape(title)}</h2>\n"
            yield from _table(told, heads, rows, numbers)
            yield "</section>\n"


Listing = tuple[str, str, list[str], list[list[str]], Sequence[int]]


def _to_act_on(marked_class: MarkedClass) -> list[Listing]:
    """Return what a teacher has to look at: each a heading, a caption, the heads, the rows, the columns of numbers."""
    store = marked_class.store
    unread = (
        [escape(visible(result.student)), f"{escape(line.problem)} <code>{escape(visible(line.item))}</code>",
         f"<code>{escape(visible(line.claim))}</code>", escape(visible(line.why))]
        for result in store.results() for line in result.unreadable
    )  # fmt: skip
    unreadable = list(islice(unread, MOST_ROWS))
    kindly = [
        [escape(found.repair), f"{found.claims}", f"<code>{escape(visible(found.claim))}</code>",
         f"<code>{escape(visible(found.read_as))}</code>"]
        for found in marked_class.repairs()
    ]  # fmt: skip
    notes = [[escape(visible(x)) for x in note] for note in islice(store.notes(), MOST_ROWS)]
    numbers, left = (
        [[escape(visible(x)) for x in (group.place, group.who, group.why)] for group in groups]
        for groups in (others(store, MOST_ROWS), left_out(store.gravest(), MOST_ROWS))
    )
    count = store.count("trouble") - sum(1 for _ in store.other_numbers())
    return [
        ("Claims that could not be read", _in_all(marked_class.unreadable, "claim", len(unreadable)),
         ["student", "item", "claim", "why"], unreadable, ()),
        ("Read kindly", "Claims in another manner, and what they were read as.",
         ["repair", "claims", "for example", "read as"], kindly, (1,)),
        ("How files were read",
         f"What was noticed in files that were read{_left_out(store.count('note'), len(notes))}.",
         ["file", "note"], notes, ()),
        ("Other numbers than the student\u2019s", "Sheets that state numbers of somebody else.",
         ["where", "student", "why"], numbers, ()),
        ("Not marked", f"{count:,} rows and files in all; gradcli grade --to json lists every one."
         if count > len(left) else "Rows and files without marks.", ["where", "student", "why"], left, ()),
    ]  # fmt: skip


def _in_all(count: int, what: str, listed: int) -> str:
    """Return how many things there are, and where all of them are listed if some are left out."""
    return f"{counted(count, what)} in all{_left_out(count, listed)}."


def _left_out(count: int, listed: int) -> str:
    """Return where all things are listed if some are left out."""
    return f"; the first {listed:,} are listed, and gradcli grade --to json lists every one" if listed < count else ""


def _students(marked_class: MarkedClass) -> Iterator[str]:
    ids = list(marked_class.possible)
    heads = ["student", *(f"{_titled(marked_class, id)} ({points_text(marked_class.possible[id])})" for id in ids)]
    summed = len(ids) > 1 or any(points_text(r.earned) != points_text(r.answers) for r in marked_class.store.results())
    heads += [*([f"total ({points_text(marked_class.points)})"] if summed else []), "%", "", "first wrong step"]
    remarked = any(result.remarks for result in marked_class.store.results())
    heads += ["remarks"] if remarked else []
    yield "<section>\n<h2>Students</h2>\n"
    shown = islice(marked_class.store.results(), MOST_STUDENTS)
    rows = (_student(marked_class.called(r.student), r, summed=summed, remarked=remarked) for r in shown)
    yield from _table("The points of every student", heads, rows, range(1, len(heads) - 2 - remarked))
    if marked_class.students > MOST_STUDENTS:
        more = marked_class.students - MOST_STUDENTS
        yield f"<p>{more:,} more students are left out; gradcli grade --to csv lists them.</p>\n"
    yield "</section>\n"


def _student(called: str, result: StudentResult, *, summed: bool, remarked: bool) -> list[str]:
    points = [points_text(earned) for earned, _ in result.problems.values()]
    if summed:
        points.append("exempt" if result.exempt else points_text(result.earned))
    first = result.first_fault
    where = "" if first is None else f"{first.problem} {first.item}" if len(result.problems) > 1 else first.item
    why = f": {first.mistakes[0].message}" if first is not None and first.mistakes else ""
    if first is not None and first.status in (INVALID, IMPRECISE):
        why = f": {in_words(first)}"
    share = ["exempt", ""] if result.exempt else [percent_text(result.share), _bar(result.share)]
    remarks = [escape(visible("; ".join(result.reasons)))] if remarked else []
    return [escape(visible(called)), *points, *share, escape(visible(where + why)), *remarks]
