"""Loading a model: its files are checked, then weights, projector and context are loaded; each is freed if a later step
fails."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil

from fanlight.domain.errors import ModelBroken, ModelError, OutOfMemory, PictureError, TemplateBroken
from fanlight.domain.models import LoadOptions, ModelInfo, ModelSpec, RecommendedSampling
from fanlight.domain.path_kinds import look_at
from fanlight.domain.stop import StopFlag
from fanlight.engine import backend, devices, families, logs, named_template
from fanlight.engine.backend import llama
from fanlight.engine.context import Context
from fanlight.engine.families import Thinking
from fanlight.engine.mtmd import VisionEncoder
from fanlight.engine.named_template import NamedTemplate
from fanlight.engine.template import Template
from fanlight.engine.template_budget import RenderingStopped
from fanlight.engine.threads import Threads
from fanlight.engine.vocab import Vocab
from fanlight.gguf import memory
from fanlight.gguf.check import Checked, check
from fanlight.gguf.kv_cache import BATCH, STEP
from fanlight.gguf.memory import MemoryPlan
from fanlight.gguf.sampling_card import recommended_sampling
from fanlight.i18n import _, format_decimal, format_number

log = logging.getLogger(__name__)

_WARM_UP_SECONDS = 0.5
_SIDES = ((1536, 1536), (1536, 1024), (1024, 1536), (1536, 512), (512, 1536), (448, 448))


@dataclass(slots=True)
class LoadedModel:
    """A loaded model; `handles` frees its parts in reverse order."""

    info: ModelInfo
    vocab: Vocab
    vision: VisionEncoder | None
    context: Context
    template: Template
    thinking: Thinking | None
    stops: tuple[str, ...]
    recommended: RecommendedSampling
    handles: contextlib.ExitStack = field(repr=False)

    def close(self) -> None:
        self.handles.close()


def load(
    spec: ModelSpec, loading: LoadOptions, progress: Callable[[float], None] | None, stop: StopFlag | None
) -> LoadedModel:
    """Raises ModelError. llama.cpp opens only files that passed `gguf.check`."""
    checked = check(spec)
    families.check_projector(checked.projector)
    backend.start()
    logs.clear_errors()
    steps = _LoadProgress(spec, progress, stop)
    threads = Threads.of(loading.threads)
    gpus = devices.graphics() if backend.has_gpu() else []
    plan, layers = _plan(checked, loading, [gpu.free_bytes for gpu in gpus])
    with contextlib.ExitStack() as handles:
        model, layers = _model(spec, layers, steps)
        handles.callback(llama.llama_model_free, model)
        vision = _vision(spec, model, threads.reading, steps, on_gpu=bool(layers))
        if vision is not None:
            handles.callback(vision.close)
        steps.check()
        context = _context(model, vision, plan.context_tokens, threads, on_gpu=bool(layers))
        handles.callback(context.close)
        vocab = Vocab(model)
        source = _template(model, vocab)
        template = _template_of(source, vocab, stop)
        thinking = template.thinking
        for tag in (thinking.open, thinking.close) if thinking else ():
            vocab.make_visible(tag)
        _warm_up(context, vision, vocab)
        steps.report(1.0)
        logs.drain()
        device = gpus[0].description if layers else _processor()
        info = ModelInfo(
            spec.name,
            checked.model.architecture,
            vision is not None,
            context.room,
            device,
            spec.practice,
            thinking is not None and (bool(template.switches) or thinking.open in template.source),
        )
        stops = families.PLAIN_STOPS if source == families.PLAIN else ()
        recommended = recommended_sampling(checked.model)
        return LoadedModel(info, vocab, vision, context, template, thinking, stops, recommended, handles.pop_all())
    raise AssertionError("unreachable")


def _vision(spec: ModelSpec, model: int, threads: int, steps: _LoadProgress, *, on_gpu: bool) -> VisionEncoder | None:
    projector = spec.files.projector
    if projector is None:
        return None
    return VisionEncoder.open(projector, model, threads=threads, gpu=on_gpu, progress=steps.projector)


def _plan(checked: Checked, loading: LoadOptions, free_bytes: Sequence[int]) -> tuple[MemoryPlan, int]:
    """The plan, and how many layers go on graphics cards with so much free memory. Raises OutOfMemory where the model
    runs on the processor, without room."""
    if free_bytes and loading.gpu_layers:
        plan = memory.plan(checked, loading.context_tokens, on_card=True)
        layers = plan.layers_on_cards(free_bytes) if loading.gpu_layers < 0 else loading.gpu_layers
        if layers:
            return plan, layers
    plan = memory.plan(checked, loading.context_tokens)
    check_room(plan, psutil.virtual_memory().available)
    return plan, 0


class _LoadProgress:
    """Progress over both files by their sizes, and stopping between and inside them."""

    def __init__(self, spec: ModelSpec, progress: Callable[[float], None] | None, stop: StopFlag | None) -> None:
        self._progress = progress
        self._stop = stop
        sizes = [look_at(path).size for path in (spec.files.model, spec.files.projector) if path is not None]
        self._share = 0.95 * sizes[0] / max(1, sum(sizes))

    def model(self, done: float) -> bool:
        return self.report(done * self._share)

    def projector(self, done: float) -> bool:
        return self.report(self._share + done * (0.95 - self._share))

    def report(self, done: float) -> bool:
        if self._progress is not None:
            self._progress(done)
        return self._stop is None or not self._stop.is_set()

    def check(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise loading_stopped()


def loading_stopped() -> ModelError:
    return ModelError(_("Loading was stopped."), _("Choose the model again to load it."))


def check_room(plan: MemoryPlan, free_bytes: int) -> None:
    """Raises OutOfMemory: the system would rather end the program than refuse memory later."""
    if plan.unmapped > free_bytes:
        text = _("A context of {tokens} tokens needs {needed} GB, and {free} GB are free.")
        raise OutOfMemory(
            text.format(
                tokens=format_number(plan.context_tokens),
                needed=format_decimal(plan.unmapped / 1e9, 1),
                free=format_decimal(free_bytes / 1e9, 1),
            )
        )


def _model(spec: ModelSpec, layers: int, steps: _LoadProgress) -> tuple[int, int]:
    """The model and how many layers are on the graphics card: fewer than asked for when they do not fit."""
    while True:
        handle = _try_model(spec, layers, steps)
        if handle or not layers:
            break
        layers = 0 if layers in (-1, 1) else layers // 2
        log.warning("the graphics card did not take the model; trying %d layers", layers)
    if not handle:
        reason = logs.last_error()
        if "alloc" in reason or "memory" in reason:
            raise OutOfMemory(_("There is not enough memory for {file}.").format(file=spec.files.model.name))
        raise ModelBroken(
            _("llama.cpp cannot load {file}. ({reason})").format(
                file=spec.files.model.name, reason=reason or _("no reason given")
            )
        )
    return handle, layers


def _try_model(spec: ModelSpec, layers: int, steps: _LoadProgress) -> int:
    reports = llama.llama_progress_callback(lambda done, _data: steps.model(done))
    params = llama.llama_model_default_params()
    params.n_gpu_layers = layers
    params.progress_callback = reports
    params.use_extra_bufts = not backend.built_with_amx()
    handle = llama.llama_model_load_from_file(os.fsencode(spec.files.model), params)
    steps.check()
    return int(handle or 0)


def _context(model: int, vision: VisionEncoder | None, tokens: int, threads: Threads, *, on_gpu: bool) -> Context:
    step = BATCH if on_gpu else STEP
    if vision is not None and vision.non_causal:  # the picture attends to itself both ways and must be in one step
        step = max(step, vision.largest_chunk_tokens(_SIDES))
    batch = max(BATCH, step)
    off, auto = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED, llama.LLAMA_FLASH_ATTN_TYPE_AUTO
    settings: dict[str, Any] = {
        "n_ctx": tokens,
        "n_batch": batch,
        "n_ubatch": step,
        "n_seq_max": 1,
        "n_outputs_max": 1,
        "n_threads": threads.writing,
        "n_threads_batch": threads.reading,
        "flash_attn_type": auto if on_gpu else off,  # on a processor it is 3.5 times slower for short texts
        "swa_full": False,
        "no_perf": True,
    }
    handle = open_context(model, **settings)
    return Context(handle, model, vision, batch)


def _template_of(source: str, vocab: Vocab, stop: StopFlag | None) -> Template:
    """Raises TemplateBroken. A template that works for tool calls only is replaced by ChatML if the vocabulary has its
    tokens."""
    marks = vocab.token_text(vocab.bos), vocab.token_text(vocab.eos)
    try:
        renderer = NamedTemplate(source) if named_template.is_name(source) else None
        return Template(source, *marks, stop, renderer)
    except RenderingStopped:
        raise loading_stopped() from None
    except TemplateBroken as error:
        if vocab.single_token("<|im_start|>") is None:
            raise
        log.warning("%s Using ChatML instead.", error)
        return Template(families.CHATML, *marks)


def _template(model: int, vocab: Vocab) -> str:
    raw = llama.llama_model_chat_template(model, None)
    if raw:
        return str(raw.decode("utf-8", "replace"))
    return families.CHATML if vocab.single_token("<|im_start|>") is not None else families.PLAIN


def _warm_up(context: Context, vision: VisionEncoder | None, vocab: Vocab) -> None:
    """Evaluate a token and a picture, so that weights and buffers are in memory before the first question."""
    context.add_text([max(0, vocab.bos)], logits=True)
    context.clear()
    if vision is not None:
        with contextlib.suppress(PictureError):
            vision.warm_up(_WARM_UP_SECONDS)


def _processor() -> str:
    return next((device.description for device in devices.devices() if device.kind == "cpu"), "processor")


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
