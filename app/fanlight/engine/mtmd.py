"""The vision encoder: mtmd's context, bitmaps and chunks as Python objects that free their C resources."""

from __future__ import annotations

import ctypes
import math
import os
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from fanlight.domain.clips import FRAME_SHAPES, FrameCost
from fanlight.domain.errors import ModelError, OutOfMemory, PictureError, ProjectorMismatch
from fanlight.domain.messages import FramePair, Image
from fanlight.domain.seen import SeenPicture, SeenTile
from fanlight.domain.stop import StopFlag
from fanlight.engine import logs
from fanlight.engine.backend import llama, mtmd
from fanlight.engine.card_room import CardRoom
from fanlight.engine.embeddings import Rows
from fanlight.engine.encode_stop import EncodeStop
from fanlight.engine.encoder_input import Pixels, colors_of, input_of, layout_is_known
from fanlight.engine.overview import overview_alone
from fanlight.engine.tiles import arranged
from fanlight.i18n import _

_LAYOUTS_KEPT = 256
_TRIED_FRAME = (64, 64)
_NODES_LOOKED_AT = 64
"""The first of an encoder's graph: its input is taken by one of them."""


class Chunk:
    """A placeholder for one encoded chunk: its size and positions, no pixels. Freed when unreferenced."""

    __slots__ = ("__weakref__", "handle")

    def __init__(self, source: int) -> None:
        self.handle = mtmd.mtmd_input_chunk_get_placeholder(source)
        if not self.handle:
            raise OutOfMemory(_("There is not enough memory for the picture."))
        weakref.finalize(self, mtmd.mtmd_input_chunk_free, self.handle).atexit = False


@dataclass(frozen=True, slots=True)
class MediaChunk:
    """One chunk of a picture, of two frames that are one, or of a sound, in a prompt: number `part`. It takes `tokens`
    cells of the cache and advances the position by `positions`, which are fewer with M-RoPE."""

    media_id: str
    part: int
    tokens: int
    positions: int
    chunk: Chunk = field(compare=False, repr=False)
    is_sound: bool = False

    @property
    def key(self) -> tuple[str, int]:
        return self.media_id, self.part


Item = int | MediaChunk
"""A prompt is a sequence of these: text tokens and media chunks."""


