"""Marking all students of a class, in their order: one after the other, or those of a large class by processes.

Each process has a grader of its own, made from the same homework, and takes a few students at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import NamedTuple

from ...errors import Source
from ...files.serving import Server, answer, cores, messages
from .entries import Entry, Trouble
from .grading import Grader
from .homework_file import load
from .lateness import CostOfDays
from .published_grading import PublishedGrader
from .published_key import load as load_key
from .results import StudentResult


class StudentClaims(NamedTuple):
    """A student's number, name and claims, whether the roster has the name (None without one), and its other names.

    `cost` is what being late costs, as far as the times of the claims tell who was late.
    """

    number: int
    student: str
    entries: list[Entry]
    enrolled: bool | None
    also: list[str]
    cost: CostOfDays


Outcome = tuple[StudentResult | None, list[Trouble]]
Marked = Iterator[tuple[StudentClaims, Outcome]]

SERVE = "from gradcli.homework.classroom.class_marking import serve; serve()"
PROCESS_NAME = "a process that marks students"
CLAIMS_FOR_PROCESSES = 50_000  # fewer are marked before other processes are ready
OWN_CLAIMS_FOR_PROCESSES = 15_000  # the same where numbers are a student's own, which takes several times as long
STUDENTS_AT_ONCE = 16  # that a process is handed
MOST_PROCESSES = 8


def grader_of(source: Source, attempt: str) -> Grader | PublishedGrader:
    """Return what marks: a homework file, or a published key, which is JSON. Raises `InputError` as they do."""
    if source.text.lstrip().startswith("{"):
        return PublishedGrader(load_key(source), attempt)
    return Grader(load(source), attempt)


def processes_for(claims: int, *, varies: bool) -> int:
    """Return how many processes mark so many claims: one, unless the class is large and there are processors for it.

    `varies` says that numbers are a student's own.
    """
    few = claims < (OWN_CLAIMS_FOR_PROCESSES if varies else CLAIMS_FOR_PROCESSES)
    return 1 if few else min(cores(), MOST_PROCESSES)


def one_by_one(grader: Grader | PublishedGrader, students: Iterator[StudentClaims]) -> Marked:
    """Yield the outcome of every student."""
    for student in students:
        yield student, grader.result(*student[1:])


def by_processes(
    grader: Grader | PublishedGrader, homework: Source, students: Iterator[StudentClaims], processes: int
) -> Marked:
    """Yield the outcome of every student, in order; `homework` is what the grader was made from.

    Where the system starts no process, the grader itself marks. Raises `StreamError` where one has ended.
    """
    with ExitStack() as stack:
        servers: list[Server[list[Outcome]]] = []
        try:
            for _ in range(processes):
                servers.append(Server(SERVE, (homework, grader.attempt), PROCESS_NAME))
                stack.callback(servers[-1].stop)
        except OSError:
            yield from one_by_one(grader, students)
            return
        yield from _shared(servers, students)


def _shared(servers: Sequence[Server[list[Outcome]]], students: Iterator[StudentClaims]) -> Marked:
    """Yield the outcome of every student. Each process has students that it marks, and others that wait."""
    idle = deque([*servers, *servers])
    busy: deque[tuple[Server[list[Outcome]], list[StudentClaims]]] = deque()
    while True:
        while idle and (few := list(islice(students, STUDENTS_AT_ONCE))):
            server = idle.popleft()
            server.send([student[1:] for student in few])
            busy.append((server, few))
        if not busy:
            return
        server, few = busy.popleft()
        yield from zip(few, server.receive(), strict=True)
        idle.append(server)


def serve() -> None:
    """Mark the students who arrive on standard input: the main loop of a process of `by_processes`."""
    incoming = messages()
    begun = next(incoming, None)
    if begun is None:
        return
    grader = grader_of(*begun)
    for students in incoming:
        answer([grader.result(*student) for student in students])
