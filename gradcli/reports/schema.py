"""The JSON Schemas of what gradcli prints as JSON."""

from __future__ import annotations

from typing import Any

from .array_check_schema import ARRAY_CHECK
from .array_schema import ARRAY_DIFF, ARRAY_GRADIENT, COST, SHAPES
from .descent_schema import DESCENT
from .schema_parts import (
    CHECK,
    FLOAT,
    NODE,
    NOTE,
    NUMBER,
    REMARK,
    SIDED,
    SPAN,
    STATUSES,
    TEXT,
    a_list,
    a_map,
    a_schema,
    a_text,
    an_object,
)
from .sheet_check_json import SHEET_CHECK

DIAGNOSIS = an_object(
    "A mistake that a wrong claim is consistent with.",
    {
        "mistake": a_text("The mistake in the catalogue."),
        "message": TEXT,
        "site": a_list(TEXT, "The names of the nodes where it was made."),
        "explains": a_list(TEXT, "The wrong claims that it explains."),
        "also": a_list(TEXT, "Mistakes that say the same on this sheet."),
        "rule": a_text("What should have been done there; empty where there is no rule."),
    },
)
MARK = an_object(
    "The verdict on one claim, or on an item that is missing.",
    {
        "item": {"description": "What the claim is about; null where it names nothing.", "type": ["string", "null"]},
        "kind": {"enum": ["value", "local", "upstream", "derivative", "new", None]},
        "name": a_text("The item as it was written."),
        "claim": a_text("The claim as it was written."),
        "read_as": {
            "description": "What was read in place of what was written.",
            "type": ["string", "null"],
        },
        "value": {**FLOAT, "description": "The number that is claimed; that of a formula at the point."},
        "status": {
            "enum": ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"],
        },
        "accepted": {"description": "Null where it cannot be graded.", "type": ["boolean", "null"]},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "why": TEXT,
        "first_wrong": {"description": "Whether this is the first wrong step.", "type": "boolean"},
        "expected": {**NUMBER, "description": "The correct value, where --reveal shows it."},
        "diagnoses": a_list(DIAGNOSIS),
        "rule": a_text("What should have been done at a wrong step."),
    },
)

GRADED_CLAIM = an_object(
    "A marked claim, or an item that is missing.",
    {
        "problem": TEXT,
        "item": TEXT,
        "claim": {"description": "As the student wrote it; null if it is missing.", "type": ["string", "null"]},
        "read_as": {
            "description": "What was read in place of what was written.",
            "type": ["string", "null"],
        },
        "status": {"enum": STATUSES},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "points": {"description": "What it counts at most; 0 if it was not asked.", "type": "number"},
        "expected": {"description": "The answer, where the homework reveals it.", "type": ["string", "null"]},
        "why": TEXT,
        "first_wrong": {"description": "Whether this is the first wrong step of the problem.", "type": "boolean"},
        "diagnoses": a_list(DIAGNOSIS, "What a wrong claim is consistent with, best first; two at most."),
        "mistakes": a_list(DIAGNOSIS, "The same as diagnoses."),
        "rule": a_text("What should have been done at a wrong step."),
    },
)
SHARE = {"type": ["number", "null"]}
ITEM = an_object(
    "How an item went.",
    {
        "problem": TEXT,
        "item": TEXT,
        "right": {"description": "How many were right.", "type": "integer"},
        "students": {"description": "How many it was put to.", "type": "integer"},
        "facility": {**SHARE, "description": "The mean credit, from 0 to 1."},
        "discrimination": {
            **SHARE,
            "description": "The correlation of the credit with the points for the rest; null where it means nothing.",
        },
    },
)
COPY = an_object(
    "Wrong answers of a student that are right for the numbers of others.",
    {
        "student": TEXT,
        "others": a_list(TEXT, "For whose numbers; several if equally many fit."),
        "problem": TEXT,
        "items": a_list(TEXT, "The items."),
        "wrong": {"description": "How many numbers of the student are wrong in this problem.", "type": "integer"},
    },
)
CHANGE = an_object(
    "What is marked otherwise than in an earlier run.",
    {
        "student": TEXT,
        "problem": TEXT,
        "item": a_text("Empty for the sum of a student's points."),
        "before": {"description": "The verdict, or the points, of the earlier run; null if there is none.",
                   "type": ["string", "null"]},
        "after": {"type": ["string", "null"]},
    },
)  # fmt: skip
STUDENT = an_object(
    "The result of a student.",
    {
        "student": TEXT,
        "name": {"description": "The name on the roster.", "type": ["string", "null"]},
        "email": {"description": "The address on the roster.", "type": ["string", "null"]},
        "ids": a_list(TEXT, "The numbers and logins on the roster."),
        "earned": {"type": "number"},
        "points": {"type": "number"},
        "problems": a_map(an_object("A problem.", {"earned": {"type": "number"}, "points": {"type": "number"}})),
        "claims": a_list(GRADED_CLAIM),
        "exempt": {
            "description": "Whether the roster says so; then the student is in no statistics.",
            "type": "boolean",
        },
        "remarks": a_list(TEXT),
        "handed_in": {"description": "When, where that matters and is known.", "type": ["string", "null"]},
        "days_late": {"description": "By how many days; an extension is taken off.", "type": "number"},
    },
)


