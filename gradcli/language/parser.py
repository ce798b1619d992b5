"""The parser: a table that Lark computes from the grammar, and the loop that runs it.

A wheel carries the table as a module, so that an installed program starts without Lark. The table holds the grammar it
was made from, and is used only if that is the grammar beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

START = "program"
PASS = ""  # the action of a production of one symbol that hands its value on
COLLECT = "*"  # the action of a repetition, which Lark names itself: its value is the list of what was repeated


class Production(NamedTuple):
    """A production of the grammar: what it reduces to, how many symbols it takes, and the action on their values.

    `repeated` is the position of the symbol that stands for a repetition, or -1.
    """

    origin: str
    length: int
    action: str
    repeated: int


class ParsingTable(NamedTuple):
    """The grammar as a table.

    `terminals` are the names and patterns of the tokens in the order in which they are tried, `blank` is the pattern
    of what lies between them. `states` has one entry per state, the start first: it maps a symbol to the next state, or
    to `~k` where production k is to be applied.
    """

    terminals: Sequence[tuple[str, str]]
    blank: str
    productions: Sequence[Production]
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


class Learned:
    """What parsers of one table share: its productions as plain tuples, and where chains of productions lead to.

    A chain has productions that only hand a value on; `passed` maps the state below, the state and the symbol that
    comes next to the state after the chain. `reached` maps the state below, what a production reduced to, and that
    symbol to the state after it and the chain that follows. Threads may write to them: all write the same.
    """

    __slots__ = ("passed", "productions", "reached")

    def __init__(self, table: ParsingTable) -> None:
        self.productions = [(p.origin, p.length, p.action, p.repeated) for p in table.productions]
        self.passed: dict[tuple[int, int, str], int] = {}
        self.reached: dict[tuple[int, str, str], int] = {}


class Parser:
    """The loop that runs a table: an LALR(1) parser that has no tree, only the values of the actions.

    `actions` has a method for the action of every production. It takes the list of the values of its symbols, those of
    a repetition in its place, and returns the value of what it stands for. The value of a token is the token.
    `learned` is what parsers of one table share.
    """

    __slots__ = ("_actions", "_bound", "_passed", "_productions", "_reached", "_simple", "_states")

    def __init__(self, table: ParsingTable, actions: Any, learned: Learned | None = None) -> None:
        learned = learned or Learned(table)
        self._states = table.states
        self._productions, self._passed, self._reached = learned.productions, learned.passed, learned.reached
        self._actions = actions
        self._bound: list[Any] = [None] * len(table.productions)  # the methods of actions, once they were needed
        self._simple: list[Any] = [None] * len(table.productions)  # those of productions without a repetition

    def parse(self, tokens: Iterable[Any]) -> Any:
        """Return the value of the whole, which is what the last action returned. A token has a `type`, its terminal.

        Raises `Refused` with the first token that does not fit, or with `END`, and whatever an action raises.
        """
        rows, productions, passed = self._states, self._productions, self._passed
        simple, reached = self._simple, self._reached
        states, values = [0], list[Any]()
        for symbol in chain(tokens, (END,)):
            kind = symbol.type
            while True:
                step = rows[states[-1]].get(kind)
                if step is None:
                    raise Refused(symbol)
                if step >= 0:
                    states.append(step)
                    values.append(symbol)
                    break
                origin, length, action, _ = productions[~step]
                if action == PASS:
                    chain_start = (states[-2], states[-1], kind)
                    after = passed.get(chain_start)
                    states[-1] = self._after(*chain_start) if after is None else after
                    continue
                if (plain := simple[~step]) is not None:
                    move = (states[-1 - length], origin, kind)
                    after = reached.get(move)
                    if after is None:
                        after = reached[move] = self._after(move[0], rows[move[0]][origin], kind)
                    if length == 1:
                        values[-1] = plain([values[-1]])
                        states[-1] = after
                    else:
                        values[-length:] = (plain(values[-length:]),)
                        states[-length:] = (after,)
                    continue
                cut = len(values) - length
                found = values[cut:]
                del values[cut:], states[cut + 1 :]
                values.append(self._value(~step, found))
                if origin == START:
                    return values[0]
                states.append(rows[states[-1]][origin])
        raise AssertionError("the end of the text is always refused or accepted")

    def _value(self, k: int, found: list[Any]) -> Any:
        """Return the value of production k, whose symbols have these; its action is remembered."""
        origin, length, action, repeated = self._productions[k]
        if action == COLLECT:
            if repeated == 0:  # left-recursive: extended in place, or long lists would cost their square
                found[0].extend(found[1:])
                return found[0]
            return found
        if repeated >= 0:
            found[repeated : repeated + 1] = found[repeated]
        act = self._bound[k]
        if act is None:
            act = self._bound[k] = getattr(self._actions, action)
            if length and repeated < 0 and origin != START:
                self._simple[k] = act
        return act(found)

    def _after(self, below: int, state: int, kind: str) -> int:
        """Return the state after all productions of one symbol that a symbol lets follow each other."""
        start, rows = state, self._states
        while (step := rows[state].get(kind)) is not None and step < 0 and self._productions[~step][2] == PASS:
            state = rows[below][self._productions[~step][0]]
        self._passed[below, start, kind] = state
        return state


# ---- where the table comes from


def grammar_folder() -> str:
    """Return the folder of the grammar: inside the installed package, or beside it in a checkout."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(here, "grammar")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "grammar")


