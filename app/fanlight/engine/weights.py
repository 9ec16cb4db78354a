"""llama.cpp's model and context, made on the devices of a placement. Raises OutOfMemory where one has no room."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from typing import Any

from fanlight.domain.errors import ModelBroken, OutOfMemory, ProjectorMismatch
from fanlight.domain.models import ModelSpec
from fanlight.domain.placement import Placement
from fanlight.domain.tuning import USUAL, Tuning
from fanlight.engine import backend, devices, logs
from fanlight.engine.backend import llama
from fanlight.engine.batches import MOST_TOGETHER
from fanlight.engine.card_room import CardRoom
from fanlight.engine.context import Context
from fanlight.engine.load_steps import LoadProgress
from fanlight.engine.mtmd import VisionEncoder
from fanlight.engine.threads import Threads
from fanlight.gguf.kv_cache import BATCH, STEP
from fanlight.gguf.memory import MemoryPlan
from fanlight.i18n import _, format_number

_SIDES = (
    (1536, 1536), (1536, 1024), (1024, 1536), (1536, 512), (512, 1536), (448, 448),
    (2048, 1152), (1152, 2048), (3072, 768), (768, 3072), (4096, 4096),
)  # fmt: skip


def open_weights(spec: ModelSpec, placement: Placement, steps: LoadProgress) -> int:
    """The model. Raises OutOfMemory, ModelBroken."""
    reports = llama.llama_progress_callback(lambda done, _data: steps.model(done))
    used = device_list(placement.devices if placement.on_card else ())
    params = llama.llama_model_default_params()
    params.devices = ctypes.cast(used, ctypes.c_void_p)
    params.n_gpu_layers = placement.layers
    params.progress_callback = reports
    params.use_extra_bufts = placement.repacks and not backend.built_with_amx()
    handle = llama.llama_model_load_from_file(os.fsencode(spec.files.model), params)
    steps.check()
    if not handle:
        reason = logs.last_error()
        if placement.on_card or "alloc" in reason or "memory" in reason:  # llama.cpp does not say that a card is full
            raise OutOfMemory(_("There is not enough memory for {file}.").format(file=spec.files.model.name))
        raise ModelBroken(
            _("llama.cpp cannot load {file}. ({reason})").format(
                file=spec.files.model.name, reason=reason or _("no reason given")
            )
        )
    return int(handle)


def device_list(names: Sequence[str]) -> Any:
    """llama.cpp's list of devices, which ends with a null. An empty one keeps everything on the processor: with no list
    at all it computes long batches on a device even without layers there. Raises OutOfMemory."""
    try:
        handles = [devices.handle_of(name) for name in names]
    except LookupError as error:
        raise OutOfMemory(_("The graphics card {name} is gone.").format(name=error)) from error
    return (ctypes.c_void_p * (len(handles) + 1))(*handles, None)


def open_vision(
    spec: ModelSpec,
    model: int,
    placement: Placement,
    threads: Threads,
    steps: LoadProgress,
    planned: MemoryPlan | None = None,
) -> VisionEncoder | None:
    """`planned`: for a placement on graphics devices. Raises OutOfMemory, ProjectorMismatch."""
    projector = spec.files.projector
    if projector is None:
        return None
    device = devices.handle_of(placement.devices[0]) if placement.encoder_on_card and placement.devices else None
    encoding = planned.encoding if planned is not None else 0
    needed = encoding + (planned.projector if planned is not None else 0)
    if device is not None and not devices.has_room(device, needed):  # mtmd would abort the process
        raise OutOfMemory(_("There is not enough memory for {file}.").format(file=projector.name))
    try:
        vision = VisionEncoder.open(
            projector, model, threads=threads.reading, device=device, most_tokens=placement.picture_tokens,
            progress=steps.projector,
        )  # fmt: skip
    except ProjectorMismatch:
        steps.check()  # stopped, it is refused like a file that does not fit
        raise
    if device is not None:
        vision.card_room, vision.picture_bytes = CardRoom(placement.devices[:1]), encoding
    return vision


def open_model_context(
    model: int, vision: VisionEncoder | None, placement: Placement, threads: Threads, tuning: Tuning = USUAL
) -> Context:
    """Raises OutOfMemory, also where llama.cpp has no such context."""
    step = tuning.step_tokens or (BATCH if placement.on_card else STEP)
    if vision is not None and vision.non_causal:  # the picture attends to itself both ways and must be in one step
        step = max(step, vision.largest_chunk_tokens(_SIDES))
    batch = max(BATCH, step)
    settings: dict[str, Any] = {
        "n_ctx": placement.context_tokens,
        "n_batch": batch,
        "n_ubatch": step,
        "n_seq_max": 1,
        "n_outputs_max": MOST_TOGETHER,
        "n_threads": threads.writing,
        "n_threads_batch": threads.reading,
        **_attention(placement, tuning),
        "offload_kqv": placement.cache_on_card,
        "op_offload": placement.on_card,
        "swa_full": False,
        "no_perf": True,
    }
    handle = open_context(model, **settings)
    context = Context(handle, model, vision, batch)
    if placement.on_card:
        context.use_cards(_card_room(model, placement, tuning))
    return context


def _card_room(model: int, placement: Placement, tuning: Tuning) -> CardRoom:
    scored = not (tuning.flash_attention or tuning.small_cache)
    heads = llama.llama_model_n_head(model) if scored else 0
    return CardRoom(placement.devices, llama.llama_model_n_embd(model), llama.llama_model_n_layer(model), heads)


def _attention(placement: Placement, tuning: Tuning) -> dict[str, int]:
    """On a processor flash attention is 3.5 times slower for short texts."""
    if placement.on_card and tuning.small_cache:
        small = llama.GGML_TYPE_Q8_0
        return {"flash_attn_type": llama.LLAMA_FLASH_ATTN_TYPE_ENABLED, "type_k": small, "type_v": small}
    if placement.on_card and tuning.flash_attention:
        return {"flash_attn_type": llama.LLAMA_FLASH_ATTN_TYPE_AUTO}
    return {"flash_attn_type": llama.LLAMA_FLASH_ATTN_TYPE_DISABLED}


def open_context(model: int, **settings: Any) -> int:
    """A llama.cpp context. Raises OutOfMemory."""
    params = llama.llama_context_default_params()
    for name, value in settings.items():
        setattr(params, name, value)
    handle = llama.llama_init_from_model(model, params)
    if not handle:
        raise OutOfMemory(
            _("There is not enough memory for a context of {tokens} tokens.").format(tokens=format_number(params.n_ctx))
        )
    return int(handle)