class VisionEncoder:
    """A loaded projector. `encodes` counts the chunks encoded since it was loaded."""

    card_room: CardRoom | None = None
    picture_bytes = 0
    """What encoding the largest picture takes on the graphics device of `card_room`."""
    kind = ""
    """The type of the projector, where that is in `ALWAYS_TILED`."""
    colors: tuple[Sequence[float], Sequence[float]] = ((0.0,) * 3, (1.0,) * 3)
    """Mean and deviation of its red, green, and blue, from 0 to 1."""

    def __init__(self, handle: int, width: int, stop: EncodeStop) -> None:
        self.handle = handle
        self.non_causal = bool(mtmd.mtmd_decode_use_non_causal(handle, None))
        self.encodes = 0
        self.width, self.stop = width, stop
        self._layouts: OrderedDict[str, tuple[Item, ...]] = OrderedDict()

    @classmethod
    def open(
        cls,
        path: Path,
        model: int,
        *,
        threads: int,
        device: int | None,
        most_tokens: int = 0,
        progress: Callable[[float], bool],
    ) -> VisionEncoder:
        """On ggml's `device`, or on the processor; a picture takes at most `most_tokens`, 0: as many as the model
        likes. Raises ProjectorMismatch when mtmd refuses the pair."""
        stop = EncodeStop(on_card=device is not None)
        reports = mtmd.mtmd_progress_callback(lambda done, _data: progress(done))
        params = mtmd.mtmd_context_params_default()
        params.use_gpu, params.device = device is not None, device
        if most_tokens:
            params.image_max_tokens = most_tokens
        params.print_timings = False
        params.n_threads = threads
        # Flash attention is faster for pictures on a processor, too, unlike for short texts: without it memory grows
        # with the square of the patches, and 512x512 pixels of a Qwen2-VL shape took 4.4 s instead of 0.7 s.
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO
        params.warmup = True
        params.progress_callback = reports
        params.cb_eval = stop.callback
        handle = mtmd.mtmd_init_from_file(os.fsencode(path), model, params)
        if not handle:
            raise ProjectorMismatch(
                _("{file} does not work with this model. ({reason})").format(
                    file=path.name, reason=logs.last_error() or _("no reason given")
                )
            )
        if not mtmd.mtmd_support_vision(handle):
            mtmd.mtmd_free(handle)
            raise ProjectorMismatch(_("{file} is a projector, but not for pictures.").format(file=path.name))
        return cls(handle, llama.llama_model_n_embd_inp(model), stop)

    def close(self) -> None:
        self._layouts.clear()
        if self.handle:
            mtmd.mtmd_free(self.handle)
            self.handle = 0

    def layout(self, image: Image | FramePair) -> tuple[Item, ...]:
        """The prompt items of a picture: media chunks, and the tokens around and between them. Encodes nothing."""
        known = self._layouts.get(image.id)
        if known is None:
            with self._chunks(image, pixels=False) as chunks:
                known = self._used_items(image, chunks)
            self._layouts[image.id] = known
            if len(self._layouts) > _LAYOUTS_KEPT:
                self._layouts.popitem(last=False)
        else:
            self._layouts.move_to_end(image.id)
        return known

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:
        """What a picture of that size takes; 0 where it cannot be processed."""
        size = _Size("", width, height, low)
        try:
            with self._chunks(size, pixels=False) as chunks:
                return tokens_of(self._used_items(size, chunks))
        except PictureError:
            return 0

    def frame_cost(self) -> FrameCost:
        """What frames of clips take; nothing is encoded."""
        tokens = tuple(self.size_tokens(*shape, low=True) for shape in FRAME_SHAPES)
        return FrameCost(tokens if all(tokens) else (), self._merges_frames())

    def _merges_frames(self) -> bool:
        frame = Image.of(*_TRIED_FRAME, bytes(math.prod(_TRIED_FRAME) * 3))
        try:
            with self._chunks(FramePair.of(frame, frame), pixels=False) as chunks:
                return len([chunk for chunk in chunks if _is_image(chunk)]) == 1
        except PictureError:
            return False

    def _used_items(self, image: Image | FramePair | _Size, chunks: Sequence[int]) -> tuple[Item, ...]:
        items = tuple(media_items(image.id, chunks, mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE))
        if not (image.low and self.kind):
            return items
        kept = [items[place] for place in overview_alone(self.kind, [not isinstance(item, int) for item in items])]
        return tuple(item if isinstance(item, int) else replace(item, part=0) for item in kept)

    def encode(self, image: Image | FramePair, parts: Sequence[int], stop: StopFlag) -> Iterator[tuple[int, Rows]]:
        """Yield (part, rows) for these parts, rows of shape (tokens, width); ends early when `stop` is set."""
        with self._chunks(image, pixels=True) as chunks:
            image_chunks = self._used_chunks(image, chunks)
            for part in parts:
                rows = self._encode(image_chunks[part], stop)
                if rows is None:
                    return
                yield part, rows

    def seen(self, image: Image) -> SeenPicture | None:
        """What goes into the encoder of a picture, pixel by pixel; nothing is computed. None where that cannot be read.
        Raises PictureError."""
        tiles: list[SeenTile] = []
        with self._chunks(image, pixels=True) as chunks:
            for chunk in self._used_chunks(image, chunks):
                pixels = self._input_of(chunk)
                if pixels is None:
                    return None
                shown = Image.of(pixels.shape[2], pixels.shape[1], colors_of(pixels, *self.colors))
                tiles.append(SeenTile(shown, mtmd.mtmd_input_chunk_get_n_tokens(chunk)))
        return arranged(image, tiles, tokens_of(self.layout(image)))

    def _used_chunks(self, image: Image | FramePair, chunks: Sequence[int]) -> list[int]:
        used = [chunk for chunk in chunks if _is_image(chunk)]
        return used[-1:] if image.low and self.kind else used

    def _input_of(self, chunk: int) -> Pixels | None:
        found: list[Pixels] = []
        left = _NODES_LOOKED_AT

        def look(tensor: Any) -> bool:
            nonlocal left
            left -= 1
            if layout_is_known(tensor) and (pixels := input_of(tensor)) is not None:
                found.append(pixels)
            return bool(found) or left <= 0

        self.check_card(chunk)
        with self.stop.stop_before(look):
            mtmd.mtmd_encode_chunk(self.handle, chunk)
        logs.clear_errors()
        return found[0] if found else None

    def warm_up(self, seconds: float, side: int) -> None:
        """Encode a dummy picture, `side` pixels wide and high, so that weights and buffers are in memory; aborted after
        `seconds` where that is possible."""
        image = Image.of(side, side, bytes(side * side * 3))
        with self.stop.stop_at(time.monotonic() + seconds), self._chunks(image, pixels=True) as chunks:
            chunk = next((chunk for chunk in chunks if _is_image(chunk)), None)
            if chunk is not None:
                self.check_card(chunk)
                mtmd.mtmd_encode_chunk(self.handle, chunk)

    def largest_chunk_tokens(self, sides: Sequence[tuple[int, int]]) -> int:
        """Tokens of the largest chunk of pictures of these (width, height)."""
        most = 0
        for width, height in sides:
            image = _Size(f"{width}x{height}", width, height)
            with self._chunks(image, pixels=False) as chunks:
                sizes = [mtmd.mtmd_input_chunk_get_n_tokens(chunk) for chunk in chunks if _is_image(chunk)]
                most = max([most, *sizes])
        return most

    def check_card(self, chunk: int) -> None:
        """Raises OutOfMemory."""
        if self.card_room is not None:
            self.card_room.check_picture(mtmd.mtmd_input_chunk_get_n_tokens(chunk), self.picture_bytes)

    def _encode(self, chunk: int, stop: StopFlag) -> Rows | None:
        self.check_card(chunk)
        with self.stop.stop_on(stop):
            failed = mtmd.mtmd_encode_chunk(self.handle, chunk)
            if stop.is_set():  # the rows may be incomplete
                return None
        if failed:
            raise ModelError(
                _("The picture could not be encoded. ({reason})").format(
                    reason=logs.last_error() or _("code {code}").format(code=failed)
                ),
                _("Try a smaller picture."),
            )
        rows = output_rows(self, chunk)
        self.encodes += 1
        return rows

    @contextmanager
    def _chunks(self, image: Image | FramePair | _Size, *, pixels: bool) -> Iterator[list[int]]:
        """Handles of the picture's chunks, valid inside the block. Without pixels they have sizes only."""
        frames = (image.first, image.second) if isinstance(image, FramePair) else (image,)
        with ExitStack() as bitmaps, chunk_list() as chunks:
            made = []
            for frame in frames:
                bitmap = bitmaps.enter_context(_bitmap(frame, pixels=pixels))
                mtmd.mtmd_bitmap_set_mergeable(bitmap, len(frames) > 1)
                made.append(mtmd.mtmd_input_part(None, bitmap))
            parts = (ctypes.POINTER(mtmd.mtmd_input_part) * len(made))(*map(ctypes.pointer, made))
            code = mtmd.mtmd_tokenize_from_parts(self.handle, chunks, parts, len(made), False)
            if code:
                raise PictureError(
                    _("The model cannot process a picture of {width} × {height} pixels.").format(
                        width=image.width, height=image.height
                    ),
                    _("Crop or scale it to a more common shape."),
                )
            yield [mtmd.mtmd_input_chunks_get(chunks, i) for i in range(mtmd.mtmd_input_chunks_size(chunks))]


