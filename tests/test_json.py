"""JSON: every record validates against the schema that gradcli prints, numbers read back, no bare NaN or Infinity."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gradcli import differentiate
from gradcli.commands.error_text import as_record
from gradcli.errors import GradcliError, InputError, Source
from gradcli.reports import Style, render
from gradcli.reports.schema import SCHEMAS

from .programs import call_names, random_case
from .test_golden import FOLDERS, called

VALIDATORS = {name: jsonschema.Draft202012Validator(schema) for name, schema in SCHEMAS.items()}


def strict(text: str | bytes) -> Any:
    """Return what a strict reader of JSON reads."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=unique)


def checked(text: str | bytes, schema: str) -> Any:
    record = strict(text)
    VALIDATORS[schema].validate(record)
    return record


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    found = called(["schema", name], Path.cwd(), {}, b"")
    assert strict(found.stdout) == SCHEMAS[name]
    assert SCHEMAS[name]["title"].startswith("gradcli")


def test_schema_is_that_of_the_record_by_default() -> None:
    assert strict(called(["schema"], Path.cwd(), {}, b"").stdout) == SCHEMAS["gradcli"]


PROGRAMS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("(x+y)*z", {"x": -2, "y": 5, "z": -4}, {}),
    ("abs(x) + sqrt(y)", {"x": 0, "y": 0}, {}),
    ("exp(x)", {"x": 1000}, {}),
    ("exp(x)", {"x": 1000}, {"ieee": True}),
    ("-exp(x)", {"x": 1000}, {"digits": 5}),
    ("x/y", {"x": 1, "y": 3}, {"exact": True}),
    ("x*y", {"x": "2+-0.1", "y": 3}, {}),
    ("2 + 3", {}, {}),
    ("e*x", {"e": 2, "x": 3}, {}),
    ("x", {"x": 1}, {"upstream": "1/3"}),
    ("q = x; q*θ", {"x": 1, "θ": 2}, {}),
    ("where(x > 0, x, log(x))", {"x": 1}, {}),
    ("where(x > 0, x, log(x))", {"x": -1}, {"ieee": True}),
]


@pytest.mark.parametrize(("program", "point", "options"), PROGRAMS)
def test_records_validate(program: str, point: dict[str, Any], options: dict[str, Any]) -> None:
    try:
        record = differentiate(program, point, **options)
    except GradcliError as refused:
        VALIDATORS["error"].validate(as_record(refused))
        return
    found = checked(render(record, "json", Style()), "gradcli")
    assert found["program"] == program
    assert list(found["gradient"]) == record.wrt
    assert [node["id"] for node in found["nodes"]] == list(range(len(record.graph.nodes)))
    for node in found["nodes"]:
        start, end = node["span"]
        assert 0 <= start < end <= len(program)
        for argument in node["arguments"]:
            assert argument["node"] < node["id"]


def test_random_records_validate_and_read_back() -> None:
    draw = random.Random(51)
    calls = call_names()
    made = 0
    while made < 150:
        case = random_case(draw, calls=calls, depth=3)
        try:
            record = differentiate(case.program, case.point)
        except GradcliError as refused:
            VALIDATORS["error"].validate(strict(json.dumps(as_record(refused))))
            continue
        made += 1
        found = checked(render(record, "json", Style()), "gradcli")
        assert found["value"] == record.value
        assert found["gradient"] == record.gradient
        assert [node["value"] for node in found["nodes"]] == record.values
        for node, view in zip(found["nodes"], record.nodes, strict=True):
            assert [a["downstream"] for a in node["arguments"]] == [e.downstream for e in view.arguments]


def by_view(record: Any, i: int) -> str:
    """Return the line of a node as the encoder of Python writes what the record says of it."""
    view, plain = record.view(i), record.system.plain

    def number(x: Any) -> Any:
        return None if x is None else plain(x)

    edges = [
        {"node": e.node, "local": number(e.local), "rule": e.rule, "downstream": number(e.downstream)}
        for e in view.arguments
    ]
    also = {"also": record.graph.others[i]} if i in record.graph.others else {}
    return json.dumps({
        "id": i, "name": view.name, **also, "operation": view.operation, "expression": view.expression,
        "value": number(view.value), "upstream": number(view.upstream), "arguments": edges, "span": list(view.span),
    })  # fmt: skip


def test_every_node_is_written_as_the_record_has_it() -> None:
    draw, calls = random.Random(52), call_names()
    cases = [(random_case(draw, calls=calls, depth=4), draw.choice(({}, {"ieee": True}))) for _ in range(200)]
    every = [(case.program, case.point, options) for case, options in cases]
    every += [(case.program, case.point, {"wrt": list(case.point)[:1]}) for case, _ in cases[:60]]
    ties = [("max(x, y, 2*x) + min(x, y)*0 - x*-0.0 + θ1**2*3**θ1", {"x": 1, "y": 1, "θ1": 2}, {})]
    made = 0
    for program, point, options in [*PROGRAMS, *ties, *every]:
        try:
            record = differentiate(program, point, **options)
        except GradcliError:
            continue
        made += 1
        text = render(record, "json", Style())
        lines = [by_view(record, i) for i in range(len(record.values))]
        assert '"nodes": [\n  ' + ",\n  ".join(lines) + "\n ]" in text, program
    assert made > 150


