"""The class as JUnit XML: one suite per student, one case per claim. What is missing fails: it is no pass."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import MarkedItem, StudentResult
from ...homework.marking.marks import INVALID, UNGRADED
from ...text import visible
from .. import Style
from .feedback import in_words


def render(marked_class: MarkedClass, style: Style) -> Iterator[str]:
    """Return the document, a suite at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(marked_class.title)}>\n"
    for result in marked_class.store.results():
        yield _suite(result)
    yield "</testsuites>\n"


def _suite(result: StudentResult) -> str:
    lines = [line for line in result.lines if line.points]
    kinds = [_kind(line) for line in lines]
    counts = (("tests", len(lines)), *((f"{kind}{'s' if kind != 'skipped' else ''}", kinds.count(kind))
              for kind in ("failure", "error", "skipped")))  # fmt: skip
    head = " ".join(f'{name}="{count}"' for name, count in counts)
    properties = "".join(
        f"   <property name={_attribute(name)} value={_attribute(value)}/>\n"
        for name, value in (("earned", f"{result.earned}"), ("points", f"{result.possible}"))
    )
    cases = "".join(_case(line, kind) for line, kind in zip(lines, kinds, strict=True))
    remarks = f"  <system-out>{escape(visible(chr(10).join(result.reasons)))}</system-out>\n" if result.reasons else ""
    return (
        f" <testsuite name={_attribute(result.student)} {head}>\n  <properties>\n{properties}  </properties>\n"
        f"{cases}{remarks} </testsuite>\n"
    )


def _kind(line: MarkedItem) -> str:
    """Return the element that says why a case has not passed."""
    if line.passed:
        return ""
    return {INVALID: "error", UNGRADED: "skipped"}.get(line.status, "failure")


def _case(line: MarkedItem, kind: str) -> str:
    head = f"  <testcase classname={_attribute(line.problem)} name={_attribute(line.item)}"
    if not kind:
        return f"{head}/>\n"
    message = line.message or in_words(line)
    type = "" if kind == "skipped" else f" type={_attribute(line.status)}"
    answer = f"your answer: {line.claim}" if line.claim else "no answer"
    return (
        f"{head}>\n   <{kind} message={_attribute(message)}{type}>{escape(visible(answer))}</{kind}>\n  </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(visible(text))
