"""What the computer has, and which projectors are refused."""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest

from fanlight.domain.errors import ModelError
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine import backend, devices, families, loading
from fanlight.gguf.check import Checked, check
from support import random_models


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return random_models.hybrid(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def checked(spec: ModelSpec) -> Checked:
    return check(spec)


def test_the_processor_is_a_device_and_the_last_one() -> None:
    found = devices.devices()
    assert found[-1].kind == "cpu"
    assert found[-1].description
    assert 0 < found[-1].free_bytes < found[-1].total_bytes == psutil.virtual_memory().total


def test_the_versions_name_what_the_engine_stands_on() -> None:
    said = devices.versions()
    assert said["llama-cpp-python"].count(".") == 2
    assert all(said.values())


@pytest.mark.parametrize(("system_info", "extra"), [(b"AVX2 = 1 | ", True), (b"AVX512 = 1 | AMX_INT8 = 1 | ", False)])
def test_a_llama_cpp_that_was_built_with_amx_loads_the_model_without_its_tiles(
    spec: ModelSpec, system_info: bytes, extra: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(backend.llama, "llama_print_system_info", lambda: system_info)
    monkeypatch.setattr(
        backend.llama, "llama_model_load_from_file", lambda _path, params: seen.append(params.use_extra_bufts)
    )
    with pytest.raises(ModelError):
        loading.load(spec, LoadOptions(), None, None)
    assert seen == [extra]


def test_projectors_that_would_be_used_wrongly_are_refused(checked: Checked) -> None:
    families.check_projector(None)
    families.check_projector(checked.projector)
    assert checked.projector is not None
    placed = {**checked.projector.metadata, "clip.projector_type": "hunyuanvl"}
    with pytest.raises(ModelError, match="hunyuanvl"):
        families.check_projector(replace(checked.projector, metadata=placed))
