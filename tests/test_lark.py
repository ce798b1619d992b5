"""Lark's own LALR parser, made from the same grammar file, accepts the same programs with the same reductions.

A reduction is a production with the tokens and earlier reductions that it takes. What Lark hands to its callbacks has
no repetitions of its own naming and no productions that only hand a value on; neither does ours.
"""

from __future__ import annotations

import json
import random
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lark
import pytest
from hypothesis import given
from lark.lexer import Lexer as LarkLexer

from gradcli.errors import GradcliError
from gradcli.language import parser
from gradcli.language.lexer import Lexer, Token

from .examples import examples
from .programs import call_names, piecewise_case, programs, random_case
from .random_programs import random_program
from .test_golden import FOLDERS
from .test_repeated_statements import TEMPLATES

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "cases"
TABLE = parser.make_table(parser.read_grammar())
LEXER = Lexer(TABLE.terminals, TABLE.blank)
RANDOM = 2_000

Reduction = tuple[Any, ...]  # the name of the callback, and what it was given: texts of tokens, numbers of reductions


class OurTokens(LarkLexer):
    """Our tokens, as Lark takes them: what is compared is the parser."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, tokens: list[Token]) -> Iterator[lark.Token]:  # type: ignore[override]
        for token in tokens:
            yield lark.Token(token.type, token.text, token.start, end_pos=token.end)


class Reductions:
    """Callbacks for ours: they write down what they are given, and return the number of the reduction."""

    def __init__(self) -> None:
        self.done: list[Reduction] = []

    def __getattr__(self, action: str) -> Any:
        return lambda found: self._write(action, found)

    def _write(self, action: str, found: list[Any]) -> int:
        values = [x if isinstance(x, int) else (x.type, x.start, str(getattr(x, "text", x))) for x in found]
        self.done.append((action, *values))
        return len(self.done) - 1


class LarkReductions(lark.Transformer):  # type: ignore[type-arg]
    """The same for Lark, as the transformer that its LALR parser calls for each reduction."""

    def __init__(self) -> None:
        super().__init__()
        self.reductions = Reductions()

    def __default__(self, data: str, children: list[Any], meta: Any) -> Any:
        if data.startswith("__"):  # a repetition, which Lark takes apart again
            return lark.Tree(data, children)
        values = [x if isinstance(x, int) else (x.type, x.start_pos, str(x)) for x in children]
        self.reductions.done.append((str(data), *values))
        return len(self.reductions.done) - 1


class Both:
    """Both parsers of one grammar."""

    def __init__(self) -> None:
        self.callbacks = LarkReductions()
        self.lark = lark.Lark(
            parser.read_grammar(), start=parser.START, parser="lalr", lexer=OurTokens, transformer=self.callbacks,
            maybe_placeholders=False, keep_all_tokens=True,
        )  # fmt: skip

    def theirs(self, tokens: list[Token]) -> tuple[list[Reduction], tuple[Any, ...] | None]:
        """Return Lark's reductions, and the token that it refuses."""
        self.callbacks.reductions = Reductions()
        refused = None
        try:
            self.lark.parse(tokens)  # type: ignore[arg-type]
        except lark.UnexpectedToken as error:
            token = error.token
            refused = (token.type, None if token.type == "$END" else token.start_pos)
        return self.callbacks.reductions.done, refused

    def ours(self, tokens: list[Token]) -> tuple[list[Reduction], tuple[Any, ...] | None]:
        """Return our reductions, and the token that is refused."""
        found, refused = Reductions(), None
        try:
            parser.Parser(TABLE, found).parse(tokens)
        except parser.Refused as error:
            refused = (error.symbol.type, getattr(error.symbol, "start", None))
        return found.done, refused


BOTH = Both()


def tokens_of(text: str) -> list[Token] | None:
    """Return the tokens of a text; None for one that the lexer refuses."""
    try:
        return list(LEXER.tokens(text))
    except GradcliError:
        return None


def agree(text: str) -> bool | None:
    """Assert that both parsers do the same; return whether they accept the text, or None if it has no tokens."""
    tokens = tokens_of(text)
    if tokens is None:
        return None
    ours, theirs = BOTH.ours(tokens), BOTH.theirs(tokens)
    assert ours == theirs, text[:500]
    return ours[1] is None


def counted(texts: Iterator[str]) -> tuple[int, int]:
    """Return how many different texts both accept, and how many both refuse."""
    verdicts = [agree(text) for text in dict.fromkeys(texts)]
    return verdicts.count(True), verdicts.count(False)


# ---- the programs of the suite


def golden_texts() -> Iterator[str]:
    """Yield every word of the commands of the golden cases, and every file of theirs that may be a program."""
    for folder in FOLDERS:
        line = (folder / "command").read_text(encoding="utf-8", errors="surrogateescape")
        try:
            yield from shlex.split(line)
        except ValueError:
            yield line
        yield from (path.read_text(errors="surrogateescape") for path in folder.iterdir() if path.is_file())