def test_numbers_are_the_shortest_that_read_back() -> None:
    for x in (0.1, 1e22, 5e-324, 1.7976931348623157e308, -0.0, 123456789.123456789, 1 / 3):
        text = render(differentiate("x", {"x": x}), "json", Style(nodes="none"))
        assert f'"value": {x!r},' in text
        assert math.copysign(1, strict(text)["value"]) == math.copysign(1, x)


def test_what_json_cannot_carry_is_text() -> None:
    found = checked(render(differentiate("exp(x)", {"x": 1000}), "json", Style()), "gradcli")
    assert found["value"] == "inf"
    assert found["gradient"]["x"] == "inf"
    found = checked(render(differentiate("sqrt(x) + y", {"x": 0, "y": 1}), "json", Style()), "gradcli")
    assert found["gradient"] == {"x": None, "y": 1.0}


@pytest.mark.parametrize("which", ["all", "named", "none"])
def test_nodes_are_those_asked_for(which: str) -> None:
    record = differentiate("q = x*y; sin(q)*2 + x", {"x": 1, "y": 2}, nodes=which)
    found = checked(render(record, "json", Style(nodes=which)), "gradcli")
    names = [node["name"] for node in found["nodes"]]
    assert names == {"all": ["x", "y", "q", "v1", "2", "v2", "f"], "named": ["x", "y", "q", "f"], "none": []}[which]


def test_golden_json_validates() -> None:
    """Every JSON document among the golden cases of the main job, of diff and of errors."""
    counts = {"gradcli": 0, "diff": 0, "error": 0}
    for folder in FOLDERS:
        for name in ("stdout", "stderr"):
            path = folder / name
            if path.exists() and path.read_bytes().startswith(b'{"schema": "gradcli/1"'):
                checked(path.read_bytes(), "gradcli")
                counts["gradcli"] += 1
            elif path.exists() and path.read_bytes().startswith(b'{"schema": "gradcli.error/1"'):
                checked(path.read_bytes(), "error")
                counts["error"] += 1
            elif path.exists() and b'"schema": "gradcli.diff/1"' in path.read_bytes()[:40]:
                checked(path.read_bytes(), "diff")
                counts["diff"] += 1
    assert counts["gradcli"] > 10
    assert counts["error"] > 10
    assert counts["diff"] > 0


def test_verify_and_hessian_validate() -> None:
    words = ["--json", "--verify", "--hessian", "sqrt(x)*abs(y)*z", "x=2", "y=0", "z=1"]
    found = checked(called(words, Path.cwd(), {}, b"").stdout, "gradcli")
    assert {check["verdict"] for check in found["checks"]} == {"agrees", "skipped"}
    assert set(found["hessian"]) == {"x", "y", "z"}


def test_unknown_keys_would_be_noticed() -> None:
    """The validator is no formality: a missing key and a wrong type are refused."""
    good = strict(render(differentiate("x", {"x": 1}), "json", Style()))
    for key in SCHEMAS["gradcli"]["required"]:
        assert not VALIDATORS["gradcli"].is_valid({k: v for k, v in good.items() if k != key})
    assert not VALIDATORS["gradcli"].is_valid({**good, "value": [1]})


def test_errors_are_records() -> None:
    error = InputError("what", source=Source("program", "x +"), span=(3, 3), hint="why", kind="syntax")
    assert as_record(error) == {
        "schema": "gradcli.error/1", "kind": "syntax", "message": "what", "source": "program", "span": [3, 3],
        "hint": "why", "status": 2,
    }  # fmt: skip
    VALIDATORS["error"].validate(as_record(InputError("x" * 10_000)))
    assert len(str(as_record(InputError("x" * 10_000))["message"])) <= 400


def test_sides_beyond_binary64_say_of_which_sign() -> None:
    """The slopes of 1e310*abs(x) beside 0; those of -1e310*max(x, 0) are 0 and -1e310."""
    found = {
        "abs(x)*1e308*100": ("-overflow", "overflow"),
        "-max(x, 0)*1e308*100": (0.0, "-overflow"),
        "abs(x)*3": (-3.0, 3.0),
    }
    for program, sides in found.items():
        record = checked(render(differentiate(program, {"x": 0}), "json", Style()), "gradcli")
        (note,) = (note for note in record["notes"] if note["kind"] == "one-sided")
        assert (note["left"], note["right"]) == sides