def _counted(description: str, what: str, about: str) -> dict[str, Any]:
    """Return the schema of something that is counted over the class."""
    texts = dict.fromkeys(("problem", what, about), TEXT)
    return an_object(description, {**texts, "students": {"type": "integer", "minimum": 0}})


SCHEMAS: dict[str, dict[str, Any]] = {
    "gradcli": a_schema(
        "gradcli/1",
        "A program at a point: values and derivatives of every node. Keys are only ever added.",
        {
            "program": TEXT,
            "output": a_text("The name of the output."),
            "value": NUMBER,
            "gradient": a_map(NUMBER),
            "upstream": {**NUMBER, "description": "What the reverse pass starts with."},
            "arithmetic": an_object(
                "The number system that settled the numbers: float, balls, exact or ieee.",
                {"system": {"enum": ["float", "balls", "exact", "ieee"]}, "bits": {"type": "integer"}},
                optional=("bits",),
            ),
            "nodes": a_list(NODE),
            "notes": a_list(NOTE),
            "hessian": a_map(a_map(NUMBER)),
            "checks": a_list(CHECK),
            "step": a_map(NUMBER, "The new values after the step of --step; null without a derivative."),
        },
        optional=("hessian", "checks", "step"),
    ),
    "arrays": ARRAY_GRADIENT,
    "shapes": SHAPES,
    "cost": COST,
    "diff-arrays": ARRAY_DIFF,
    "diff": a_schema(
        "gradcli.diff/1",
        "The derivatives of a program as formulas.",
        {
            "program": TEXT,
            "output": TEXT,
            "order": {"type": "integer", "minimum": 1},
            "text": a_text("All of them as a program."),
            "derivatives": a_list(
                an_object(
                    "One derivative.",
                    {
                        "wrt": a_list(TEXT),
                        "name": a_text("Its name in the text."),
                        "formula": {"description": "Null where it would be too long.", "type": ["string", "null"]},
                        "value": NUMBER,
                    },
                )
            ),
            "notes": a_list(
                an_object("A remark.", REMARK, optional=SIDED), "Notes on the program and its derivatives at the point."
            ),
        },
    ),
    "plot": a_schema(
        "gradcli.plot/1",
        "A program over one range, or two, as gradcli plot prints it.",
        {
            "program": TEXT,
            "output": TEXT,
            "ranges": a_map(
                {
                    "type": "array",
                    "items": {"type": "number"},
                    "minItems": 2,
                    "maxItems": 2,
                }
            ),
            "fixed": a_map({"type": "number"}),
            "marks": a_list(
                an_object(
                    "A marked point.",
                    {
                        "at": a_map({"type": "number"}),
                        "value": NUMBER,
                        "gradient": a_map(NUMBER),
                        "notes": a_list(TEXT),
                    },
                )
            ),
            "columns": a_list(TEXT, "What a sample consists of."),
            "samples": a_list(
                a_list({"type": ["number", "null"]}),
                "Null where there is no value. Samples of one piece belong to one unbroken curve.",
            ),
            "breaks": a_list(
                an_object("A break.", {"at": {"type": "number"}, "kind": TEXT}),
                "Where the curves break, and why: pole, jump, kink, hole, vertical tangent, "
                "no limit, undetermined, end of the domain, overflow. Absent for two ranges.",
            ),
        },
        optional=("breaks",),
    ),
    "descend": DESCENT,
    "check": a_schema(
        "gradcli.check/1",
        "The marks of a sheet of claims. Keys are only ever added.",
        {
            "program": TEXT,
            "output": a_text("The name of the output."),
            "point": a_map(NUMBER),
            "rate": {**NUMBER, "description": "The rate of the step that items new(w) are about, below 0 uphill."},
            "rule": a_text("What counts as right, in words."),
            "score": an_object("The score.", {"earned": {"type": "number"}, "possible": {"type": "number"}}),
            "accepted": {"description": "Whether every claim is.", "type": "boolean"},
            "marks": a_list(MARK),
        },
        optional=("rate",),
    ),
    "array-check": ARRAY_CHECK,
    "sheet-check": SHEET_CHECK,
    "grade": a_schema(
        "gradcli.grade/1",
        "A class that was marked. Keys are only ever added.",
        {
            "title": TEXT,
            "rule": a_text("What counts as right, in words."),
            "points": {"description": "What can be earned.", "type": "number"},
            "problems": a_list(an_object("A problem.", {"id": TEXT, "points": {"type": "number"}})),
            "students": a_list(STUDENT),
            "spread": a_map(
                {"type": "number"}, "The least, median, mean and greatest share of the points; empty without students."
            ),
            "items": a_list(ITEM),
            "alpha": {**SHARE, "description": "Cronbach's alpha of the items; null where it means nothing."},
            "distribution": a_list(
                {"type": "integer"}, "How many students earned a share from 0 to 0.1, to 0.2, ..., to 1."
            ),
            "copies": a_list(COPY, "Wrong answers that are right for another student's numbers. No verdict."),
            "numbers": a_list(TEXT, "Sentences about the numbers of students' own: whose they seem to be."),
            "changes": {
                "description": "What is marked otherwise than in the run given by --against; null without it.",
                "type": ["array", "null"],
                "items": CHANGE,
            },
            "mistakes": a_list(
                _counted("A mistake.", "mistake", "message"),
                "Mistakes that claims are consistent with, each at a place; the commonest first.",
            ),
            "shared": a_list(
                _counted("A claim.", "item", "claim"), "Wrong claims of several students that nothing explains."
            ),
            "repairs": a_list(
                an_object(
                    "A repair.",
                    {
                        "repair": TEXT,
                        "claims": {"type": "integer"},
                        "claim": TEXT,
                        "read_as": TEXT,
                    },
                ),
                "How claims were mended to be read, with how many were and one of them.",
            ),
            "reading": a_list(
                an_object("A note.", {"place": TEXT, "message": TEXT}),
                "Notes on how files were read, such as columns without answers.",
            ),
            "other_numbers": a_list(
                an_object(
                    "A stated number that is not the student's, whose claims are marked all the same.",
                    {"place": TEXT, "student": TEXT, "message": TEXT},
                )
            ),
            "not_marked": a_list(
                an_object(
                    "A row or a file that could not be marked.",
                    {"place": TEXT, "student": TEXT, "message": TEXT},
                )
            ),
        },
    ),
    "error": a_schema(
        "gradcli.error/1",
        "What --json prints on standard error when there is no record.",
        {
            "kind": TEXT,
            "message": TEXT,
            "source": {"description": "What the span is a range of.", "type": ["string", "null"]},
            "span": {"anyOf": [SPAN, {"type": "null"}]},
            "hint": {"type": ["string", "null"]},
            "status": {"enum": [2, 3, 4, 5]},
        },
    ),
}
