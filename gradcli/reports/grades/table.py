"""The class on a terminal: one row per student, how items went, the commonest mistakes, what could not be marked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from ...homework.classroom.class_summary import MOST_COMMON, MarkedClass
from ...homework.classroom.results import NOTHING, StudentResult, part_text, percent_text, points_text
from ...homework.marking.marks import IMPRECISE, INVALID
from ...text import cells, clip, counted, fitted, hanging, visible
from .. import Style
from ..marks import paragraph
from .feedback import in_words, status_in_words
from .left_out import LeftOut, left_out, others

MANY_STUDENTS = 200
STUDENTS_AT_ENDS = 40
SHORT_NAME, SHORT_STEP = 16, 12  # cells that a name and a first wrong step keep where there is little room
NAME_CELLS = 40  # cells of a student's name
MANY_CHANGES = 40
MISTAKE = "mistake"  # the heading of a column of sentences
SHORT_HEAD = 6  # cells of a problem's id where there is little room
EXAMPLE = 24  # cells of a claim that was mended
MANY_REMARKS = 20  # students with remarks that are shown
MANY_TROUBLES = 20  # lines of what was not marked or not read
MOST_ITEMS = 5  # items and notes
Grid = list[list[str]]


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the tables, each stacked where it would not fit, and the class in one line."""
    numbers, left = others(marked_class.store, MANY_TROUBLES), left_out(marked_class.store.gravest(), MANY_TROUBLES)
    remarked, more_remarked = _remarks(marked_class)
    sections = [("", _students_that_fit(marked_class, style))]
    if marked_class.students > 1 and marked_class.claims:
        sections += [
            ("hardest items", _items(marked_class)),
            ("most common mistakes that may explain wrong claims", _mistakes(marked_class)),
        ]
        sections += [("wrong values of several students that no mistake explains", _shared(marked_class))]
    sections += [
        ("wrong answers that are right for another student's numbers (no verdict)", _copies(marked_class)),
        ("changed since the earlier run", _changes(marked_class)),
        ("remarks", remarked),
        ("could not be read", _unread(marked_class)),
        ("read kindly", _repairs(marked_class)),
        ("other numbers than the student's", _troubles(numbers[:MANY_TROUBLES])),
        ("not marked", _troubles(left[:MANY_TROUBLES])),
    ]
    for title, grid in sections:
        if len(grid) > 1:
            yield _section(title, _plain(grid, style), style)
    yield from _beyond(marked_class, [*numbers[:MANY_TROUBLES], *left[:MANY_TROUBLES]], more_remarked)
    if marked_class.changes == []:
        yield "nothing changed since the earlier run\n"
    for note in islice(marked_class.store.notes(), MOST_ITEMS):
        yield fitted(style.signs.plain(f"{visible(note.place)}: {visible(note.message)}\n"), style.width)
    for told in marked_class.numbers:
        yield style.signs.plain(f"{hanging(visible(told), style.width)}\n")
    for id, title in marked_class.titles.items():
        yield fitted(style.signs.plain(f"problem {id}: {visible(title)}\n"), style.width)
    yield fitted(style.signs.plain(_unreadable(marked_class)), style.width)
    for line in [*marked_class.rule.split("\n"), summary(marked_class)]:
        yield style.signs.plain(f"{hanging(line, style.width)}\n")


def _beyond(marked_class: MarkedClass, shown: list[LeftOut], more_remarked: int) -> Iterator[str]:
    """Yield how much the tables leave out; `shown` is what they have of what could not be marked."""
    if marked_class.students > MANY_STUDENTS:
        yield f"{marked_class.students - 2 * STUDENTS_AT_ENDS:,} students are left out; --to csv lists them\n"
    more = marked_class.store.count("trouble") - sum(group.times for group in shown)
    if more > 0:
        yield f"{more:,} more that could not be marked; --to json lists them\n"
    elif not all(group.alike for group in shown):
        yield "--to json lists every row that could not be marked\n"
    for more, what in (
        (more_remarked, "students with remarks"),
        (len(marked_class.faults()) - MANY_TROUBLES, "reasons why claims could not be read"),
        (len(marked_class.copies) - MANY_CHANGES, "with answers that are right for another student's numbers"),
        (len(marked_class.changes or ()) - MANY_CHANGES, "changes"),
        (marked_class.store.count("note") - MOST_ITEMS, "notes on how files were read"),
    ):
        if more > 0:
            yield f"{more:,} more {what}; --to json lists them\n"


