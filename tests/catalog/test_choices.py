"""What is offered first fits, and the recommended one leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog.catalog_file import load_known_models
from fanlight.catalog.choices import choices_for
from fanlight.catalog.known_models import KnownModels

SHIPPED = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def known() -> KnownModels:
    return load_known_models(SHIPPED, SHIPPED / "nowhere")


@pytest.mark.parametrize(
    ("gigabytes", "first"),
    [
        (3.8, "minicpm-v-4.6"),
        (7.6, "qwen3-vl-4b"),
        (8, "qwen3-vl-4b"),
        (12, "qwen3-vl-4b"),
        (15.4, "qwen3.5-9b"),
        (24, "gemma-4-12b"),
        (128, "gemma-4-12b"),
    ],
)
def test_the_recommended_one_of_the_largest_tier_leads(known: KnownModels, gigabytes: float, first: str) -> None:
    chosen = choices_for(known, round(gigabytes * 1e9))
    assert chosen[0].id == first
    assert len(chosen) == 3
    assert len({model.id for model in chosen}) == 3
    assert all(model.tier_gb <= gigabytes * 1.1 for model in chosen)
    assert not any(model.prompts for model in chosen)  # those only read text


@pytest.mark.parametrize("gigabytes", [16, 24, 64])
def test_lighter_ones_are_next(known: KnownModels, gigabytes: int) -> None:
    first, *others = choices_for(known, gigabytes * 10**9)
    assert all(model.tier_gb < first.tier_gb for model in others)


def test_where_none_fits_none_is_offered(known: KnownModels) -> None:
    assert choices_for(known, 10**9) == []
    assert choices_for(KnownModels(), 10**12) == []
