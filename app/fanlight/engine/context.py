"""The KV cache of one conversation, with an exact record of the tokens and media chunks in it.

How far it can be rewound depends on the kind of memory. A plain cache drops any tail. A sliding-window cache reports
success even when the window before the cut is gone, so its oldest position is checked first. A recurrent state cannot
be rewound. For the last two, checkpoints are taken (`engine.checkpoints`).
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.errors import ModelError, OutOfMemory, PictureError, PromptTooLong
from fanlight.domain.stop import StopFlag
from fanlight.engine import logs
from fanlight.engine.backend import STOP_PROBE, llama, mtmd
from fanlight.engine.batches import TextBatch, TokenBatch
from fanlight.engine.cached_draft import CachedDraft
from fanlight.engine.card_room import CardRoom
from fanlight.engine.checkpoints import Checkpoint, Checkpoints, size_bytes
from fanlight.engine.embeddings import Rows
from fanlight.engine.mtmd import Item, MediaChunk, VisionEncoder
from fanlight.engine.sequence_state import WHOLE, SequenceState, StateBytes
from fanlight.i18n import _

_NEAR = 16  # tokens: evaluating them again is faster than copying a state of 100 MB


class ComputationStopped(Exception):
    """The stop flag ended a computation; the record and the cache are as before the call."""


@dataclass(frozen=True, slots=True)
class SavedContext:
    """A conversation outside the context: its record, its checkpoints, and llama.cpp's state of the sequence."""

    items: list[Item]
    starts: list[int]
    cells: list[int]
    checkpoints: tuple[Checkpoint, ...]
    state: StateBytes

    @property
    def bytes(self) -> int:
        return self.state.nbytes + size_bytes(self.checkpoints)


