"""The page that walks through both passes, in a real browser; and its pictures one by one."""

from __future__ import annotations

import html.parser
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.record.derivation import Derivation
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render
from gradcli.reports.frames import frames, walk
from gradcli.reports.notation import Notation

from .browser import Browser, browser, missing

FORK = ("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4})
PROGRAMS = [
    FORK,
    ("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}),
    ("1/(1 + exp(-(w*x + b)))", {"w": 2, "x": -1, "b": 0.5}),
    ("x*x", {"x": 3}),
    ("x", {"x": 1}),
    ("2*3", {}),
    ("where(x > 0, log(x), x*y)", {"x": -2, "y": 3}),
    ("relu(x) - relu(-x)", {"x": 0}),
    ("sqrt(x) + x + y", {"x": 0, "y": 1}),
    ("max(x, y, 3)*pi  # <script>alert(1)</script> & \u2028", {"x": 3, "y": 1}),
]


def page(program: str, point: dict[str, float], theme: str = "auto") -> str:
    return str(render(differentiate(program, point), "html", Style(theme=theme)))


class Outline(html.parser.HTMLParser):
    """Checks that elements are closed in order, and collects attributes that lead out of the page."""

    VOID = ("meta", "link", "input", "br", "path", "rect", "circle")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_the_page_is_whole_and_stands_alone(program: str, point: dict[str, float]) -> None:
    text = page(program, point)
    outline = Outline()
    outline.feed(text)
    assert not outline.open
    assert outline.links == ["data:,"]
    assert len(outline.ids) == len(set(outline.ids))
    assert "http" not in re.sub(r'xmlns="[^"]*"|http-equiv', "", text)
    assert "<script>alert" not in text
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert len(data["lit"]) == text.count("<li>")
    drawn = set(outline.ids)
    labels = {name for name in drawn if re.fullmatch(r"c-[vgs]\d.*", name)}
    assert {name for name in labels if name.startswith("c-v")} <= set(data["appear"])
    wires = {name for name in drawn if re.fullmatch(r"c-(w.*|out)", name)}
    assert wires <= set(data["about"])


def test_the_lines_are_those_of_the_steps() -> None:
    record = differentiate(*FORK)
    text = page(*FORK)
    derivation = Derivation(record)
    notation = Notation(derivation)
    plain = [re.sub(r"<small>.*?</small>|<[^>]*>", "", line) for line in re.findall(r"<li>(.*?)</li>", text)]
    lines = [notation.line(step) for step in (*derivation.forward, *derivation.backward)]
    assert plain == [" = ".join([line.left, *line.right]) for line in lines]


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_every_step_of_a_walk_adds_what_it_is_about(program: str, point: dict[str, float]) -> None:
    record = differentiate(program, point)
    shown = walk(Derivation(record))
    values = [s.value for s in shown if s.value is not None]
    gradients = [s.gradient for s in shown if s.gradient is not None]
    assert len(values) == len(set(values))
    assert len(gradients) == len(set(gradients))
    assert {record.graph.inputs[name] for name in record.wrt} <= set(gradients)
    assert record.output in gradients


def visible_labels(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)
    labels = [e for e in root.iter("{http://www.w3.org/2000/svg}text") if e.get("id")]
    return {e.attrib["id"] for e in labels if "hidden" not in e.attrib["class"].split()}


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_frames_only_ever_add_and_end_complete(program: str, point: dict[str, float]) -> None:
    record = differentiate(program, point)
    pictures = dict(frames(record, Style()))
    assert list(pictures) == sorted(pictures)
    seen: set[str] = set()
    for text in pictures.values():
        now = visible_labels(text)
        assert seen <= now
        seen = now
    assert seen == visible_labels(str(render(record, "svg", Style())))


def test_frames_of_the_fork() -> None:
    texts = [text for _, text in frames(differentiate(*FORK), Style())]
    assert len(texts) == 14
    assert visible_labels(texts[0]) == {"v0"}
    assert visible_labels(texts[6]) == {"v0", "v1", "v2", "v3", "v4", "v5", "g5"}
    assert 'id="w4-0" class="wire lit"' in texts[9]
    assert {"s4-0"} == visible_labels(texts[9]) - visible_labels(texts[8])
    assert {"g1"} == visible_labels(texts[13]) - visible_labels(texts[12])


def test_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["x*y", "x=2", "y=3"]
    assert run([*words, "--frames", str(tmp_path / "a" / "b")]) == 0
    assert capsys.readouterr().out == ""
    assert [p.name for p in sorted((tmp_path / "a" / "b").iterdir())] == [f"step{k}.svg" for k in range(1, 7)]
    assert run([*words, "--frames", str(tmp_path / "c"), "--json", "--nodes", "none"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 6.0
    assert run([*words, "--to", "html", "--theme", "dark"]) == 0
    assert "color-scheme: dark;" in capsys.readouterr().out
    assert run([*words, "-o", str(tmp_path / "p.html")]) == 0
    assert "color-scheme: light dark;" in (tmp_path / "p.html").read_text(encoding="utf-8")
    (tmp_path / "file").write_text("")
    assert run([*words, "--frames", str(tmp_path / "file")]) == 5


# ---- in a browser


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    if why := missing():
        pytest.skip(why)
    with browser() as found:
        yield found


def opened(window: Browser, folder: Path, program: str, point: dict[str, float], fragment: str = "") -> Gradient:
    file = folder / "page.html"
    file.write_text(page(program, point), encoding="utf-8")
    window.prefer("light")
    window.open(file, fragment)
    return differentiate(program, point)


def test_keys_walk_through_both_passes(window: Browser, tmp_path: Path) -> None:
    record = opened(window, tmp_path, *FORK)
    notation = Notation(Derivation(record))
    steps = [s.step for s in walk(notation.derivation)]
    for k, step in enumerate(steps, 1):
        line = notation.line(step)
        said = window.text("#now").replace("\n", " ")
        assert said.startswith(" = ".join([line.left, *line.right]))
        assert said.endswith(line.remark)
        assert window.text("#where") == f"{k} / {len(steps)}"
        assert window.run("return document.querySelector('[aria-current]').innerText") == window.text("#now")
        window.press("ArrowRight")
    window.press("Home")
    assert window.shown("text.value, text.gradient, text.share") == ["c-v0"]
    window.press("End")
    everything = window.run("return document.querySelectorAll('text.value, text.gradient, text.share').length")
    assert len(window.shown("text.value, text.gradient, text.share")) == everything
    window.press("ArrowLeft")
    assert window.text("#where") == "13 / 14"
    assert window.run("return [...document.querySelectorAll('.lit')].map((e) => e.id).sort()") == ["c-s2-1", "c-w2-1"]
    assert not window.log()


def test_the_slider_moves_by_its_own_keys(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, *FORK, "#5")
    assert window.text("#where") == "5 / 14"
    window.run("document.getElementById('step').focus()")
    window.press("ArrowRight")
    assert window.text("#where") == "6 / 14"
    assert window.run("return document.getElementById('step').getAttribute('aria-valuetext')") == "step 6 of 14"
    window.point_at("#next", click=True)
    assert window.text("#where") == "7 / 14"
    window.point_at("#list li:nth-child(3) button", click=True)
    assert window.text("#where") == "3 / 14"


def test_the_edge_under_the_pointer_is_explained(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, *FORK)
    window.point_at("#c-w4-1 .touch")
    assert window.text("#about").split("\n\n") == [
        "from c = -4 into y, as argument 2",
        "df/dc = df/dy · ∂y/∂c = x · b = 5 · 3 = 15",
        "single-variable chain rule, product rule",
    ]
    assert window.run("return document.querySelector('.asked').id") == "c-w4-1"
    window.point_at("#c-w4-1 .touch", click=True)
    assert window.text("#where") == "11 / 14"
    window.point_at("h1")
    assert window.text("#about") == ""


def test_wires_are_reached_by_tab_and_named_for_screen_readers(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, *FORK)
    window.run("document.querySelector('.picture').focus()")
    reached = []
    for _ in range(14):
        window.press("Tab")
        reached.append(window.run("return document.activeElement.id"))
    wires = window.run("return [...document.querySelectorAll('.wire, .node')].map((e) => e.id)")
    assert set(wires) <= set(reached)
    roles = window.run("return [...document.querySelectorAll('.wire, .node')].map((e) => e.getAttribute('aria-label'))")
    assert all(roles)
    assert window.run("return document.querySelector('svg.gradcli').getAttribute('role')") == "group"
    assert window.run("return document.getElementById('now').getAttribute('aria-live')") == "polite"


@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_and_text_can_be_read(
    window: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    for program, point in PROGRAMS:
        opened(window, tmp_path, program, point)
        window.prefer(scheme, width)
        assert window.run("return document.documentElement.scrollWidth") <= width, program
        contrast = window.run("""
            const light = (c) => {
              const [r, g, b] = c.match(/[\\d.]+/g).map((v) => v / 255)
                .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ground = light(getComputedStyle(document.body).backgroundColor);
            return [...document.querySelectorAll("h1, p, small, .math span, .gradcli text")].map((e) => {
              const style = getComputedStyle(e);
              const ink = light(e.closest("svg") ? style.fill : style.color);
              return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
            });
        """)
        assert min(contrast) >= 4.5, program
        assert not window.log()


def test_user_text_is_text(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, *PROGRAMS[-1])
    assert "<script>alert(1)</script>" in window.text("h1")
    assert window.run("return document.scripts.length") == 2