@dataclass(frozen=True, slots=True)
class _Size:
    id: str
    width: int
    height: int
    low: bool = False


def tokens_of(items: Sequence[Item]) -> int:
    return sum(1 if isinstance(item, int) else item.tokens for item in items)


def _is_image(chunk: int) -> bool:
    return bool(mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE)


def media_items(media_id: str, chunks: Sequence[int], kind: int) -> Iterator[Item]:
    """Those of type `kind` as media chunks, the others as their tokens."""
    part = 0
    for chunk in chunks:
        if mtmd.mtmd_input_chunk_get_type(chunk) == kind:
            tokens, positions = mtmd.mtmd_input_chunk_get_n_tokens(chunk), mtmd.mtmd_input_chunk_get_n_pos(chunk)
            is_sound = kind == mtmd.MTMD_INPUT_CHUNK_TYPE_AUDIO
            yield MediaChunk(media_id, part, tokens, positions, Chunk(chunk), is_sound)
            part += 1
        else:
            count = ctypes.c_size_t()
            found = mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
            yield from found[: count.value]


def output_rows(encoder: VisionEncoder, chunk: int) -> Rows:
    """A copy of what was encoded of `chunk` just now, shape (tokens, width). Raises OutOfMemory."""
    rows = mtmd.mtmd_get_output_embd(encoder.handle)
    if not rows:
        raise OutOfMemory(_("There is not enough memory for what was encoded."))
    return np.ctypeslib.as_array(rows, shape=(mtmd.mtmd_input_chunk_get_n_tokens(chunk), encoder.width)).copy()


@contextmanager
def _bitmap(image: Image | _Size, *, pixels: bool) -> Iterator[int]:
    data = None
    if pixels and isinstance(image, Image):  # mtmd copies them
        data = ctypes.cast(ctypes.c_char_p(image.rgb), ctypes.POINTER(ctypes.c_uint8))
    handle = mtmd.mtmd_bitmap_init(image.width, image.height, data)
    if not handle:
        raise OutOfMemory(_("There is not enough memory for the picture."))
    try:
        yield handle
    finally:
        mtmd.mtmd_bitmap_free(handle)


@contextmanager
def chunk_list() -> Iterator[int]:
    handle = mtmd.mtmd_input_chunks_init()
    if not handle:
        raise OutOfMemory(_("There is not enough memory for the picture."))
    try:
        yield handle
    finally:
        mtmd.mtmd_input_chunks_free(handle)