def _unreadable(marked_class: MarkedClass) -> str:
    """Return how many claims could not be read, and the reason of most of them."""
    found = marked_class.commonest_fault()
    if found is None:
        return ""
    why, times = found
    count = marked_class.unreadable
    most = "" if times == count else f"most often ({times:,}) "
    whose = visible(", ".join(marked_class.unread_of(why)))
    return f"{counted(count, 'claim')} could not be read: {most}{visible(why)} ({whose})\n"


def summary(marked_class: MarkedClass) -> str:
    """Return the class in one line."""
    found = marked_class.store.spread()
    if found is None or not marked_class.claims:
        students = f"{counted(marked_class.students, 'student')}: " if found else ""
        return f"{students}{marked_class.why_nothing}"
    least, median, mean, greatest = (f"{_three_figures(share)} %" for share in found)
    counting = marked_class.students - marked_class.exempt
    if counting == 1:
        return f"1 student: {greatest}"
    return f"{counting:,} students: mean {mean}, median {median}, from {least} to {greatest}"


def _three_figures(share: float) -> str:
    """Return a share in per cent with three figures, 100 only for all of it."""
    return f"{100 * share:.3g}" if share < 0.995 else points_text(float(part_text(100 * share, 100.0, 1)))


def _students_that_fit(marked_class: MarkedClass, style: Style) -> Grid:
    """Return one row per student, with as much as fits: JSON, CSV and feedback have the rest."""
    whole = _plain(_students(marked_class), style)
    if _fits(whole, style):
        return whole
    for heads in (True, False):
        narrow = _narrowed(_plain(_students(marked_class, brief=True, heads=heads), style), style)
        if _fits(narrow, style):
            return narrow
    totals = _narrowed([[row[0], *row[-3:]] for row in _plain(_students(marked_class, brief=True), style)], style)
    if _fits(totals, style):
        return totals
    return [[clip(row[0], SHORT_NAME), *row[1:-1]] for row in totals]


def _students(marked_class: MarkedClass, *, brief: bool = False, heads: bool = True) -> Grid:
    """Return one row per student.

    `brief` leaves out what the first wrong step looks like; without `heads` what problems are worth, too.
    """
    many = marked_class.students > MANY_STUDENTS
    titles = [
        f"{id} ({points_text(points)})" if heads else clip(id, SHORT_HEAD)
        for id, points in marked_class.possible.items()
    ]
    titles.append(f"total ({points_text(marked_class.points)})" if heads else "total")
    grid = [["student", *titles, "%", "first wrong step"]]
    for k, result in enumerate(marked_class.store.results()):
        if not many or k < STUDENTS_AT_ENDS or k >= marked_class.students - STUDENTS_AT_ENDS:
            grid.append([_called(marked_class, result.student), *_row(result, brief=brief, short=not heads)])
    if len(marked_class.possible) == 1 and all(row[1] == row[2] for row in grid[1:]):
        return [[student, points, *rest] for student, points, _, *rest in grid]
    return grid


