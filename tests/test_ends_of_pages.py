"""Pages of the manual at their edges: every escape and macro, lines that just fit, and Markdown as macros."""

from __future__ import annotations

import click
import pytest

from gradcli.commands import roff, screens, troff
from gradcli.commands.roff import example, marked, page
from gradcli.commands.troff import BOLD, ITALIC, PLAIN, render, unescaped


def lines(source: str, width: int = 40) -> list[str]:
    return render(source, width, fonts=False).splitlines()


@pytest.mark.parametrize(("source", "text"), [
    (r"a\-b", "a-b"), (r"\e", "\\"), (r"a\&b", "ab"), (r"a\|b\^c", "abc"), (r"a\ b\~c\0d", "a b c d"),
    (r"\(ha\(ti\(bu", "^~•"), (r"\[aq]\[dq]", "'\""), (r"\[u2202]x", "∂x"), (r"\[u1F600]", "\U0001f600"),
    (r"\[]", "?"), (r"\[zz]\(zz", "??"), (r"\(mu\[md]\[S2]\[-]", "×⋅²?"),
    (r"\fBx\fR", f"{BOLD}x{PLAIN}"), (r"\fIx\fP", f"{ITALIC}x{PLAIN}"), (r"\f[B]x\f[]", f"{BOLD}x{PLAIN}"),
    (r"\f3x\f1\f2y\f(CWz\f(CR", f"{BOLD}x{PLAIN}{ITALIC}yz{PLAIN}"), (r"\fZx", "x"),
    (r"\*(lqx\*R", "x"), (r"\s-2x\s0\s+1y", "xy"), (r"a\cb\:c\%d\/e\,f", "abcdef"), (r"\qx", "qx"), (r"\'\`\.", "'`."),
    (r'before\" behind', "before"),
])  # fmt: skip
def test_escapes(source: str, text: str) -> None:
    assert unescaped(source) == text


@pytest.mark.parametrize(("source", "expected"), [
    (".TP\n.B tag\ntext\n.TQ\n.B other\nmore\n.TP\n.B last\nend",
     ["       tag    text", "       other  more", "", "       last   end"]),
    (".TP\n.B sixsix\ntext\n.TP\n.B sevens7\ntext", ["       sixsix text", "", "       sevens7", "              text"]),
    (".TP\n.B tag", ["       tag"]),
    (".IP 1. 3\nfirst\n.IP x y\nagain", ["       1. first", "", "       x      again"]),
    ('.IP "" 3\nempty', ["          empty"]),
    (".IP\nlone", ["       lone"]),
    (".RS\na\n.RS 2\nb\n.RE\nc\n.RE\nd\n.RE\n.RE\n.RS x\ne",
     ["              a", "                b", "              c", "       d", "              e"]),
    (".TP\n.B t\na\n.RS\nb\n.RE\nc", ["       t      a", "              b", "       c"]),
    (".nf\n  a\nb   c\n\n.fi\nd   e\nf", ["         a", "       b   c", "", "       d e f"]),
    (".EX\n  a\n.EE\nb\nc", ["         a", "       b c"]),
    ("a\n.br\nb\n.sp\nc", ["       a", "       b", "", "       c"]),
    ("a\n\nb\n   \nc\n'br\nd", ["       a", "", "       b", "", "       c", "       d"]),
    ("a\n.P\nb\n.LP\nc\n.PP\nd", ["       a", "", "       b", "", "       c", "", "       d"]),
    (".TP\n.B t\nx\n.PP\nback", ["       t      x", "", "       back"]),
    (".UR http://x\n.UE\n.MT a@b\n.UR\n.zz\nend", ["       http://x a@b end"]),
    ('.B "a  b" c\n.BR d (1) e\n.RI "x y" z', ["       a b c d(1)e x yz"]),
    ('.B "say ""no""" \\" nothing of this', ['       say "no"']),
])  # fmt: skip
def test_macros(source: str, expected: list[str]) -> None:
    assert lines(f".SH ONE\n{source}") == ["ONE", *expected]


