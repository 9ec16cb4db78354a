"""What the computer has, and what goes where."""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest

from fanlight.domain.errors import ModelError, OutOfMemory
from fanlight.domain.models import ModelSpec
from fanlight.engine import devices, families, plan
from fanlight.engine.devices import ComputeDevice
from fanlight.gguf.check import Checked, check
from support import random_models


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return random_models.hybrid(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def checked(spec: ModelSpec) -> Checked:
    return check(spec)


def card(free: int) -> ComputeDevice:
    return ComputeDevice("GPU0", "A card", "gpu", free, free)


def test_the_processor_is_a_device_and_the_last_one() -> None:
    found = devices.devices()
    assert found[-1].kind == "cpu"
    assert found[-1].description
    assert 0 < found[-1].free_bytes < found[-1].total_bytes == psutil.virtual_memory().total


def test_the_versions_name_what_the_engine_stands_on() -> None:
    said = devices.versions()
    assert said["llama-cpp-python"].count(".") == 2
    assert all(said.values())


def test_only_layers_that_remember_count_for_the_cache(checked: Checked) -> None:
    # lfm2: layers 1 and 3 attend, with 2 shared heads of 16 numbers for keys and for values, 2 bytes each
    assert plan.cache_bytes(checked.model, 100) == 2 * 2 * (16 + 16) * 2 * 100


def test_all_layers_go_on_a_card_with_room_and_some_on_a_smaller_one(checked: Checked) -> None:
    weights = sum(tensor.bytes for tensor in checked.model.tensors)
    assert checked.projector is not None
    eye, cache = checked.projector.file_bytes, plan.cache_bytes(checked.model, 1000)
    assert plan.layers_that_fit(checked, 1000, [card(2**30 + weights + eye + cache)]) == -1
    assert plan.layers_that_fit(checked, 1000, [card(2**30 + eye + (weights + cache) // 2)]) in (1, 2)
    assert plan.layers_that_fit(checked, 1000, [card(2**29)]) == 0
    assert plan.layers_that_fit(checked, 1000, []) == 0


def test_a_cache_larger_than_memory_is_refused(checked: Checked) -> None:
    plan.check_room(checked, 1000, 2**30)
    with pytest.raises(OutOfMemory, match="1,000,000,000 tokens"):
        plan.check_room(checked, 10**9, 2**30)


def test_projectors_that_would_be_used_wrongly_are_refused(checked: Checked) -> None:
    families.check_projector(None)
    families.check_projector(checked.projector)
    assert checked.projector is not None
    placed = {**checked.projector.metadata, "clip.projector_type": "hunyuanvl"}
    with pytest.raises(ModelError, match="hunyuanvl"):
        families.check_projector(replace(checked.projector, metadata=placed))
