"""Pictures and words as vectors, by a multimodal embedding model: the state of its last token behind a picture, or
behind words (pooling "last").

On the processor alone: it works while nothing else is done, beside a model that may fill the graphics card.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

import numpy as np

from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Image, ImagePart, Message
from fanlight.domain.models import ModelSpec
from fanlight.domain.picture_finding import Vector
from fanlight.domain.placement import Placement
from fanlight.domain.stop import StopFlag
from fanlight.engine import backend, families
from fanlight.engine.backend import llama
from fanlight.engine.computation import Computation
from fanlight.engine.context import ComputationStopped, Context
from fanlight.engine.load_steps import LoadProgress
from fanlight.engine.model_template import open_template, template_source
from fanlight.engine.prompt import PromptBuilder
from fanlight.engine.prompt_evaluator import PromptEvaluator
from fanlight.engine.threads import Threads
from fanlight.engine.vocab import Vocab
from fanlight.engine.weights import open_context, open_vision, open_weights
from fanlight.gguf.check import check
from fanlight.gguf.embedding_header import check_pooling, least_similarity_of, no_embedder_hint, space_of
from fanlight.gguf.kv_cache import BATCH
from fanlight.i18n import _

WIDTH = 512
"""Of a vector at most: the first numbers of a longer one, which such models are trained to let stand for the whole
(Kusupati et al. 2022, arXiv 2205.13147)."""
_CONTEXT = 4096


class LlamaEmbedder:
    """Loaded, used and closed by one thread."""

    def __init__(self, spec: ModelSpec, threads: int = 0, stop: StopFlag | None = None) -> None:
        """Raises ModelError: also for a model that pools otherwise, or cannot see."""
        checked = check(spec)
        families.check_projector(checked.projector)
        check_pooling(checked.model)
        backend.start()
        header, steps, used = checked.model, LoadProgress(spec, None, stop), Threads.of(threads)
        self.name = space_of(checked)
        self.least_similarity = least_similarity_of(header)
        self._instruction = families.EMBEDDING_INSTRUCTIONS.get(header.architecture, "")
        with contextlib.ExitStack() as handles:
            placement = Placement(_CONTEXT)
            model = open_weights(spec, placement, steps)
            handles.callback(llama.llama_model_free, model)
            vision = open_vision(spec, model, placement, used, steps)
            if vision is None:
                raise ModelError(_("The model {name} cannot see pictures.").format(name=spec.name), no_embedder_hint())
            handles.callback(vision.close)
            steps.check()
            handle = open_context(
                model,
                n_ctx=_CONTEXT, n_batch=BATCH, n_ubatch=BATCH, n_seq_max=1, n_outputs_max=BATCH,
                n_threads=used.reading, n_threads_batch=used.reading,
                embeddings=True, pooling_type=llama.LLAMA_POOLING_TYPE_LAST,
                flash_attn_type=llama.LLAMA_FLASH_ATTN_TYPE_DISABLED, no_perf=True,
            )  # fmt: skip
            self._context = Context(handle, model, vision, BATCH)
            handles.callback(self._context.close)
            vocab = Vocab(model)
            template = open_template(template_source(model, vocab), vocab, stop)
            self._prompts = PromptBuilder(vocab, template, vision, None)
            self._evaluator = PromptEvaluator(self._context, vision)
            self._width = int(llama.llama_model_n_embd_out(model))
            self._handles = handles.pop_all()

    def embed_picture(self, image: Image, stop: StopFlag | None = None) -> Vector | None:
        """None when it was stopped. Raises ModelError, PictureError."""
        return self._embed(Message("user", (ImagePart(image),)), stop)

    def embed_text(self, text: str, stop: StopFlag | None = None) -> Vector | None:
        """None when it was stopped. Raises ModelError."""
        return self._embed(Message.of("user", text), stop)

    def close(self) -> None:
        self._handles.close()

    def _embed(self, message: Message, stop: StopFlag | None) -> Vector | None:
        flag = stop or StopFlag()
        before = [Message.of("system", self._instruction)] if self._instruction else []
        prompt = self._prompts.prompt([*before, message], self._context.room, stop=flag)
        self._context.clear()
        self._context.use_stop_flag(flag)
        try:
            run = Computation(flag, time.perf_counter())
            for _event in self._evaluator.evaluate(replace(prompt, checkpoints_at=frozenset()), run, logits=True):
                pass
            pooled = llama.llama_get_embeddings_seq(self._context.handle, self._context.sequence)
            if not pooled:
                raise ModelError(_("The model gave no vector for the picture or the words."), no_embedder_hint())
            whole = np.ctypeslib.as_array(pooled, (self._width,))[:WIDTH].copy()
        except ComputationStopped:
            return None
        finally:
            self._context.use_stop_flag(None)
            self._evaluator.clear()
        length = float(np.linalg.norm(whole))
        return whole / length if length > 0 else whole
