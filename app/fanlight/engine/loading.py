"""Loading a model: its files are checked, then weights, projector and context are loaded where they fit; each is freed
if a later step fails."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fanlight.domain.clips import UNKNOWN_COST
from fanlight.domain.errors import OutOfMemory, PictureError
from fanlight.domain.models import LoadOptions, ModelFiles, ModelInfo, ModelSpec, RecommendedSampling
from fanlight.domain.placement import Placement, given_up
from fanlight.domain.stop import StopFlag
from fanlight.engine import backend, devices, families, logs
from fanlight.engine.backend import llama
from fanlight.engine.context import Context
from fanlight.engine.families import Thinking
from fanlight.engine.hearing import SoundEncoder
from fanlight.engine.load_steps import LoadProgress
from fanlight.engine.model_template import open_template, template_source
from fanlight.engine.mtmd import VisionEncoder
from fanlight.engine.overview import always_tiled, encoder_colors
from fanlight.engine.placing import Placing, plan_placing
from fanlight.engine.template import Template
from fanlight.engine.threads import Threads
from fanlight.engine.vocab import Vocab
from fanlight.engine.weights import open_model_context, open_vision, open_weights
from fanlight.gguf.check import Checked, check
from fanlight.gguf.header import Header
from fanlight.gguf.hearing import longest_heard
from fanlight.gguf.kv_cache import BATCH, padded
from fanlight.gguf.memory import LONGEST_SIDE
from fanlight.gguf.sampling_card import recommended_sampling
from fanlight.i18n import _, format_number

log = logging.getLogger(__name__)

OnAttempt = Callable[[Placement], None]
"""Called before a model is loaded with this placement."""
_WARM_UP_SECONDS = 0.5
_FILL_SECONDS = 2.0
_CARD_BATCHES = (64, 16, 8)
"""Tokens: small matrices, whose sums are split, and the most that are multiplied as vectors."""
_CARD_SIDES = (64, 512, LONGEST_SIDE)
_clock = time.perf_counter


@dataclass(slots=True)
class LoadedModel:
    """A loaded model; `handles` frees its parts in reverse order."""

    info: ModelInfo
    vocab: Vocab
    vision: VisionEncoder | None
    hearing: SoundEncoder | None
    context: Context
    template: Template
    thinking: Thinking | None
    stops: tuple[str, ...]
    recommended: RecommendedSampling
    placement: Placement
    files: ModelFiles
    handles: contextlib.ExitStack = field(repr=False)

    def close(self) -> None:
        self.handles.close()


def load(
    spec: ModelSpec,
    loading: LoadOptions,
    progress: Callable[[float], None] | None,
    stop: StopFlag | None,
    on_attempt: OnAttempt | None = None,
) -> LoadedModel:
    """As much on graphics devices as they have room for, which is found out step by step. Raises ModelError. llama.cpp
    opens only files that passed `gguf.check`."""
    checked = check(spec)
    families.check_projector(checked.projector)
    placing = plan_placing(checked, loading)  # before llama.cpp is used: its drivers may have to be hidden
    backend.start()
    steps = LoadProgress(spec, progress, stop)
    refused: OutOfMemory | None = None
    for placement in placing.attempts:
        logs.clear_errors()
        if on_attempt is not None:
            on_attempt(placement)
        try:
            loaded = _load_placed(spec, checked, placement, placing, loading, steps, stop)
        except OutOfMemory as error:
            steps.check()
            refused = error
            log.warning("%s was too much: %s", placement, error.message)
            continue
        steps.report(1.0)
        logs.drain()
        return loaded
    raise refused or placing.refusal


def _load_placed(
    spec: ModelSpec,
    checked: Checked,
    placement: Placement,
    placing: Placing,
    loading: LoadOptions,
    steps: LoadProgress,
    stop: StopFlag | None,
) -> LoadedModel:
    """Raises OutOfMemory where it does not fit; nothing is left of it then."""
    threads = Threads.of(loading.threads, loading.tuning)
    with contextlib.ExitStack() as handles:
        model = open_weights(spec, placement, steps)
        handles.callback(llama.llama_model_free, model)
        vision = open_vision(spec, model, placement, threads, steps, placing.card_plan)
        if vision is not None:
            handles.callback(vision.close)
            vision.kind, vision.colors = always_tiled(checked.projector), encoder_colors(checked.projector)
        hearing = SoundEncoder.of(vision, longest_heard(checked.projector))
        steps.check()
        context = open_model_context(model, vision, placement, threads, loading.tuning)
        handles.callback(context.close)
        vocab = Vocab(model)
        source = template_source(model, vocab)
        template = open_template(source, vocab, stop)
        thinking = template.thinking
        for tag in (thinking.open, thinking.close) if thinking else ():
            vocab.make_visible(tag)
        frames = vision.frame_cost() if vision is not None else UNKNOWN_COST
        template.merges_frames = frames.merges
        warm_up(context, vision, vocab, hearing, on_card=placement.on_card)
        info = ModelInfo(
            spec.name,
            checked.model.architecture,
            vision is not None,
            context.room,
            placing.device_names(placement) or _processor(),
            spec.practice,
            thinking is not None and (bool(template.switches) or thinking.open in template.source),
            (*given_up(placing.wanted, placement, placing.layers), *beyond_training(checked.model, context.room)),
            frames,
            hearing.longest_seconds if hearing is not None else 0,
        )
        stops = families.PLAIN_STOPS if source == families.PLAIN else ()
        recommended = recommended_sampling(checked.model).or_else(loading.recommended)
        return LoadedModel(
            info, vocab, vision, hearing, context, template, thinking, stops, recommended, placement, spec.files,
            handles.pop_all(),
        )  # fmt: skip
    raise AssertionError("unreachable")


def warm_up(
    context: Context, vision: VisionEncoder | None, vocab: Vocab, hearing: SoundEncoder | None = None, *, on_card: bool
) -> None:
    """Evaluate a token and a picture, so that weights and buffers are in memory before the first question. On a
    graphics device batches of each kind, large pictures, and sound, too: llama.cpp has buffers there that grow with
    what comes, and ends the process where another program has taken the memory for them meanwhile."""
    token = max(0, vocab.bos)
    if on_card:
        _fill(context, token)
    for count in (*_CARD_BATCHES, 1) if on_card else (1,):
        context.add_text([token] * min(count, context.room), logits=True)
        context.wait()
        context.clear()
    if vision is None:
        return
    for side in _CARD_SIDES if on_card else _CARD_SIDES[:1]:
        began = _clock()
        with contextlib.suppress(PictureError):
            vision.warm_up(math.inf if on_card else _WARM_UP_SECONDS, side)
        if _clock() - began > _WARM_UP_SECONDS:  # a slow device would take many seconds for the next one
            return
    if hearing is not None and on_card:
        hearing.warm_up()


def _fill(context: Context, token: int) -> None:
    """Whole batches up to the context's end, since some buffers grow with it; a slow device stops earlier."""
    began, count = _clock(), min(BATCH, context.batch_tokens)
    while context.used + count <= context.room and _clock() - began < _FILL_SECONDS:
        context.add_text([token] * count, logits=True)
        context.wait()
    context.clear()


def beyond_training(model: Header, context_tokens: int) -> list[str]:
    """What a person should know of a context that is longer than the model was trained for."""
    trained = model.own("context_length", 0)
    if not 0 < padded(trained) < context_tokens:
        return []
    text = _(
        "The context has {tokens} tokens, and the model was trained for {trained}: beyond these its answers may make "
        "no sense. The settings can shorten it."
    )
    return [text.format(tokens=format_number(context_tokens), trained=format_number(trained))]


def _processor() -> str:
    return next((device.description for device in devices.devices() if device.kind == "cpu"), "processor")
