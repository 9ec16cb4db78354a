"""Some of the sequences of `make fuzz`."""

from __future__ import annotations

import pytest

from fuzz.run_downloads import run_sequence


@pytest.mark.loopback
@pytest.mark.parametrize("seed", range(8))
def test_after_any_faults_the_file_is_right_or_absent(seed: int) -> None:
    result = run_sequence(seed)
    assert not result.failed, result