def quoted_texts() -> Iterator[str]:
    """Yield the strings of the test files and the quoted words of the documents: programs, good and bad, and others."""
    for path in sorted([*Path(__file__).parent.glob("*.py"), ROOT / "README.md", *ROOT.glob("man/text/*.md")]):
        yield from (found[1] for found in re.finditer(r"[\"'`]((?:[^\"'`\n\\]|\\n)*)[\"'`]", path.read_text("utf-8")))


def shared_texts() -> Iterator[str]:
    """Yield the texts of the shared cases."""

    def texts(x: Any) -> Iterator[str]:
        if isinstance(x, str):
            yield x
        elif isinstance(x, dict | list):
            for y in x.values() if isinstance(x, dict) else x:
                yield from texts(y)

    for path in sorted(SHARED.glob("*.json")):
        yield from texts(json.loads(path.read_text(encoding="utf-8")))


def test_the_golden_commands() -> None:
    accepted, refused = counted(golden_texts())
    assert accepted > 500
    assert refused > 100


def test_what_the_tests_and_documents_quote() -> None:
    accepted, refused = counted(text.replace("\\n", "\n") for text in quoted_texts())
    assert accepted > 2_000
    assert refused > 200


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases do not lie beside this checkout")
def test_the_shared_cases() -> None:
    accepted, refused = counted(shared_texts())
    assert accepted > 300
    assert refused > 100


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_of_statements(template: str) -> None:
    agree(template.replace("N", "x").replace("D", "2").replace("F", "max").replace("U", "sin"))


# ---- random programs


def random_texts() -> Iterator[str]:
    draw = random.Random(23)
    calls = call_names()
    for k in range(RANDOM):
        text = (
            random_case(draw, calls=calls).program if k % 4 == 0
            else piecewise_case(draw).program if k % 4 == 1
            else random_program(k, draw.randint(1, 12))[0] if k % 4 == 2
            else f"g(u, v) = u*v + w; where(not (x < 1 or y >= 2) and g(x, y) != 3, {random_case(draw).program}, x²)"
        )  # fmt: skip
        yield text if k % 8 < 4 else spoilt(text, draw)


def spoilt(text: str, draw: random.Random) -> str:
    """Return a text with one of its tokens left out, doubled, or put in place of another one."""
    tokens = tokens_of(text)
    assert tokens
    one, other = draw.choice(tokens), draw.choice(tokens)
    new = draw.choice(("", f"{one.text} {one.text}", f" {other.text} "))
    return text[: one.start] + new + text[one.end :]


def test_random_programs_accepted_and_refused() -> None:
    accepted, refused = counted(random_texts())
    assert accepted > RANDOM // 3
    assert refused > RANDOM // 5


ARRAY_TEXTS = (
    "X.T@(P - onehot(y, 3))/4; W[1, 0] + X[:, 0:2][::2]ᵀ; x[None, :, None] - x[1:][:-1][::]",
    "h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..100; sum(h[-1], axis=(0, 1), keep=1)",
    "{ z = W[t]@h[t-1]; c[t] = c[t-1]*z\n h[t] = tanh(c[t]); } for t = 1..size(X, 0)\nh",
    "for = 2; None = 3; f(for, None) = for[None, for] + [[1, 2.], [None, -3e4]]; f(for, for) for k = 1..2",
    "f(x) = where(x[0] > 1 and x@x < 2, [x, x]², max(x, axis=-1)**[1]); { h[k] = x } for k = a..b*2; {;;} for i = 1..2",
)


def array_texts() -> Iterator[str]:
    """Yield programs of arrays, most of them with a token too many, too few or in another's place."""
    draw = random.Random(12)
    for text in ARRAY_TEXTS:
        yield text
        yield from text.split(";")
        for _ in range(RANDOM // 10):
            yield spoilt(text, draw)


def test_programs_of_arrays_accepted_and_refused() -> None:
    assert [agree(text) for text in ARRAY_TEXTS] == [True, True, True, False, True]
    accepted, refused = counted(array_texts())
    assert accepted > RANDOM // 40
    assert refused > RANDOM // 10


@examples(60)
@given(programs())
def test_drawn_programs(text: str) -> None:
    assert agree(text) is True


# ---- the comparison itself


def test_another_reduction_is_seen() -> None:
    """With other actions than the grammar says the two no longer agree."""
    tokens = tokens_of("a - b*c")
    assert tokens
    assert BOTH.ours(tokens) == BOTH.theirs(tokens)
    swapped = [
        p._replace(action={"add": "sub", "sub": "add"}.get(p.action, p.action)) for p in TABLE.productions
    ]  # fmt: skip
    found = Reductions()
    parser.Parser(TABLE._replace(productions=swapped), found).parse(tokens)
    assert found.done != BOTH.theirs(tokens)[0]
