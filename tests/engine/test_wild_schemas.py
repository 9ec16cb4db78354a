"""A few of the fuzzer's schemas, grammars and templates; `make fuzz` tries thousands."""

from __future__ import annotations

import pytest

from fuzz.run_schemas import wild_results

pytestmark = pytest.mark.model


def test_wild_schemas_grammars_and_templates_are_answered_or_refused() -> None:
    results = list(wild_results(range(60), seed=11))
    assert [(result.case.text, result.said) for result in results if result.failed] == []
    assert {result.outcome for result in results} == {"answered", "refused"}
