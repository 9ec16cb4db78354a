"""Where a model goes on cards of some size, and the retreat where they give less than they say."""

from __future__ import annotations

import ctypes
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from fanlight.cli.model_facts import room_on_cards
from fanlight.domain.errors import ModelError, OutOfMemory
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.placement import ALL_LAYERS, Placement, given_up
from fanlight.engine import backend, devices, loading, placing, weights
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import VisionEncoder
from fanlight.engine.placing import Placing, plan_placing
from fanlight.gguf import memory
from fanlight.gguf.check import Checked, check
from fanlight.gguf.memory import card_margin, plan
from fanlight.settings import Settings
from support import few_layers, random_models


def card(free: int) -> ComputeDevice:
    return ComputeDevice("Vulkan0", "A card", "gpu", free, 2**33)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return check(ModelSpec.of_files("x", random_models.shape_only(tmp_path_factory.mktemp("m"), "llama-8b")))


def placed(checked: Checked, free: int, **options: Any) -> Placing:
    return plan_placing(checked, LoadOptions(**options), lambda _options: [card(free)])


def test_all_layers_go_on_a_card_with_room_and_a_part_on_a_smaller_one(checked: Checked) -> None:
    assert placed(checked, 24 * 2**30).wanted.layers == ALL_LAYERS
    partly = placed(checked, 4 * 2**30).wanted
    assert 4 < partly.layers < 32
    assert partly.devices == ("Vulkan0",)
    assert placed(checked, 2**28).attempts == (Placement(8192),)


def test_layers_that_are_chosen_by_hand_are_tried_and_retreated_from(checked: Checked) -> None:
    chosen = placed(checked, 2**30, gpu_layers=30)
    assert chosen.attempts[0].layers == 30
    assert chosen.attempts[-1].layers == 0
    assert placed(checked, 2**30, gpu_layers=999).wanted.layers == ALL_LAYERS
    assert placed(checked, 2**30, gpu_layers=0).attempts == (Placement(8192),)


def test_a_card_that_the_encoder_would_fill_gets_layers_instead(tmp_path: Path) -> None:
    checked = check(random_models.hybrid(tmp_path))
    planned = plan(checked, 8192, on_card=True)
    reading = planned.projector + planned.encoding
    last = planned.layers[-1].weights + planned.layers[-1].cache
    assert reading > 0
    free = card_margin(0) + planned.card_compute + last
    wanted = plan_placing(checked, LoadOptions(8192), lambda _options: [card(free)]).wanted
    assert (wanted.layers, wanted.encoder_on_card) == (1, False)


def test_what_has_ended_a_process_is_left_out(checked: Checked) -> None:
    first = placed(checked, 24 * 2**30)
    later = placed(checked, 24 * 2**30, died_with=first.attempts[:2])
    assert later.attempts == first.attempts[2:]
    assert later.wanted == first.wanted
    with pytest.raises(ModelError, match="each way to do it has ended"):
        placed(checked, 24 * 2**30, died_with=first.attempts)


def test_an_automatic_context_shrinks_where_main_memory_is_short_and_a_chosen_one_does_not(
    checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = plan(checked, 4096).unmapped
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    assert placed(checked, 0, gpu_layers=0).attempts == (Placement(4096),)
    with pytest.raises(OutOfMemory, match="8,192 tokens"):
        placed(checked, 0, gpu_layers=0, context_tokens=8192)


def test_where_memory_is_short_weights_stay_in_their_file_before_the_context_shrinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "repacked_kinds", lambda: frozenset(("q4_0",)))
    checked = check(few_layers.four_bits(tmp_path))
    planned = plan(checked, 4096)
    loading = LoadOptions(4096, gpu_layers=0)
    for free, repacks in (
        (planned.unmapped, True),
        (planned.unmapped - 1, False),
        (planned.as_in_file().unmapped, False),
    ):
        monkeypatch.setattr(psutil, "virtual_memory", lambda free=free: SimpleNamespace(available=free))
        found = plan_placing(checked, loading)
        assert found.attempts == (Placement(4096, repacks=repacks),)
        said = given_up(found.wanted, found.attempts[0], found.layers)
        assert [text.startswith("Memory is short: the weights stay") for text in said] == [True] * (not repacks)
    with pytest.raises(ModelError, match="has ended the process"):
        plan_placing(checked, replace(loading, died_with=(Placement(4096, repacks=False),)))


