"""The parser: a table that Lark computes from the grammar, and the loop that runs it.

A wheel carries the table as a module, so that an installed program starts without Lark. The table holds the grammar it
was made from, and is used only if that is the grammar beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

START = "program"
PASS = ""  # the action of a rule of one symbol that only passes its value on
COLLECT = "*"  # the action of what stands for a repetition: its value is the list of all that was repeated


class Rule(NamedTuple):
    """A rule of the grammar: what it reduces to, how many symbols it takes, and the action on what they stand for.

    `repeated` is the position of the symbol that stands for a repetition, or -1.
    """

    origin: str
    length: int
    action: str
    repeated: int


class Table(NamedTuple):
    """The grammar as a table.

    `terminals` are the names and patterns of the tokens in the order in which they are tried, `blank` is the pattern
    of what lies between them. `states` maps, for every state, a symbol to the next state, or to `~k` where rule k is to
    be applied; the first state is the start.
    """

    terminals: Sequence[tuple[str, str]]
    blank: str
    rules: Sequence[Rule]
    states: Sequence[dict[str, int]]


class End:
    """The symbol that stands for the end of the text."""

    type = "$END"


END = End()


class Refused(Exception):
    """Raised for a symbol that the grammar does not allow where it stands."""

    def __init__(self, symbol: Any) -> None:
        super().__init__()
        self.symbol = symbol


def parse(table: Table, symbols: Iterable[Any], actions: Any) -> Any:
    """Return what the action on a whole program returns.

    A symbol has a `type`: a terminal, or a rule that was applied to it before. `actions` has a method for the
    action of every rule, which takes the list of what its symbols stand for. Raises `Refused`.
    """
    rows = table.states
    rules: list[tuple[str, int, Any, int]] = [
        (r.origin, r.length, getattr(actions, r.action) if r.action.isidentifier() else r.action, r.repeated)
        for r in table.rules
    ]
    states, values = [0], list[Any]()
    for symbol in chain(symbols, (END,)):
        kind = symbol.type
        while True:
            step = rows[states[-1]].get(kind)
            if step is None:
                raise Refused(symbol)
            if step >= 0:
                states.append(step)
                values.append(symbol)
                break
            origin, length, action, repeated = rules[~step]
            if action == PASS:
                states[-1] = rows[states[-2]][origin]
                continue
            cut = len(values) - length
            found = values[cut:]
            del values[cut:], states[cut + 1 :]
            if action == COLLECT:
                if repeated == 0:  # left-recursive: extended in place, or long lists would cost their square
                    found[0].extend(found[1:])
                    found = found[0]
                values.append(found)
            else:
                if repeated >= 0:
                    found[repeated : repeated + 1] = found[repeated]
                values.append(action(found))
            if origin == START:
                return values[0]
            states.append(rows[states[-1]][origin])
    raise AssertionError("the end of the text is always refused or accepted")


# ---- where the table comes from


def grammar_folder() -> str:
    """Return where the grammar lies: inside the installed package, or beside it in a checkout."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(here, "grammar")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "grammar")


def read_grammar() -> str:
    """Return the text of the grammar."""
    with open(os.path.join(grammar_folder(), "gradcli.lark"), encoding="utf-8") as file:
        return file.read()


def load_table() -> Table:
    """Return the table of the grammar: the one that the wheel carries, or a new one."""
    grammar = read_grammar()
    try:
        saved = import_module("gradcli.grammar.table")
    except ImportError:
        return make_table(grammar)
    return saved_table(saved.TABLE) if grammar == saved.GRAMMAR else make_table(grammar)


def saved_table(plain: tuple[Any, Any, Any, Any]) -> Table:
    """Return the table that a module holds."""
    terminals, blank, rules, states = plain
    return Table(terminals, blank, [Rule(*rule) for rule in rules], states)


def table_module() -> str:
    """Return the module that a wheel carries as `gradcli.grammar.table`."""
    grammar = read_grammar()
    table = make_table(grammar)
    plain = (table.terminals, table.blank, [tuple(rule) for rule in table.rules], table.states)
    return f'"""The table of the grammar."""\n\nGRAMMAR = {grammar!r}\n\nTABLE = {plain!r}\n'


def make_table(grammar: str) -> Table:
    """Return the table that Lark computes from a grammar, its states in the order in which they are reached."""
    import lark

    made = lark.Lark(grammar, start=START, parser="lalr", lexer="basic")
    terminals = sorted((t for t in made.terminals if t.name not in made.ignore_tokens), key=lambda t: -t.priority)
    blank = "|".join(t.pattern.to_regexp() for t in made.terminals if t.name in made.ignore_tokens)
    front: Any = made.parser
    automaton = front.parser._parse_table
    numbers = {rule: k for k, rule in enumerate(made.rules)}
    reached = [automaton.start_states[START]]
    places = {reached[0]: 0}
    states = []
    for state in reached:  # grows while it is walked
        row = {}
        for symbol, (kind, target) in sorted(automaton.states[state].items()):
            if kind.name == "Reduce":
                row[symbol] = ~numbers[target]
            else:
                if target not in places:
                    places[target] = len(reached)
                    reached.append(target)
                row[symbol] = places[target]
        states.append(row)
    return Table([(t.name, t.pattern.to_regexp()) for t in terminals], blank, [_rule(r) for r in made.rules], states)


def _rule(rule: Any) -> Rule:
    """Return a rule of Lark's. Names that begin with two underscores are those that Lark gives to repetitions."""
    origin, symbols = str(rule.origin.name), [symbol.name for symbol in rule.expansion]
    repeated = next((k for k, name in enumerate(symbols) if name.startswith("__")), -1)
    action = COLLECT if origin.startswith("__") else str(rule.alias or "") or (PASS if rule.options.expand1 else origin)
    return Rule(origin, len(symbols), action, repeated)
