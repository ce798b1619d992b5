"""Pytest's side of `python -m tests.mutation`: which lines a test runs, and how it dies of a wrong edit.

Loaded with `-p tests.mutation_hooks`. What it has to do stands in the environment: FOLDER (of notes), TREE (which the
processes that tests start must import), and either MEASURE or the file ORDER of tests to run.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import Phase, settings

FOLDER, TREE, MEASURE, ORDER = (f"GRADCLI_MUTATION_{name}" for name in ("FOLDER", "TREE", "MEASURE", "ORDER"))
CONTEXT = "GRADCLI_MUTATION_CONTEXT"
CONFIG = "[run]\nparallel = true\nsource = {tree}/gradcli\ndata_file = {folder}/lines\ncontext = ${{{context}-}}\n"
FEW = 8  # times fewer examples of property tests than in the suite, where only the lines they run are wanted
BUSY_SECONDS, WAITING_SECONDS = 40, 300  # then a test hangs

KEPT: dict[str, str] = {}  # settings that every process gets that a test starts, whatever environment it is given


def folder() -> Path:
    return Path(os.environ[FOLDER])


def pytest_configure(config: pytest.Config) -> None:
    KEPT["PYTHONPATH"] = os.environ[TREE]
    config.pluginmanager.register(Measuring(config) if MEASURE in os.environ else Asking())
    original = subprocess.Popen.__init__

    def started(self: Any, *args: Any, **kwargs: Any) -> None:
        env = kwargs.get("env")
        kwargs["env"] = {**(os.environ if env is None else env), **KEPT}
        original(self, *args, **kwargs)

    subprocess.Popen.__init__ = started  # type: ignore[method-assign]


class Measuring:
    """Notes for every test how long it takes, whether it passes, and the lines it runs, in started processes too."""

    def __init__(self, config: pytest.Config) -> None:
        self.is_worker = hasattr(config, "workerinput")
        self.alone = self.is_worker or not config.getoption("numprocesses", None)
        self.found: dict[str, list[Any]] = {}
        settings.register_profile("few", max_examples=settings().max_examples // FEW, deadline=None, derandomize=True)
        settings.load_profile("few")
        rules = folder() / "coveragerc"
        rules.write_text(CONFIG.format(tree=os.environ[TREE], folder=folder(), context=CONTEXT))
        self.coverage = coverage.Coverage(config_file=str(rules))
        if self.alone:
            KEPT["COVERAGE_PROCESS_START"] = str(rules)
            self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if self.alone:
            self.coverage.switch_context(item.nodeid)
        KEPT[CONTEXT] = item.nodeid.replace("$", "")
        result = yield
        if self.alone:
            self.coverage.switch_context("")
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if item.get_closest_marker("hypothesis"):
            call.duration *= FEW

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds, passes = self.found.get(report.nodeid, (0.0, True))
        passes = passes and report.outcome != "failed" and not (report.when == "call" and report.skipped)
        self.found[report.nodeid] = [seconds + report.duration, passes]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        if self.alone:
            self.coverage.stop()
            self.coverage.save()
        if not self.is_worker:
            (folder() / "tests.json").write_text(json.dumps(self.found))


class Asking:
    """Runs the tests of a list, in its order, and notes how the first that fails does so."""

    def __init__(self) -> None:
        names, failing = json.loads(Path(os.environ[ORDER]).read_text())
        self.order = {name: k for k, name in enumerate(names)}
        self.failing = {*failing}
        settings.register_profile("no shrinking", phases=(Phase.explicit, Phase.generate))
        settings.load_profile("no shrinking")

    def _place(self, item: pytest.Item) -> int | None:
        """Return the place of a test, or of its file, in the order; None for one that is not to be run."""
        if item.nodeid in self.failing:
            return None
        return self.order.get(item.nodeid, self.order.get(item.nodeid.partition("::")[0]))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        placed = [(place, item) for item in items if (place := self._place(item)) is not None]
        items[:] = [item for _, item in sorted(placed, key=lambda entry: entry[0])]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        note("timeout", item.nodeid)
        signal.setitimer(signal.ITIMER_VIRTUAL, BUSY_SECONDS)  # which ends the process
        faulthandler.dump_traceback_later(WAITING_SECONDS, exit=True)
        result = yield
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        faulthandler.cancel_dump_traceback_later()
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self, node: Any, call: pytest.CallInfo[Any]) -> None:
        error = call.excinfo.type if call.excinfo else AssertionError
        asserted = issubclass(error, AssertionError | pytest.fail.Exception)
        note("assertion" if asserted else f"crash, {error.__name__}", node.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            note("survived", "")


def note(how: str, test: str) -> None:
    (folder() / "verdict").write_text(json.dumps([how, test]))