def _row(result: StudentResult, *, brief: bool, short: bool) -> list[str]:
    found = [*((earned, possible) for earned, possible in result.problems.values()), (result.earned, result.possible)]
    points = [points_text(float(part_text(*own, 1)) if short else own[0]) for own in found]
    first = result.first_fault
    nothing = NOTHING if NOTHING in result.remarks else "not marked" if result.is_open else ""
    where = nothing if first is None else f"{first.problem} {first.item}" if len(result.problems) > 1 else first.item
    why = ""
    if first is not None and first.status in (INVALID, IMPRECISE):
        why = f": {in_words(first)}"
    elif first is not None and first.mistakes and not brief:
        likely = first.mistakes[0]
        why = f": {(likely._replace(where='') if likely.where == f'at {first.item}' else likely).message}"
    percent = "EX" if result.exempt else percent_text(result.share)
    return [*points, percent, f"{where}{why}"]


def _called(marked_class: MarkedClass, student: str) -> str:
    return clip(visible(marked_class.called(student)), NAME_CELLS)


def _items(marked_class: MarkedClass) -> Grid:
    ranked = sorted(
        (item for item in marked_class.items() if item.right < item.students),
        key=lambda item: item.right / item.students,
    )
    rows = [
        [f"{item.problem} {item.item}", f"{item.right} of {item.students}", part_text(item.facility, 1.0, 2),
         "" if item.discrimination is None else f"{item.discrimination:.2f}"]
        for item in ranked[:MOST_ITEMS]
    ]  # fmt: skip
    return [["item", "right", "facility", "discrimination"], *rows]


def _mistakes(marked_class: MarkedClass) -> Grid:
    rows = [[found.message, found.problem, f"{found.students}"] for found in marked_class.common_mistakes()]
    return [[MISTAKE, "problem", "students"], *rows]


def _in_lines(grid: Grid, width: int) -> str:
    """Return a table whose first column is a sentence as one entry after the other, the sentence last and paragraph."""
    lines = []
    for sentence, *rest in grid[1:]:
        head = " " + "  ".join(reversed(rest)) + "  "
        parts = paragraph(sentence, "", width - cells(head))
        lines += [(head if k == 0 else " " * cells(head)) + part for k, part in enumerate(parts)]
    return "\n".join([*lines, ""])


def _shared(marked_class: MarkedClass) -> Grid:
    rows = [
        [f"{problem} {item}", claim, f"{count}"]
        for problem, item, claim, count in marked_class.store.shared_wrong(MOST_COMMON)
    ]
    return [["item", "value", "students"], *rows]


def _copies(marked_class: MarkedClass) -> Grid:
    rows = [
        [clip(visible(found.student), NAME_CELLS), clip(visible(", ".join(found.others)), NAME_CELLS), found.problem,
         f"{len(found.items)} of {found.wrong}"]
        for found in marked_class.copies[:MANY_CHANGES]
    ]  # fmt: skip
    return [["student", "numbers of", "problem", "of the wrong answers"], *rows]


def _changes(marked_class: MarkedClass) -> Grid:
    rows = []
    for found in (marked_class.changes or ())[:MANY_CHANGES]:
        what = f"{found.problem} {found.item}" if found.item else "points"
        before, after = (status_in_words(text) for text in (found.before, found.after))
        rows.append([clip(visible(found.student), NAME_CELLS), what, before, after])
    return [["student", "what", "before", "now"], *rows]


def _remarks(marked_class: MarkedClass) -> tuple[Grid, int]:
    """Return the students whose points are not those of the answers, the first of them, and how many more there are.

    Who handed in nothing is told in the rows.
    """
    told = (result for result in marked_class.store.results() if set(result.remarks) - {NOTHING})
    rows = [[_called(marked_class, result.student), "; ".join(result.reasons)] for result in islice(told, MANY_REMARKS)]
    return [["student", "remark"], *rows], sum(1 for _ in told)