@pytest.mark.parametrize(("macro", "fonts"), [
    (".B a b", f"{BOLD}a b{PLAIN}"), (".I a", f"{ITALIC}a{PLAIN}"), (".SB a", f"{BOLD}a{PLAIN}"),
    (".SM a", f"a{PLAIN}"),
    (".BR a b", f"{BOLD}a{PLAIN}{PLAIN}b{PLAIN}"), (".IB a b c", f"{ITALIC}a{PLAIN}{BOLD}b{PLAIN}{ITALIC}c{PLAIN}"),
    (".RI a b", f"{PLAIN}a{PLAIN}{ITALIC}b{PLAIN}"),
])  # fmt: skip
def test_fonts(macro: str, fonts: str) -> None:
    assert render(f".SH ONE\n{macro}", 40, fonts=True) == f"{BOLD}ONE{PLAIN}\n       {fonts}\n"


def test_headings_and_what_follows_them() -> None:
    source = ".TH A 1\n.SH ONE\n.PP\na\n.RS\n.SS Two words\n.TP\n.B t\nb\n.SH THREE\nc"
    assert lines(source) == [
        "A(1)" + "A(1)".rjust(36), "", "ONE", "       a", "", "   Two words", "       t      b", "", "THREE",
        "       c",
    ]  # fmt: skip


def test_lines_that_just_fit() -> None:
    a, b = "a" * 16, "b" * 16
    assert lines(f"{a} {b}") == [f"       {a} {b}"]
    assert lines(f"{a} {b}b") == [f"       {a}", f"       {b}b"]
    assert lines("x" * 50 + " y") == ["       " + "x" * 50, "       y"]
    assert lines(".TH NAMENAMENAM 7", 28) == ["NAMENAMENAM(7)"]
    assert lines(".TH NAMENAMENAM 7", 29) == ["NAMENAMENAM(7) NAMENAMENAM(7)"]
    assert lines(".TH A", 10) == ["A" + "A".rjust(23)]  # no page is narrower than 24
    choice = ".TP\n.B " + "|".join("c" * 10 for _ in range(3))
    assert lines(choice, 39) == ["       cccccccccc|cccccccccc|cccccccccc"]
    assert lines(choice, 38) == ["       cccccccccc|cccccccccc", "           |cccccccccc"]
    assert lines(".SH A HEADING THAT IS BROKEN", 24) == ["A HEADING THAT IS BROKEN"]
    assert lines(".SH A HEADING THAT IS BROKEN X", 24) == ["A HEADING THAT IS BROKEN", "    X"]
    assert lines(".SS A HEADING THAT IS TOO LONG", 24) == ["   A HEADING THAT IS TOO", "       LONG"]


def test_sections_end_where_another_begins() -> None:
    source = '.TH A 1\n.SH ONE\na\n.SS Part\nb\n.SS Other\nc\n.SH "TWO"\nd\n.SS Part\ne\n'
    assert troff.sections(source) == ["ONE", "TWO"]
    assert troff.section(source, "one") == ".SH ONE\na\n.SS Part\nb\n.SS Other\nc"
    assert troff.section(source, "Part") == ".SS Part\nb"
    assert troff.section(source, "OTHER") == ".SS Other\nc"
    assert troff.section(source, "Two") == '.SH "TWO"\nd\n.SS Part\ne'


# ---- writing


@pytest.mark.parametrize(("text", "source"), [
    ("a-b ^ ~ \\", r"a\-b \(ha \(ti \e"), (".x", r"\&.x"), ("'x", r"\&'x"), ("x.", "x."), ("", ""),
])  # fmt: skip
def test_what_troff_prints_as_it_is(text: str, source: str) -> None:
    assert roff.escaped(text) == source
    assert unescaped(source) == text


@pytest.mark.parametrize(("text", "source"), [
    ("a `b-c` d", r"a \fBb\-c\fR d"), ("**a** [b](c.md) e", r"\fBa\fR b e"), ("`.x` y", r"\fB\&.x\fR y"),
    (".x `y`", r"\&.x \fBy\fR"), ("[.x](y)", r"\&.x"), ("none", "none"), ("", ""),
])  # fmt: skip
def test_marked_words_are_bold(text: str, source: str) -> None:
    assert marked(text) == source


