"""Random command lines: every command, good and bad options, programs, bindings, files and completion requests."""

from __future__ import annotations

import json
import random
import re
from typing import NamedTuple

from .command_words import (
    CLAIMS,
    FUNCTIONS,
    GOOD,
    ITEMS,
    JSON_BINDINGS,
    MESSY,
    NAMES,
    NUMERALS,
    ODD,
    OPERATORS,
    OPTIONS,
    RAW_BINDINGS,
    ROWS,
    SUBMISSIONS,
    TOML,
)

PLAIN = (
    ("--exact",), ("--digits", "20"), ("--hessian",), ("--verify",), ("--steps",), ("--json",), ("--ieee",),
    ("--at-kink", "error"), ("--value",), ("--share",),
)  # fmt: skip


class Line(NamedTuple):
    """A command line: words, settings of the environment, standard input, and the files of the folder."""

    words: list[str]
    settings: dict[str, str]
    stdin: bytes
    files: dict[str, bytes]


def command_line(seed: int) -> Line:
    """Return the random command line of a seed."""
    return _Writer(random.Random(seed)).line()


class _Writer:
    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def line(self) -> Line:
        draw = self.draw
        if draw.random() < 0.5:
            return Line(self.plain(), {}, b"", self.files())
        name = draw.choice(("", "", "", *OPTIONS, "check", "rows", "sheet", "plot", "diff"))
        words = self.positional(name)
        for _ in range(draw.choice((0, 0, 1, 1, 2))):
            at = draw.randint(0 if draw.random() < 0.2 else 1, max(len(words), 1))
            words[at:at] = self.option(name)
        if draw.random() < 0.06:
            words.insert(draw.randint(0, len(words)), draw.choice(MESSY))
        words = [*([name] if name else []), *words]
        if draw.random() < 0.02:
            draw.shuffle(words)
        settings = {}
        if draw.random() < 0.12:
            words, settings = [], self.completion(words)
        if draw.random() < 0.1:
            settings["COLUMNS"] = draw.choice(("0", "1", "-5", "20", "x", "9" * 30))
        return Line(words, settings, self.stdin(name), self.files())

    def plain(self) -> list[str]:
        """Return a line that is well-formed, though the mathematics may have no answer."""
        draw = self.draw
        name = draw.choice(("", "", "", "check", "plot", "diff", "sheet"))
        first = draw.choice(("q = {}; f = q*{}", "{} + {}", "({})**{}", "where({} > {}, q, 1)", "f(t) = {}*t; f({})"))
        program = first.format(self.expression(2), self.expression(draw.randint(0, 2))).replace(", q,", ", 1/x,")
        used = [name for name in "xyz" if re.search(rf"\b{name}\b", program)]
        values = [
            f"{name}={draw.choice((*GOOD, '1e308', '-1e308', '1e-308', '5e-324', '1e16', '-1074', '171.7'))}"
            for name in used
        ]
        if name == "":
            format = draw.choice(OPTIONS[""][0]["--to"][:-2])
            option = draw.choice((*PLAIN, ("--to", format), ()))
            extra = draw.choice(((), ("--upstream", draw.choice(GOOD)), ("--json",), ("--figures", "3")))
            return [program, *values, *option, *extra]
        if name == "plot":
            return [name, program, "x=-2:2", *values[1:]] if used[:1] == ["x"] else [name, program]
        if name == "check":
            return [name, program, *values, *(f"d{name}={draw.choice(CLAIMS[:7])}" for name in used)]
        return [
            name,
            program,
            *(values if draw.random() < 0.5 else []),
            *draw.choice(((), ("--json",))[: 1 + (name == "diff")]),
        ]

    def expression(self, depth: int) -> str:
        draw = self.draw
        kind = draw.random()
        if depth == 0 or kind < 0.2:
            return draw.choice("xyz") if draw.random() < 0.75 else self.numeral()
        if kind < 0.6:
            operator = draw.choice(OPERATORS[:5]) if draw.random() < 0.98 else draw.choice(OPERATORS)
            return f"({self.expression(depth - 1)}{operator}{self.expression(depth - 1)})"
        if kind < 0.98:
            function = draw.choice(FUNCTIONS[:-7]) if draw.random() < 0.97 else draw.choice(FUNCTIONS)
            count = (
                3
                if function == "where"
                else 2
                if function in ("atan2", "mod", "polygamma", "max", "min", "hypot")
                else 1
            )
            count += draw.random() < 0.02
            if function == "where" and draw.random() < 0.9:
                parts = (self.expression(depth - 1) for _ in range(4))
                return "where({} {} {}, {}, {})".format(
                    next(parts), draw.choice(("<", "<=", "==", "!=", ">", ">=")), *parts
                )
            return f"{function}({', '.join(self.expression(depth - 1) for _ in range(count))})"
        return draw.choice(ODD)

    def numeral(self) -> str:
        return self.draw.choice(GOOD if self.draw.random() < 0.8 else NUMERALS)

    def program(self) -> str:
        draw = self.draw
        kind = draw.random()
        if kind < 0.15:
            return draw.choice(ODD)
        if kind < 0.4:
            return f"q = {self.expression(1)}; f = q*{self.expression(1)}"
        if kind < 0.5:
            return f"{self.expression(1)}**{self.numeral()}"
        if kind < 0.55:
            return "".join(draw.choice((*NAMES, *NUMERALS, *OPERATORS, "(", ")", ",", " ", ";")) for _ in range(8))
        return self.expression(2)

    def binding(self) -> str:
        draw = self.draw
        value = (
            draw.choice(NUMERALS)
            if draw.random() < 0.7
            else draw.choice((*ODD, self.expression(1), "[1,2]", "@b.json", "1±0.1"))
        )
        return f"{draw.choice(NAMES)}={value}"

    def bindings(self, program: str) -> list[str]:
        draw = self.draw
        if draw.random() < 0.85:  # what the program needs
            return [f"{name}={self.numeral()}" for name in "xyzw" if re.search(rf"\b{name}\b", program)]
        return [self.binding() for _ in range(draw.randint(0, 3))]

    def option(self, name: str) -> list[str]:
        draw = self.draw
        valued, flags = OPTIONS[name if draw.random() < 0.95 else draw.choice(list(OPTIONS))]
        both = [*valued, *flags]
        if not both:
            return []
        option = draw.choice(both)
        if option in flags:
            return [option]
        values = valued[option]
        value = draw.choice(values[:3] if draw.random() < 0.6 else values)
        if option.startswith("--") and draw.random() < 0.3:
            return [f"{option}={value}"]
        return [option, value] if draw.random() < 0.98 else [option]

    def positional(self, name: str) -> list[str]:
        draw = self.draw
        if name == "rules":
            return [
                draw.choice((*FUNCTIONS, *OPERATORS, "product rule", "chain", "")) for _ in range(draw.randint(0, 2))
            ]
        if name == "schema":
            return [draw.choice(("gradcli", "diff", "check", "grade", "plot", "error", "no", ""))]
        if name == "completion":
            return [draw.choice(("bash", "zsh", "fish", "tcsh", ""))]
        if name == "help":
            return [draw.choice(("", "check", "rows", "nosuch", "functions", "\x00"))]
        if name == "grade":
            return [
                draw.choice(("h.toml", "h.toml", "h.toml", "no.toml", "b.json", ".")),
                draw.choice(("s.csv", "s.csv", "no.csv", ".")),
            ]
        program = self.program()
        words = [program, *self.bindings(program)]
        if name == "check":
            words += [f"{draw.choice(ITEMS)}={draw.choice(CLAIMS)}" for _ in range(draw.randint(0, 3))]
        elif name == "rows":
            words = [
                words[0],
                *draw.choice(([], ["r.csv"], ["r.csv"], ["r.json"], ["no.csv"])),
                *words[draw.randint(1, len(words)) :],
            ]
        elif name == "plot":
            ends = (*NUMERALS[:12], "-3", "3", "-pi", "x", "", "1e400")
            words[1:2] = [
                f"x={draw.choice(ends)}:{draw.choice(ends)}",
                *([f"y={draw.choice(ends)}:2"] if draw.random() < 0.2 else []),
            ]
        elif name == "diff":
            words = [words[0], *draw.choice(([], ["x"], ["x", "y"], ["nosuch"], words[1:]))]
        return words if draw.random() < 0.97 else words[1:]

    def completion(self, words: list[str]) -> dict[str, str]:
        """Return the settings that a shell asks with: the words so far, with the last one begun or in open quotes."""
        draw = self.draw
        quoted = [
            f"'{word}'" if draw.random() < 0.6 else f'"{word}"' if draw.random() < 0.5 else word for word in words
        ]
        line = " ".join(["gradcli", *quoted])
        begun = draw.choice(
            (
                "",
                " ",
                " --",
                " -",
                " --wr",
                " --wrt ",
                " --grad x,",
                " x",
                " x=",
                " 'x",
                ' "',
                " \\",
                " --of=",
                " --to ",
            )
        )
        if draw.random() < 0.3:
            line = line[: draw.randint(0, len(line))]
        shell = draw.choice(("bash", "zsh", "fish", "bash", "zsh", "fish", "tcsh", ""))
        asked = {"_GRADCLI_COMPLETE": f"{shell}_{draw.choice(('complete', 'complete', 'complete', 'source', 'no'))}"}
        breaks = {"_GRADCLI_BREAKS": draw.choice(("=:", ":", " \t=:"))} if draw.random() < 0.5 else {}
        return {**asked, "COMP_WORDS": (line + begun).replace("\x00", ""), **breaks}

    def stdin(self, name: str) -> bytes:
        draw = self.draw
        if name == "rows":
            return draw.choice(ROWS).encode()
        text = draw.choice(("", self.program(), draw.choice(RAW_BINDINGS), draw.choice(ROWS)))
        return text.encode() if draw.random() < 0.95 else b"\xff\xfe\x00x"

    def files(self) -> dict[str, bytes]:
        draw = self.draw
        raw = draw.random() < 0.4
        bindings = draw.choice(RAW_BINDINGS) if raw else json.dumps(draw.choice(JSON_BINDINGS))
        claims = "item,claim\n" + "".join(f'"{draw.choice(ITEMS)}","{draw.choice(CLAIMS)}"\n' for _ in range(3))
        texts = {"p.txt": self.program(), "b.json": bindings, "c.csv": claims, "h.toml": draw.choice(TOML)}
        texts |= {"s.csv": draw.choice(SUBMISSIONS), "r.csv": draw.choice(ROWS), "r.json": draw.choice(ROWS)}
        return {name: text.encode() for name, text in texts.items()}
