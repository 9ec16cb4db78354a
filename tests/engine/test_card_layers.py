"""How many layers are put on cards of some sizes, against what llama.cpp itself would take for them there, which it
tells without allocating anything (`make test-gpu`)."""

from __future__ import annotations

import ctypes
import logging
import os
import re
from pathlib import Path

import pytest

from fanlight.domain.models import ModelSpec
from fanlight.domain.placement import ALL_LAYERS
from fanlight.engine import logs
from fanlight.engine.backend import llama, start
from fanlight.engine.graphics import find_graphics
from fanlight.engine.weights import device_list, open_context
from fanlight.gguf import memory
from fanlight.gguf.check import check
from fanlight.gguf.header import Header
from fanlight.gguf.kv_cache import BATCH
from fanlight.gguf.memory import MemoryPlan, card_margin
from support import random_models

pytestmark = [pytest.mark.gpu, pytest.mark.model, pytest.mark.timeout(900)]

GB = 10**9
CARDS = (6 * GB, 8 * GB, 12 * GB, 24 * GB)
CONTEXT = 8192
Log = pytest.LogCaptureFixture


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of one that can be used."""
    usable = find_graphics(tmp_path_factory.mktemp("engine")).usable
    if not usable:
        pytest.skip("no graphics device that llama.cpp can use")
    start()
    return usable[0].name


@pytest.mark.parametrize("shape", random_models.SHAPES)
def test_as_many_layers_as_fit(
    shape: str, card: str, tmp_path: Path, caplog: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, "fanlight.llama")
    path = random_models.shape_only(tmp_path, shape)
    checked = check(ModelSpec.of_files(shape, path))
    planned = memory.plan(checked, CONTEXT, on_card=True)
    whole = len(planned.layers) + 1  # with the output layer
    taken = {0: 0}

    def takes(layers: int) -> int:
        return _taken(planned, checked.model, card, layers, taken, caplog)

    for free in CARDS:
        chosen = planned.layers_on_cards([free])
        chosen = whole if chosen == ALL_LAYERS else chosen
        room = free - card_margin(free)
        fits = chosen
        while fits < whole and takes(fits + 1) <= room:
            fits += 1
        while fits and takes(fits) > room:
            fits -= 1
        with capsys.disabled():
            print(f"\n{shape} at {CONTEXT}, {free // GB} GB: {chosen} of {whole} chosen, {fits} fit", end="")
        assert fits - 1 <= chosen <= fits


def _taken(plan: MemoryPlan, header: Header, card: str, layers: int, known: dict[int, int], log: Log) -> int:
    """Bytes on the card with so many layers: their weights, what llama.cpp keeps of the conversation in them (which
    test_memory compares with it), and its buffer there."""
    if layers not in known:
        own = plan.layers[max(0, len(plan.layers) - layers) :]
        output = sum(tensor.bytes for tensor in header.tensors if tensor.name.startswith("output"))
        known[layers] = sum(layer.weights + layer.cache for layer in own) + _buffer(header.path, card, layers, log)
        known[layers] += output if layers > len(plan.layers) else 0
    return known[layers]


def _buffer(path: Path, card: str, layers: int, log: Log) -> int:
    logs.drain()
    log.clear()
    params, used = llama.llama_model_default_params(), device_list([card])
    params.devices = ctypes.cast(used, ctypes.c_void_p)
    params.n_gpu_layers, params.no_alloc, params.load_mode = layers, True, 0
    model = llama.llama_model_load_from_file(os.fsencode(path), params)
    assert model, logs.last_error()
    context = open_context(
        model, n_ctx=CONTEXT, n_batch=BATCH, n_ubatch=BATCH, n_seq_max=1, n_outputs_max=1, swa_full=False,
        flash_attn_type=llama.LLAMA_FLASH_ATTN_TYPE_AUTO,
    )  # fmt: skip
    llama.llama_free(context)
    llama.llama_model_free(model)
    logs.drain()
    (size,) = re.findall(rf"{card} compute buffer size =\s+([\d.]+) MiB", "\n".join(log.messages))
    return int(2**20 * float(size))
