"""The sound encoder of a projector, in the mtmd context of its vision encoder."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from fanlight.domain.errors import ModelError, OutOfMemory, SoundUnsupported
from fanlight.domain.sounds import SOUND_RATE, Sound, too_long
from fanlight.domain.stop import StopFlag
from fanlight.engine import logs
from fanlight.engine.backend import mtmd
from fanlight.engine.embeddings import Rows
from fanlight.engine.mtmd import Item, MediaChunk, VisionEncoder, chunk_list, media_items, output_rows, tokens_of
from fanlight.i18n import _, format_number

_WINDOW_SECONDS = 30
_FULL_SCALE = 32768.0
_LEAST = SOUND_RATE // 4
"""Samples; a shorter sound has silence behind it: frames of it would be too few for some encoders."""
_EDGE = 2 * SOUND_RATE // 100
"""Samples that the longest sound lacks at its end: with them Whisper's encoders begin another window, of silence."""
_LAYOUTS_KEPT = 64


class SoundEncoder:
    """`encodes` counts the chunks encoded since it was loaded. It ends with the vision encoder."""

    def __init__(self, vision: VisionEncoder, longest_seconds: int) -> None:
        self.encodes = 0
        self.longest_seconds = longest_seconds
        self._vision = vision
        self._layouts: dict[int, tuple[Item, ...]] = {}

    @classmethod
    def of(cls, vision: VisionEncoder | None, longest_seconds: int) -> SoundEncoder | None:
        """None where the projector hears nothing, or what recordings are not decoded to."""
        if vision is None or longest_seconds < 1 or not mtmd.mtmd_support_audio(vision.handle):
            return None
        rate = mtmd.mtmd_get_audio_sample_rate(vision.handle)
        return cls(vision, longest_seconds) if rate == SOUND_RATE else None

    def check(self, sound: Sound) -> None:
        """Raises SoundUnsupported."""
        if sound.rate != SOUND_RATE:
            text = _("This model hears {wanted} samples a second, and the sound has {rate}.")
            raise SoundUnsupported(text.format(wanted=format_number(SOUND_RATE), rate=format_number(sound.rate)))
        if sound.count > self.longest_seconds * SOUND_RATE:
            raise too_long(sound.seconds, self.longest_seconds)

    def layout(self, sound: Sound) -> tuple[Item, ...]:
        """The prompt items of a sound: media chunks, and the tokens around them. Encodes nothing. They depend on its
        length alone. Raises SoundUnsupported."""
        self.check(sound)
        count = self._sent_count(sound)
        known = self._layouts.get(count)
        if known is None:
            with self._chunks(count, None) as chunks:
                known = tuple(media_items("", chunks, mtmd.MTMD_INPUT_CHUNK_TYPE_AUDIO))
            if len(self._layouts) >= _LAYOUTS_KEPT:
                self._layouts.clear()
            self._layouts[count] = known
        return tuple(replace(item, media_id=sound.id) if isinstance(item, MediaChunk) else item for item in known)

    def tokens(self, sound: Sound) -> int:
        """0 for what it does not hear."""
        try:
            return tokens_of(self.layout(sound))
        except SoundUnsupported:
            return 0

    def encode(self, sound: Sound, parts: Sequence[int], stop: StopFlag) -> Iterator[tuple[int, Rows]]:
        """As `VisionEncoder.encode`."""
        self.check(sound)
        samples = np.zeros(self._sent_count(sound), np.float32)
        heard = np.frombuffer(sound.pcm, "<i2")[: len(samples)]
        samples[: len(heard)] = heard / np.float32(_FULL_SCALE)
        data = samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float))  # mtmd copies them
        with self._chunks(len(samples), data) as chunks:
            own = [chunk for chunk in chunks if _is_sound(chunk)]
            for part in parts:
                rows = self._encode(own[part], stop)
                if rows is None:
                    return
                yield part, rows

    def warm_up(self) -> None:
        """Encode silence, so that the buffers of a graphics device are in memory."""
        silence = Sound.of(SOUND_RATE, bytes(2 * SOUND_RATE * min(self.longest_seconds, _WINDOW_SECONDS)))
        for _part, _rows in self.encode(silence, (0,), StopFlag()):
            pass

    def _sent_count(self, sound: Sound) -> int:
        return min(max(sound.count, _LEAST), self.longest_seconds * SOUND_RATE - _EDGE)

    def _encode(self, chunk: int, stop: StopFlag) -> Rows | None:
        self._vision.check_card(chunk)
        with self._vision.stop.stop_on(stop):
            failed = mtmd.mtmd_encode_chunk(self._vision.handle, chunk)
            if stop.is_set():  # the rows may be incomplete
                return None
        if failed:
            reason = logs.last_error() or _("code {code}").format(code=failed)
            raise ModelError(
                _("The sound could not be encoded. ({reason})").format(reason=reason),
                _("Ask about its transcript instead."),
            )
        rows = output_rows(self._vision, chunk)
        self.encodes += 1
        return rows

    @contextmanager
    def _chunks(self, count: int, data: Any) -> Iterator[list[int]]:
        """Handles of the sound's chunks, valid inside the block."""
        bitmap = mtmd.mtmd_bitmap_init_from_audio(count, data)
        if not bitmap:
            raise OutOfMemory(_("There is not enough memory for the sound."))
        try:
            with chunk_list() as chunks:
                part = mtmd.mtmd_input_part(None, bitmap)
                parts = (ctypes.POINTER(mtmd.mtmd_input_part) * 1)(ctypes.pointer(part))
                if mtmd.mtmd_tokenize_from_parts(self._vision.handle, chunks, parts, 1, False):
                    reason = logs.last_error() or _("no reason given")
                    raise SoundUnsupported(
                        _("The model cannot process this sound. ({reason})").format(reason=reason),
                    )
                yield [mtmd.mtmd_input_chunks_get(chunks, i) for i in range(mtmd.mtmd_input_chunks_size(chunks))]
        finally:
            mtmd.mtmd_bitmap_free(bitmap)


def _is_sound(chunk: int) -> bool:
    return bool(mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_AUDIO)