def read_grammar() -> str:
    """Return the text of the grammar."""
    with open(os.path.join(grammar_folder(), "gradcli.lark"), encoding="utf-8") as file:
        return file.read()


def load_table() -> ParsingTable:
    """Return the table of the grammar: the one that the wheel carries, if that was made from it, or a new one."""
    grammar = read_grammar()
    try:
        saved = import_module("gradcli.grammar.table")
    except ImportError:
        return make_table(grammar)
    return saved_table(saved.TABLE) if grammar == saved.GRAMMAR else make_table(grammar)


def saved_table(plain: tuple[Any, Any, Any, Any]) -> ParsingTable:
    """Return a table from the plain tuples that a module holds."""
    terminals, blank, productions, states = plain
    return ParsingTable(terminals, blank, [Production(*p) for p in productions], states)


def table_module() -> str:
    """Return the text of the module that a wheel carries as `gradcli.grammar.table`."""
    grammar = read_grammar()
    table = make_table(grammar)
    plain = (table.terminals, table.blank, [tuple(p) for p in table.productions], table.states)
    return f'"""The table of the grammar."""\n\nGRAMMAR = {grammar!r}\n\nTABLE = {plain!r}\n'


def make_table(grammar: str) -> ParsingTable:
    """Return the table that Lark computes from a grammar, its states in the order in which they are reached.

    Lark hands out its LALR automaton as plain data: that is what it saves for its own later use.
    """
    import lark
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    made = lark.Lark(grammar, start=START, parser="lalr", lexer="basic")
    data, memo = made.memo_serialize([TerminalDef, Rule])
    terminals = sorted((t for t in made.terminals if t.name not in made.ignore_tokens), key=lambda t: -t.priority)
    blank = "|".join(t.pattern.to_regexp() for t in made.terminals if t.name in made.ignore_tokens)
    automaton = data["parser"]["parser"]
    names, rows = dict(automaton["tokens"]), dict(automaton["states"])
    places = {key["@"]: k for k, key in enumerate(data["rules"])}
    start = dict(automaton["start_states"])[START]
    reached, numbers = [start], {start: 0}
    states = []
    for state in reached:  # grows while it is walked
        row = {}
        for symbol, (reduces, target) in sorted((names[key], step) for key, step in rows[state].items()):
            if reduces:
                row[symbol] = ~places[target["@"]]
            else:
                if target not in numbers:
                    numbers[target] = len(reached)
                    reached.append(target)
                row[symbol] = numbers[target]
        states.append(row)
    productions = [_production(memo[key["@"]]) for key in data["rules"]]
    return ParsingTable([(t.name, t.pattern.to_regexp()) for t in terminals], blank, productions, states)


def _production(rule: Mapping[str, Any]) -> Production:
    """Return a rule of Lark's. Names that begin with two underscores are those that Lark gives to repetitions."""
    origin, symbols = str(rule["origin"]["name"]), [symbol["name"] for symbol in rule["expansion"]]
    repeated = next((k for k, name in enumerate(symbols) if name.startswith("__")), -1)
    named = str(rule["alias"] or "") or (PASS if rule["options"]["expand1"] else origin)
    return Production(origin, len(symbols), COLLECT if origin.startswith("__") else named, repeated)
