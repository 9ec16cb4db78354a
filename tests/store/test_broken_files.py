"""A few of the broken settings, lists of models, journals and databases of `make fuzz`."""

from __future__ import annotations

from fuzz.campaign import tried
from fuzz.run_stored import attempts


def test_eighty_broken_files_are_read_or_said_and_can_be_written_again() -> None:
    assert set(tried(range(80), attempts, seed=5)) >= {"answered", "refused"}
