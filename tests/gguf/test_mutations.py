"""A few of the broken files of `make fuzz`: each is loaded and answers, or is refused in one sentence."""

from __future__ import annotations

import pytest

from fuzz.run_gguf import results


@pytest.mark.model
def test_forty_broken_models_are_answered_or_refused_and_none_kills_the_process() -> None:
    found = list(results(range(40), seed=7))
    assert len(found) == 40
    assert [(result.case.what, result.outcome, result.said) for result in found if result.failed] == []
    outcomes = {result.outcome for result in found}
    assert outcomes == {"answered", "refused"}