def test_terms_with_their_texts() -> None:
    assert roff.pairs([("-a", "first"), ("b", "")]) == [".TP", r".B \-a", "first", ".TP", ".B b", r"\&"]


def test_examples_keep_their_lines_up_to_the_width() -> None:
    fits = "  " + "w" * 33 + " " + "v" * 33  # 69 columns
    assert len(fits) == roff.WIDTH == 69
    assert example(["a", "", fits]) == [".PP", ".RS 2", ".nf", "a", r"\&", fits, ".fi", ".RE"]
    assert example([f"{fits}v"])[3:-2] == ["  " + "w" * 33, "      " + "v" * 34]
    assert example(["w" * 70])[3:-2] == ["w" * 70]
    assert example(["w" * 60 + " a-b-c-d-e-f"])[3:-2] == ["w" * 60, r"    a\-b\-c\-d\-e\-f"]


MARKDOWN = """\
<!-- no
page -->
## A part
Words that
  go on.
### Deeper
- one
- two
  and more

| a | b |
|---|---|
| `x\\|y` | of **it** |
| z | w | v |

```
code

  -kept
```
after
## Last"""


def test_a_page_of_markdown() -> None:
    assert page(MARKDOWN) == [
        ".SH A PART", ".PP", "Words that go on.", ".SS Deeper", r".IP \(bu 2", "one", r".IP \(bu 2", "two and more",
        ".TP", ".B x|y", r"of \fBit\fR", ".TP", ".B z", "w | v",
        ".PP", ".RS 2", ".nf", "code", r"\&", r"  \-kept", ".fi", ".RE", ".PP", "after", ".SH LAST",
    ]  # fmt: skip


def test_a_fence_that_follows_words_and_one_that_is_not_closed() -> None:
    assert page("words\n```\na\n```") == [".PP", "words", ".PP", ".RS 2", ".nf", "a", ".fi", ".RE"]
    assert page("") == []


# ---- screens


def test_groups_are_broken_between_entries_alone() -> None:
    style = screens.ScreenStyle(80, False)
    entries = ["a b", "c" * 64, "d e", "f"]
    assert screens._row(style, "Show", entries) == ["Show      a b  " + "c" * 64, "          d e  f"]
    assert screens._row(style, "Show", ["a b", "c" * 66]) == ["Show      a b", "          " + "c" * 66]
    bold = screens._row(screens.ScreenStyle(80, True), "Show", ["a"])
    assert bold == ["\x1b[1mShow\x1b[0m      a"]


@pytest.mark.parametrize(("option", "text"), [
    (click.Option(["--json", "as_json"], is_flag=True), "--json"),
    (click.Option(["-o", "--out"], metavar="FILE"), "-o FILE"),
    (click.Option(["--wrt"]), "--wrt VALUE"),
    (click.Option(["--to", "form"], type=click.Choice(["a", "b"])), "--to a|b"),
    (click.Option(["--to", "form"], type=click.Choice(["a" * 10, "b" * 9])), f"--to {'a' * 10}|{'b' * 9}"),
    (click.Option(["--to", "form"], type=click.Choice(["a" * 10, "b" * 10])), "--to FORM"),
])  # fmt: skip
def test_an_option_in_short(option: click.Option, text: str) -> None:
    assert screens._brief(option) == text


def test_options_stand_in_the_order_of_their_group_and_others_last() -> None:
    options = [click.Option([f"--{name}", name], is_flag=True) for name in ("grad", "new", "value", "file", "json")]
    groups = screens.grouped(options)
    found = {title: [option.name for option in members] for title, members in groups.items() if members}
    assert found == {"Ask": ["value", "grad"], "Input": ["file"], "Other": ["new", "json"]}
    assert list(groups) == ["Show", "Ask", "Numbers", "Input", "Arrays", "Pictures", "Other"]