def _unread(marked_class: MarkedClass) -> Grid:
    """Return the claims that could not be read, or the reasons where they are many; nothing of a single one."""
    heads = ["student", "item", "claim", "why"]
    if marked_class.unreadable < 2:
        return [heads]
    if marked_class.unreadable > MANY_TROUBLES:
        rows = [[why, ", ".join(marked_class.unread_of(why)), f"{count:,}"] for why, count in marked_class.faults()]
        return [["why", "students", "claims"], *rows[:MANY_TROUBLES]]
    found = ((result, line) for result in marked_class.store.results() for line in result.unreadable)
    rows = [
        [_called(marked_class, result.student), f"{line.problem} {line.item}", clip(visible(line.claim), EXAMPLE),
         line.why]
        for result, line in found
    ]  # fmt: skip
    return [heads, *rows]


def _repairs(marked_class: MarkedClass) -> Grid:
    rows = [
        [found.repair, f"{found.claims}", f"{clip(visible(found.claim), EXAMPLE)}: read as {found.read_as}"]
        for found in marked_class.repairs()
    ]
    return [["repair", "claims", "for example"], *rows]


def _troubles(found: list[LeftOut]) -> Grid:
    rows = [[group.place, clip(visible(group.who), NAME_CELLS), group.why] for group in found]
    return [["where", "student", "why"], *rows]


# ---- how it looks


def _natural(grid: Grid) -> int:
    """Return how wide a table is when nothing is cut."""
    return sum(max(cells(row[k]) for row in grid) + 3 for k in range(len(grid[0])))


def _fits(grid: Grid, style: Style) -> bool:
    return style.width is None or _natural(grid) <= style.width


def _narrowed(grid: Grid, style: Style) -> Grid:
    """Return a table with its last column and then its first, which are words, clipped as far as it takes to fit.

    The table is returned as it is where that is not enough.
    """
    rows = [[*grid[0][:-1], "wrong at"], *(list(row) for row in grid[1:])]
    for column, least in ((-1, SHORT_STEP), (0, SHORT_NAME)):
        excess = 0 if style.width is None else _natural(rows) - style.width
        room = max(max(cells(row[column]) for row in rows) - excess, least)
        for row in rows if excess > 0 else ():
            row[column] = clip(row[column], room)
    return rows if _fits(rows, style) and not _fits(grid, style) else grid


def _section(title: str, grid: Grid, style: Style) -> str:
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(
        file=out, width=_natural(grid), color_system="standard" if style.color else None,
        force_terminal=style.color, legacy_windows=False, _environ={},
    )  # fmt: skip
    if title:
        console.print(Text(hanging(title, style.width), style="bold"), soft_wrap=True)
    if _fits(grid, style):
        _wide(console, grid, ascii_only=style.ascii)
    elif grid[0][0] == MISTAKE and style.width is not None:
        console.print(Text(_in_lines(grid, style.width)), soft_wrap=True, end="")
    else:
        _stacked(console, grid, style.width)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")) + "\n"


def _wide(console: object, grid: Grid, *, ascii_only: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    assert isinstance(console, Console)
    table = Table(box=box.ASCII2 if ascii_only else box.SIMPLE_HEAD, pad_edge=True, show_edge=False)
    for k, heading in enumerate(grid[0]):
        right = all(row[k].replace(".", "").removeprefix("-").isdigit() for row in grid[1:] if row[k])
        justify: Literal["left", "right"] = "right" if right else "left"
        table.add_column(Text(heading), no_wrap=True, style="" if k else "bold", justify=justify)
    for row in grid[1:]:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table, soft_wrap=True)


def _stacked(console: object, grid: Grid, width: int | None) -> None:
    from rich.console import Console
    from rich.text import Text

    assert isinstance(console, Console)
    for row in grid[1:]:
        console.print(Text(fitted(row[0], width), style="bold"), soft_wrap=True)
        for heading, cell in zip(grid[0][1:], row[1:], strict=True):
            if cell:
                console.print(Text(fitted(f"  {heading}: {cell}", width)), soft_wrap=True)


def _plain(grid: Grid, style: Style) -> Grid:
    """Return a table as it is shown, which may be wider: without control characters, and in ASCII if that is asked."""
    return [[style.signs.plain(visible(cell)) for cell in row] for row in grid]