@pytest.mark.model
@pytest.mark.parametrize("repacks", [True, False])
def test_weights_are_laid_out_anew_as_it_was_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repacks: bool
) -> None:
    seen: list[bool] = []
    real = backend.llama.llama_model_load_from_file

    def opened(path: bytes, params: Any) -> Any:
        seen.append(params.use_extra_bufts)
        return real(path, params)

    monkeypatch.setattr(backend.llama, "llama_model_load_from_file", opened)
    spec = few_layers.four_bits(tmp_path)
    free = plan(check(spec), 512).unmapped if repacks else plan(check(spec), 512).as_in_file().unmapped
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free, total=2**34))
    LlamaEngine.load(spec, LoadOptions(512, 1, 0)).close()
    assert seen == [repacks and not backend.built_with_amx()]


@pytest.fixture
def small_card(monkeypatch: pytest.MonkeyPatch, spec: ModelSpec) -> list[Placement]:
    """A card that says it has room, and takes no layer at all: what was tried on it. There is no such device here, so
    that it would be an error to name it to llama.cpp."""
    tried: list[Placement] = []
    opened = weights.open_weights

    def open_weights(spec: ModelSpec, placement: Placement, steps: Any) -> int:
        tried.append(placement)
        if placement.on_card:
            raise OutOfMemory("no room")
        return opened(spec, placement, steps)

    monkeypatch.setattr(loading, "open_weights", open_weights)
    monkeypatch.setattr(placing, "usable_cards", lambda _options: [card(2**33)])
    return tried


@pytest.mark.model
def test_a_card_that_lies_costs_steps_and_ends_on_the_processor(spec: ModelSpec, small_card: list[Placement]) -> None:
    with closing(LlamaEngine.load(spec, LoadOptions(512))) as engine:
        assert [placement.layers for placement in small_card[:2]] == [ALL_LAYERS, small_card[1].layers]
        assert small_card[-1] == Placement(512)
        assert engine.info.notices == (
            "The model is computed by the processor alone: the graphics card has no room for it.",
        )
        assert "A card" not in engine.info.device


@pytest.mark.model
def test_an_encoder_without_room_goes_to_the_processor_before_mtmd_is_asked(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan(check(spec), 512, on_card=True)
    opened = VisionEncoder.open
    refused: list[bool] = []

    def refuse(handle: int, size: int) -> bool:
        if size != planned.projector + planned.encoding:
            return True
        refused.append(bool(handle))
        return False

    def handle_of(_name: str) -> int | None:
        return 1

    def open_encoder(*args: Any, device: int | None, **more: Any) -> Any:
        assert device is None
        return opened(*args, device=device, **more)

    monkeypatch.setattr(placing, "usable_cards", lambda _options: [card(2**33)])
    monkeypatch.setattr(devices, "handle_of", handle_of)
    monkeypatch.setattr(weights, "device_list", lambda _names: _no_devices())
    monkeypatch.setattr(devices, "has_room", refuse)
    monkeypatch.setattr(VisionEncoder, "open", open_encoder)
    with closing(LlamaEngine.load(spec, LoadOptions(512))) as engine:
        assert engine.info.notices[-1].startswith("Pictures are read by the processor")
    assert set(refused) == {True}


def _no_devices() -> Any:
    return (ctypes.c_void_p * 1)(None)


@pytest.mark.model
def test_a_device_gives_what_it_has_and_no_more() -> None:
    handle = devices.handle_of(next(device.name for device in devices.devices() if device.kind == "cpu"))
    assert devices.has_room(handle, 3 * 2**28)
    with pytest.raises(OutOfMemory, match="Nowhere0"):  # and what does not need it is tried next
        weights.device_list(["Nowhere0"])


def test_doctor_and_show_say_how_many_layers_fit(checked: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ModelSpec.of_files("x", checked.model.path)
    monkeypatch.setattr(placing, "usable_cards", lambda _options: [card(4 * 2**30)])
    count = placed(checked, 4 * 2**30).wanted.layers
    assert room_on_cards(spec, Settings()) == f"A card has room for {count} of its 32 layers."
    monkeypatch.setattr(placing, "usable_cards", lambda _options: [card(2**35)])
    assert room_on_cards(spec, Settings()) == "A card has room for 32 of its 32 layers."
    assert room_on_cards(spec, Settings(gpu_layers=0)) == ""


@pytest.mark.model
def test_a_load_that_a_card_refuses_without_a_reason_is_no_broken_file(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backend.llama.llama_model_load_from_file

    def refuse_layers(path: bytes, params: Any) -> Any:
        return None if params.n_gpu_layers else real(path, params)

    monkeypatch.setattr(placing, "usable_cards", lambda _options: [card(2**33)])
    monkeypatch.setattr(weights, "device_list", lambda _names: _no_devices())
    monkeypatch.setattr(backend.llama, "llama_model_load_from_file", refuse_layers)
    with closing(LlamaEngine.load(spec, LoadOptions(512))) as engine:
        assert engine.info.notices[0].startswith("The model is computed by the processor alone")
