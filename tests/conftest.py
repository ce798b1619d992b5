"""Options and settings shared by all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("gradcli", deadline=None, derandomize=True, max_examples=120)
settings.load_profile("gradcli")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="rewrite golden files and README instead of comparing")
