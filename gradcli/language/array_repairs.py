"""stub"""

from typing import Any


def with_repairs(problem: Any, scope: Any, read: Any) -> Any:
    return problem
