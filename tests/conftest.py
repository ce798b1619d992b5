"""Options and settings shared by all tests.

The suite always draws the same examples. `--hypothesis-profile=fresh` draws others and more of them, from a seed that
it prints, test after test in random order until its time is over; `--hypothesis-seed=N` repeats them.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import settings

from .examples import ORDINARY

FRESH = "fresh"
FRESH_SECONDS = 70  # after which no further test is begun
SEED = "--hypothesis-seed"

settings.register_profile("gradcli", deadline=None, derandomize=True, max_examples=ORDINARY)
settings.register_profile(FRESH, deadline=None, derandomize=False, max_examples=2 * ORDINARY, print_blob=True)
settings.load_profile("gradcli")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put back what the program's own entry sets for its process: a broken pipe would end the tests."""
    names = [name for name in ("SIGINT", "SIGPIPE") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite", action="store_true", help="rewrite golden files, documents and the manual instead of comparing"
    )


def fresh(config: pytest.Config) -> bool:
    return config.getoption("--hypothesis-profile") == FRESH


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("COLUMNS", None)  # the width of the terminal in which tests run, which xdist hands on
    if fresh(config) and config.getoption(SEED) is None:
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))


@pytest.hookimpl(trylast=True)  # Hypothesis marks its tests first
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that draw examples, in an order that the seed gives."""
    if fresh(config):
        config.hook.pytest_deselected(items=[item for item in items if not item.get_closest_marker("hypothesis")])
        items[:] = [item for item in items if item.get_closest_marker("hypothesis")]
        random.Random(config.getoption(SEED)).shuffle(items)


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[STARTED] = time.monotonic()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if fresh(item.config) and time.monotonic() - item.config.stash[STARTED] > FRESH_SECONDS:
        pytest.skip(f"the {FRESH_SECONDS} seconds of a fresh run are over")


def skipped(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """Return a short table of why tests were skipped, the commonest reason first: how many, and the reason."""
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports if report.longrepr)
    return [f"{count:6}  {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := skipped(terminalreporter.stats.get("skipped", [])):
        terminalreporter.section("skipped tests")
        for line in lines:
            terminalreporter.write_line(line)
    if fresh(config):
        again = f"--hypothesis-profile={FRESH} {SEED}={config.getoption(SEED)}"
        terminalreporter.write_line(f"examples of this run: {again} TEST draws them again")


STARTED = pytest.StashKey[float]()
