"""How many examples a property test draws: the more, the more the profile has that is loaded."""

from __future__ import annotations

from hypothesis import settings

ORDINARY = 120  # of the profile of the suite


def examples(count: int) -> settings:
    """Return settings with so many examples in the ordinary profile, in others as many times more as they have."""
    return settings(max_examples=max(1, count * settings().max_examples // ORDINARY))
