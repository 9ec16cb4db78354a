"""What a model's file recommends for sampling."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from fanlight.domain.models import RecommendedSampling, Sampling
from fanlight.gguf.check import check
from fanlight.gguf.sampling_card import recommended_sampling
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings
from support import random_models


def _read(folder: Path, **values: float) -> RecommendedSampling:
    return recommended_sampling(check(random_models.plain(folder, recommended=values)).model)


def test_each_value_is_read_by_llama_cpps_key(tmp_path: Path) -> None:
    found = _read(
        tmp_path, temp=0.6, top_k=20, top_p=0.9, min_p=0.01, penalty_repeat=1.05, penalty_last_n=128
    )  # fmt: skip
    assert found == RecommendedSampling(0.6, 20, 0.9, 0.01, 1.05, 128)
    assert _read(tmp_path / "other") == RecommendedSampling()


@pytest.mark.parametrize(
    ("key", "value"),
    [("temp", math.nan), ("temp", -1.0), ("temp", 1e30), ("top_p", 0.0), ("min_p", 2.0), ("penalty_repeat", 0.5)],
)
def test_a_value_outside_its_range_is_no_recommendation(tmp_path: Path, key: str, value: float) -> None:
    assert _read(tmp_path, **{key: value}) == RecommendedSampling()


def test_minus_one_is_no_limit_of_tokens(tmp_path: Path) -> None:
    assert _read(tmp_path, top_k=-1).top_k == 0


def test_only_what_is_unset_takes_the_recommendation() -> None:
    recommended = RecommendedSampling(temperature=0.2, top_p=0.5, repeat_penalty=1.1)
    usual = sampling_of(Settings()).with_recommended(recommended)
    assert (usual.temperature, usual.top_p, usual.top_k, usual.repeat_penalty) == (0.2, 0.5, 40, 1.1)
    chosen = sampling_of(Settings(temperature=0.9)).with_recommended(recommended)
    assert (chosen.temperature, chosen.top_p) == (0.9, 0.5)
    assert sampling_of(Settings(), practice=True).with_recommended(recommended) == sampling_of(
        Settings(), practice=True
    )
    assert Sampling(temperature=0).with_recommended(recommended).temperature == 0
