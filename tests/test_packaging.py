"""What is shipped: the wheel, the editable install and the bare checkout all work, the source archive has all it needs.

Wheel and source archive are built once, without isolation and without a network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import gradcli
from gradcli.manual import DATE, page_names

ROOT = Path(__file__).parent.parent
SHIPPED = (
    "gradcli", "grammar", "man", "tests", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml",
)  # fmt: skip
EXAMPLE = ["--json", "--nodes", "none", "(x+y)*z", "x=-2", "y=5", "z=-4"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the paths are those of Unix")


def run(*words: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "COLUMNS")}
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def check_example(*program: str | Path, cwd: Path) -> None:
    record = json.loads(run(*program, *EXAMPLE, cwd=cwd).stdout)
    assert record["value"] == -12.0
    assert record["gradient"] == {"x": -4.0, "y": -4.0, "z": 3.0}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is under version control, away from this checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", ".venv", ".hypothesis")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive, and the wheel that was built from the archive."""
    for package in ("build", "hatchling"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ".", cwd=checkout)
    return folder


def environment(folder: Path) -> Path:
    """Return the interpreter of a new environment that sees the packages of this one, but not gradcli."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
    # Path files are not read in folders that a path file names: the editable gradcli of this environment is not seen.
    Path(purelib, "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def install(python: Path, *words: str | Path, cwd: Path) -> None:
    pytest.importorskip("pip", reason="there is no pip here")
    options = ("--python", python, "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", *options, *words, cwd=cwd)


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment into which the wheel was installed."""
    python = environment(tmp_path_factory.mktemp("wheel"))
    (wheel,) = built.glob("*.whl")
    install(python, wheel, cwd=built)
    return python


def package_folder(python: Path) -> Path:
    found = run(python, "-c", "import gradcli; print(gradcli.__file__)", cwd=python.parent).stdout.strip()
    return Path(found).parent


# ---- the wheel


def test_the_wheel_works(installed: Path, tmp_path: Path) -> None:
    check_example(installed.parent / "gradcli", cwd=tmp_path)
    check_example(installed, "-m", "gradcli", cwd=tmp_path)
    assert ROOT not in package_folder(installed).parents
    for name in page_names():
        page = installed.parent.parent / "share" / "man" / f"man{name[-1]}" / name
        assert page.read_text(encoding="utf-8") == (ROOT / "man" / name).read_text(encoding="utf-8")
    script = "from gradcli import differentiate; print(differentiate('x*y', {'x': 2, 'y': 3}).gradient)"
    assert run(installed, "-c", script, cwd=tmp_path).stdout == "{'x': 3.0, 'y': 2.0}\n"


def test_what_the_wheel_holds(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "gradcli").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    for wanted in ("gradcli/grammar/gradcli.lark", "gradcli/grammar/table.py", "gradcli/py.typed"):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "grammar/", "benchmarks/"))]
    metadata = zipfile.ZipFile(wheel).read(next(n for n in names if n.endswith("/METADATA"))).decode()
    assert f"\nVersion: {gradcli.__version__}\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata


IMPORTED = """
import sys
from gradcli.commands import run
status = run(["--value", "x*y", "x=2", "y=3"])
print(status, "lark" in sys.modules)
"""


def test_the_changelog_begins_with_this_version_and_the_date_of_the_manual() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\d\S+) - (\S+)$", text, re.MULTILINE)
    assert releases[0] == (gradcli.__version__, DATE)
    assert [date for _, date in releases] == sorted((date for _, date in releases), reverse=True)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for _, date in releases)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert [heading for heading in headings[1:] if heading == "Unreleased"] == []


def test_the_wheel_carries_its_table_and_does_not_trust_a_stale_one(installed: Path, tmp_path: Path) -> None:
    """An installed program starts without Lark; with another grammar beside it the table is made anew."""
    assert run(installed, "-c", IMPORTED, cwd=tmp_path).stdout == "6.0\n0 False\n"
    grammar = package_folder(installed) / "grammar" / "gradcli.lark"
    text = grammar.read_text(encoding="utf-8")
    try:
        grammar.write_text(text.replace('PLUS: "+"', 'PLUS: "@"'), encoding="utf-8")
        assert run(installed, "-c", IMPORTED, cwd=tmp_path).stdout == "6.0\n0 True\n"
        assert run(installed, "-m", "gradcli", "--value", "x@x", "x=2", cwd=tmp_path).stdout == "4.0\n"
        assert run(installed, "-m", "gradcli", "x+x", "x=2", cwd=tmp_path, check=False).returncode == 2
    finally:
        grammar.write_text(text, encoding="utf-8")
    assert run(installed, "-c", IMPORTED, cwd=tmp_path).stdout == "6.0\n0 False\n"


def test_the_saved_table_and_a_new_one_give_the_same_answers(installed: Path, tmp_path: Path) -> None:
    programs = ["-x**2 + 2**3**2", "g(t) = t*t; q = g(x); where(q > 1, q, sin(q))*2²", "a = (x +", "2x", "x**-y"]
    for program in programs:
        ours = run(sys.executable, "-m", "gradcli", "--json", program, "x=2", cwd=ROOT, check=False)
        theirs = run(installed, "-m", "gradcli", "--json", program, "x=2", cwd=tmp_path, check=False)
        assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, theirs.returncode)


# ---- the other ways to use it


def test_the_editable_install_works(checkout: Path, tmp_path: Path) -> None:
    for package in ("hatchling", "editables"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    python = environment(tmp_path / "editable")
    install(python, "--editable", checkout, cwd=tmp_path)
    assert package_folder(python) == checkout / "gradcli"
    check_example(python.parent / "gradcli", cwd=tmp_path)


def test_the_bare_checkout_works(checkout: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "bare")
    check_example(python, "-m", "gradcli", cwd=checkout)
    assert run(python, "-m", "gradcli", "--version", cwd=tmp_path, check=False).returncode == 1  # nothing is installed


def test_the_source_archive_has_all_it_needs(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {Path(name).relative_to(Path(name).parts[0]).as_posix() for name in file.getnames()}
    for name in (
        "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "grammar/gradcli.lark",
        "grammar/build_table.py", "man/gradcli.1",
        "tests/test_packaging.py", "tests/cases/output/table/stdout", "tests/data/published.json",
    ):  # fmt: skip
        assert name in names, name
    assert not [name for name in names if "__pycache__" in name or name.startswith((".venv", "dist"))]
