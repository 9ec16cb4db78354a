"""The conversation in a context, put on disk and brought back from there: one that is opened again costs no encode and
no prefill, also after a restart."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from fanlight.domain.errors import FanlightError
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.models import ModelFiles
from fanlight.domain.placement import Placement
from fanlight.domain.stop import StopFlag
from fanlight.engine.context import Context, SavedContext
from fanlight.engine.fingerprint import state_fingerprint
from fanlight.engine.mtmd import Item
from fanlight.engine.prompt import Prompt
from fanlight.engine.slots import Slots
from fanlight.engine.state_file import ItemMark, KeptState, read_state, write_state
from fanlight.engine.template_budget import RenderingStopped

StateWork = Callable[[StateRequest, StopFlag], bool]

LEAST_CELLS = 128
"""What is evaluated sooner than a file is read."""
_NO_ITEM = -1  # equals no token: what follows the common beginning is dropped when the prompt is evaluated


class ConversationStates:
    """The caller has brought the slot of a request into the context."""

    def __init__(self, context: Context, slots: Slots, files: ModelFiles, placement: Placement) -> None:
        self._context, self._slots = context, slots
        self._files, self._placement = files, placement
        self._known_fingerprint: bytes | None = None

    def keep(self, request: StateRequest, stop: StopFlag) -> bool:
        """Whether the file is there: only where the context holds nearly all of `request`. What follows is dropped."""
        context = self._context
        if context.used < LEAST_CELLS or not 0 < context.state_bytes <= request.most_bytes:
            return False
        prompt = self._prompt(request, stop)
        if prompt is None:
            return False
        common = context.match(prompt.items)
        if context.cells(common) + LEAST_CELLS < prompt.cells or context.rewind(common) < common:
            return False
        saved = context.save_state()
        if saved is None:
            return False
        builder = self._slots.prompt_builder(request.slot)
        answers = [
            (index, message.text, tokens)
            for index, message in enumerate(request.messages)
            if message.role == "assistant"
            and (tokens := builder.answers.sampled_tokens(index, message.text)) is not None
        ]
        marks = [_mark(item) for item in saved.items]
        kept = KeptState(
            marks, saved.starts, saved.cells, saved.checkpoints, saved.state, answers, builder.dropped_indices
        )
        with suppress(OSError):
            return write_state(request.path, kept, self._fingerprint(), request.most_bytes, stop)
        return False

    def recall(self, request: StateRequest, stop: StopFlag) -> bool:
        """Whether the context holds more of what `request` says than before."""
        if not request.path.is_file():
            return False
        prompt = self._prompt(request, stop)
        if prompt is None:
            return False
        known = self._context.cells(self._context.match(prompt.items))
        if prompt.cells < known + LEAST_CELLS:
            return False
        with suppress(OSError):
            kept = read_state(request.path, self._fingerprint())
            return kept is not None and self._restore(kept, request, known, stop)
        return False

    def _restore(self, kept: KeptState, request: StateRequest, known: int, stop: StopFlag) -> bool:
        builder = self._slots.prompt_builder(request.slot)
        for index, text, tokens in kept.answers:
            builder.answers.know(index, text, tokens)
        builder.drop_again(request.messages, kept.dropped)
        prompt = self._prompt(request, stop)
        if prompt is None:
            return False
        common = _common(kept.marks, prompt.items)
        if kept.cells[common] < known + LEAST_CELLS:
            return False
        items = [*prompt.items[:common], *[_NO_ITEM] * (len(kept.marks) - common)]
        saved = SavedContext(items, kept.starts, kept.cells, kept.checkpoints, kept.state)
        tried = request.path.with_suffix(".tried")
        request.path.replace(tried)  # a state that ends the process is not found again
        self._context.restore_state(saved)
        if not self._context.items:
            tried.unlink(missing_ok=True)
            return False
        tried.replace(request.path)
        os.utime(request.path)  # it is the last used one
        return True

    def _prompt(self, request: StateRequest, stop: StopFlag) -> Prompt | None:
        unfinished = request.messages[-1].role != "assistant"
        try:
            builder = self._slots.prompt_builder(request.slot)
            return builder.prompt(
                request.messages, self._context.room, unfinished=unfinished, stop=stop, thinking=request.thinking
            )
        except (FanlightError, RenderingStopped):  # said by the question, or the prefill, that follows
            return None

    def _fingerprint(self) -> bytes:
        if self._known_fingerprint is None:
            self._known_fingerprint = state_fingerprint(self._files, self._placement, self._context.room)
        return self._known_fingerprint


def _mark(item: Item) -> ItemMark:
    return item if isinstance(item, int) else (item.media_id, item.part, item.tokens, item.positions)


def _common(marks: Sequence[ItemMark], items: Sequence[Item]) -> int:
    shorter = min(len(marks), len(items))
    return next((i for i in range(shorter) if marks[i] != _mark(items[i])), shorter)