class Context:
    """One conversation at a time, in the only sequence of one llama.cpp context."""

    sequence = 0
    card_room: CardRoom | None = None
    """Of the graphics devices that compute: then a computation cannot be aborted."""

    def __init__(self, handle: int, model: int, vision: VisionEncoder | None, batch: int) -> None:
        self.handle = handle
        self.room: int = llama.llama_n_ctx(handle)
        self.items: list[Item] = []
        self.batch_tokens = batch
        self._step_tokens: int = llama.llama_n_ubatch(handle)
        self._vision = vision
        self._state = SequenceState(handle, self.sequence)
        self._window: int = llama.llama_model_n_swa(model)
        self.recurrent = bool(llama.llama_model_is_hybrid(model) or llama.llama_model_is_recurrent(model))
        self._starts: list[int] = [0]  # position of each item, and of the next
        self._cells: list[int] = [0]  # cells used before each item, and in all
        self._checkpoints = Checkpoints(self._state)
        self._tainted = False
        self.draft = CachedDraft(self._state)
        self._unset_flag = StopFlag()
        self._text = TextBatch(batch, self.sequence)
        self._token = TokenBatch(self.sequence)
        self.use_stop_flag(None)

    def close(self) -> None:
        if self.handle:
            self._text.free()
            self._token.free()
            llama.llama_free(self.handle)
            self.handle = 0

    def use_cards(self, room: CardRoom) -> None:
        self.card_room = self._state.card_room = room

    @property
    def on_card(self) -> bool:
        return self.card_room is not None

    def use_stop_flag(self, flag: StopFlag | None) -> None:
        """Abort the following computations when `flag` is set. It must live until the next call."""
        self._flag = flag or self._unset_flag
        llama.llama_set_abort_callback(self.handle, STOP_PROBE, self._flag.address)

    @property
    def needs_checkpoints(self) -> bool:
        return self.recurrent or self._window > 0

    @property
    def used(self) -> int:
        """Cells in use; a picture takes one for each of its tokens, whatever its positions."""
        return self._cells[-1]

    def cells(self, count: int) -> int:
        """Cells used by the first `count` items."""
        return self._cells[count]

    def match(self, items: Sequence[Item]) -> int:
        """Length of the common prefix of `items` and the cache."""
        shorter = min(len(items), len(self.items))
        for i in range(shorter):
            if self.items[i] != items[i]:
                return i
        return shorter

    def rewind(self, count: int) -> int:
        """Truncate the cache to at most `count` items, as near as the memory allows; returns how many are left."""
        self.drop_draft()
        if count >= len(self.items) and not self._tainted:
            return len(self.items)
        position = self._starts[count]
        if self._can_truncate(position) and self._state.truncate(position):
            self._truncate_record(count)
            return count
        left = self._checkpoints.restore(count)
        if left is None:
            self.clear()
            return 0
        self._truncate_record(left)
        return left

    def wait(self) -> None:  # until it is computed: a graphics device works on after a call has returned
        llama.llama_synchronize(self.handle)

    def clear(self) -> None:
        self._clear_memory(data=True)

    def _clear_memory(self, *, data: bool) -> None:
        self.draft.forget()
        self._state.clear(data=data)
        self._truncate_record(0)

    def checkpoint(self) -> None:
        """Save the state here, when the memory cannot be rewound by itself and no checkpoint is near."""
        if self.needs_checkpoints and self.used >= self._cells[self._checkpoints.newest_count] + _NEAR:
            self._checkpoints.take(len(self.items), self._starts[-1])

    @property
    def state_bytes(self) -> int:
        """Size of what `save_state` returns; 0 when the context is empty."""
        if not self.items:
            return 0
        return self._state.size_bytes() + self._checkpoints.bytes

    def save_state(self) -> SavedContext | None:
        """A copy of the conversation for `restore_state`; None when it could not be made."""
        self.drop_draft()
        if self._tainted:
            self.rewind(len(self.items))
        state = self._state.read(WHOLE)
        if state is None:
            return None
        return SavedContext(self.items.copy(), self._starts.copy(), self._cells.copy(), self._checkpoints.copy(), state)

    def restore_state(self, saved: SavedContext) -> None:
        """Replace the conversation by a saved one; by an empty one when llama.cpp does not accept the state."""
        self._clear_memory(data=False)
        if not self._state.write(saved.state, WHOLE):
            self.clear()
            return
        self.items += saved.items
        self._starts[:], self._cells[:] = saved.starts, saved.cells
        self._checkpoints.replace(saved.checkpoints)

    def add_text(self, tokens: Sequence[int], *, logits: bool) -> None:
        """Evaluate at most `batch_tokens` tokens; `logits` asks for the last one's. Raises ComputationStopped."""
        self.drop_draft()
        count, start = len(tokens), self._starts[-1]
        self._check_room(count)
        self._check_decode(self._text.decode(self.handle, tokens, start, logits=logits))
        self.items.extend(tokens)
        cells = self._cells[-1]
        self._starts.extend(range(start + 1, start + count + 1))
        self._cells.extend(range(cells + 1, cells + count + 1))

    def add_token(self, token: int) -> bool:
        """Evaluate one sampled token with its logits; False when it was stopped. The hot path: it touches little
        memory, since the weights have just evicted everything else from the processor's caches."""
        if self.draft.row >= 0:
            self.drop_draft()
        start = self._starts[-1]
        if self.card_room is not None:
            self.card_room.check_tokens(1, self._cells[-1] + 1)
        code = self._token.decode(self.handle, token, start)
        if code:
            try:
                self._check_decode(code)
            except ComputationStopped:
                return False
        self._record(token)
        return True

    def _record(self, token: int) -> None:
        self.items.append(token)
        self._starts.append(self._starts[-1] + 1)
        self._cells.append(self._cells[-1] + 1)

    def add_drafted(self, token: int, draft: Sequence[int]) -> bool:
        """As `add_token`, and evaluate with it what may follow: one computation for all of them. What was drafted is
        only in llama.cpp's cache until it is accepted; anything else that is done here drops it."""
        self._check_room(1 + len(draft))
        code = self._text.decode(self.handle, [token, *draft], self._starts[-1], logits=True, all_logits=True)
        if code:
            try:
                self._check_decode(code)
            except ComputationStopped:
                return False
        self._record(token)
        self.draft.begin(draft)
        return True

    def accepts(self, token: int) -> bool:
        """Whether `token` is what was drafted here: then it needs no computation. What was drafted otherwise is
        dropped."""
        if not self.draft.accept(token):
            self.drop_draft()
            return False
        self._record(token)
        return True

    def drop_draft(self) -> None:
        self.draft.drop(self._starts[-1])

    def add_media(self, media: MediaChunk, rows: Rows) -> None:
        """Evaluate an encoded chunk; `rows` has shape (tokens, width). Raises ComputationStopped."""
        assert self._vision is not None
        self.drop_draft()
        self._check_room(media.tokens)
        if (
            self._vision.non_causal and not media.is_sound and media.tokens > self._step_tokens
        ):  # llama.cpp would abort the process
            raise PictureError(
                _("The picture needs more tokens than this model can process at once."), _("Make it smaller.")
            )
        after = llama.llama_pos(0)
        code = mtmd.mtmd_helper_decode_image_chunk(
            self._vision.handle,
            self.handle,
            media.chunk.handle,
            rows.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
            self._starts[-1],
            self.sequence,
            self.batch_tokens,
            ctypes.byref(after),
            mtmd.mtmd_helper_post_decode_callback(),
            None,
        )
        self._check_decode(code)
        self.items.append(media)
        self._starts.append(self._starts[-1] + media.positions)
        self._cells.append(self._cells[-1] + media.tokens)

    def _check_decode(self, code: int) -> None:
        """Raise for a failed llama_decode, after truncating the cache to the record."""
        if code == 0:
            return
        self._tainted = True
        self.rewind(len(self.items))
        if code == 2:
            logs.drain(logging.DEBUG)  # llama.cpp calls it an error
            raise ComputationStopped
        if code == -2:
            raise OutOfMemory(_("There is not enough memory to compute the answer."))
        if code == 1:
            raise PromptTooLong(self.used + 1, self.room)
        raise ModelError(
            _("The model could not compute the answer. ({reason})").format(
                reason=logs.last_error() or _("code {code}").format(code=code)
            ),
            _("Try again, or load another model."),
        )

    def _check_room(self, more: int) -> None:
        if self.used + more > self.room:
            raise PromptTooLong(self.used + more, self.room)
        if self.card_room is None:
            return
        for start in range(0, more, self._step_tokens):
            count = min(more - start, self._step_tokens)
            self.card_room.check_tokens(count, self.used + start + count)

    def _can_truncate(self, position: int) -> bool:
        """Whether everything that a token at `position` attends to is still in the cache."""
        if self.recurrent and self._tainted:
            return False
        if self._window <= 0:
            return True
        oldest = self._state.oldest_position()
        return 0 <= oldest <= max(0, position - self._window)

    def _truncate_record(self, count: int) -> None:
        del self.items[count:], self._starts[count + 1 :], self._cells[count + 1 :]
        self._checkpoints.truncate(count)
        self._tainted = False
