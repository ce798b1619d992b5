"""What is settled by which number system: the best result, the notes on what is left open, names that are constants."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.notes import Note
from gradcli.errors import MathError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import Unbounded, Undecided
from gradcli.record import precision
from gradcli.record.passes import program_notes
from gradcli.record.precision import PLAIN_HINT, Precision, climb, reason

GRAPH = parse(Source("program", "q = x + y; r = q*2; s = r - x; f = s*q"))
AT = GRAPH.named
CERTAIN = Precision("certain")


def settled(*doubts: set[int] | Exception, told: tuple[tuple[str, int], ...] = ()) -> Callable[[Any], Any]:
    """Return what runs a program: in each system in turn so much is in doubt, or the system cannot tell."""
    found = iter(doubts)

    def run(S: Any) -> Any:
        mine = next(found)
        if isinstance(mine, Exception):
            raise mine
        notes = [Note(kind, i, GRAPH.labels[i]) for kind, i in told]
        return SimpleNamespace(
            doubts=mine, has_doubtful_zero=False, notes=notes, labels=GRAPH.labels, system=(S.name, vars(S).get("bits"))
        )

    return run


@pytest.mark.parametrize(("doubts", "system"), [
    ([set()], ("float", None)), ([{1}, set()], ("balls", 128)), ([Undecided(), set()], ("balls", 128)),
    ([{1}, {1, 2}, set()], ("balls", 256)), ([{1, 2}, Undecided(), {1}, set()], ("balls", 512)),
])  # fmt: skip
def test_the_first_system_without_a_doubt_settles_it(doubts: list[Any], system: tuple[str, int | None]) -> None:
    found: Any = climb(CERTAIN, GRAPH, settled(*doubts))
    assert (found.system, found.doubts, found.notes) == (system, set(), [])


@pytest.mark.parametrize(("spare", "doubts", "bits", "left"), [
    (0, [{1, 2}], None, {1, 2}), (128, [{1, 2}, {1}], 128, {1}), (128, [{1}, {1, 2}], None, {1}),
    (128, [{1}, {2}], None, {1}), (256, [{1, 2}, {1}, {2}], 128, {1}), (256, [{1, 2, 3}, {1, 2}, {1}], 256, {1}),
])  # fmt: skip
def test_what_the_answer_does_not_need_is_tried_while_that_is_cheap(
    spare: int, doubts: list[Any], bits: int | None, left: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fewest doubts win, and of equally many the cheaper system."""
    monkeypatch.setattr(precision, "SPARE_WORK", spare * len(GRAPH.nodes))
    found: Any = climb(CERTAIN, GRAPH, settled(*doubts))
    assert (found.system[1], found.doubts) == (bits, left)
    assert [note.kind for note in found.notes] == ["undecided"]


@pytest.mark.parametrize(("doubts", "told", "message"), [
    (["r"], [], "r is undecided"), (["r", "s"], [], "r and another node are undecided"),
    (["r", "s", "q"], [], "q and 2 other nodes are undecided"), (["r", "s"], [("undefined", "r")], "s is undecided"),
    (["r", "s"], [("settled", "r")], "r and another node are undecided"), (["r"], [("undefined", "r")], None),
])  # fmt: skip
def test_what_was_left_open_is_named_unless_a_note_says_more(
    doubts: list[str], told: list[tuple[str, str]], message: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "SPARE_WORK", 0)
    nodes = {AT[name] for name in doubts}
    found: Any = climb(CERTAIN, GRAPH, settled(nodes, told=tuple((kind, AT[name]) for kind, name in told)))
    said = [note for note in found.notes if note.kind == "undecided"]
    ending = "; the answer does not need that"
    assert [note.message for note in said] == ([] if message is None else [f"{message}{ending}"])
    name = (message or "").partition(" ")[0]
    assert [(note.node, note.of) for note in said] == ([] if message is None else [(AT[name], name)])


@pytest.mark.parametrize(("doubt", "words"), [
    (Undecided(), "a comparison, a domain or a digit hangs on two numbers that may be equal"),
    (Unbounded(), "a number is too large to be decided"),
])  # fmt: skip
def test_where_no_system_settles_it_the_last_reason_is_given(doubt: Undecided, words: str) -> None:
    doubt.node = AT["r"]
    with pytest.raises(MathError) as raised:
        climb(CERTAIN, GRAPH, settled(*[doubt] * 20))
    error = raised.value
    assert error.message == f"undecided with 16,384 bits: {words}"
    assert (error.kind, error.hint, error.span) == ("undecided", PLAIN_HINT, GRAPH.nodes[AT["r"]].span)
    assert reason(doubt) == words


def notes(program: str, differentiated: bool = True) -> list[tuple[str, str]]:
    graph = parse(Source("program", program))
    found = program_notes(graph, graph.output, differentiated=differentiated)
    return [(note.kind, note.worded(str).message) for note in found]


@pytest.mark.parametrize(("program", "said"), [
    ("e = 2*x; f = e*x", [("constant", "e is computed by the program, not the constant")]),
    # In the order of the nodes: pi is that of x.
    ("e = 2*x; pi = x; f = e*pi", [("constant", "pi is computed by the program, not the constant"),
                                   ("constant", "e is computed by the program, not the constant")]),
    ("q = 2*x; f = x*x", [("unused", "nothing uses q; --of q shows it")]), ("q = 2*x; f = q*x", []),
])  # fmt: skip
def test_names_that_a_program_gives_away(program: str, said: list[tuple[str, str]]) -> None:
    assert notes(program) == said


def test_an_input_may_be_called_as_a_constant() -> None:
    record = differentiate("f = e*x", {"e": 3, "x": 2})
    assert [(note.kind, note.message) for note in record.notes] == [
        ("constant", "e is the value bound, not the constant")]  # fmt: skip
    assert record.gradient == {"e": 2, "x": 3}
