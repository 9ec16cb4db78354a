"""An engine without a model: it answers with given pieces at a given speed. For tests, demos and screenshots."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from math import ceil

from fanlight.domain.clips import UNKNOWN_COST, FrameCost, halves
from fanlight.domain.errors import ImagesUnsupported, ModelError, SoundUnsupported
from fanlight.domain.events import (
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    Reason,
    SoundReady,
    TextDelta,
    ThinkingDelta,
    Timings,
)
from fanlight.domain.messages import FramePair, Image, ImagePart, Message, sent_parts
from fanlight.domain.models import ModelInfo, Sampling, ThinkingMode
from fanlight.domain.ports import Events
from fanlight.domain.seen import SeenPicture, SeenTile
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _

_NAP_SECONDS = 0.005


class ScriptedEngine:
    """Implements `Engine`. Each piece is one token; every question is answered with the same pieces.

    `thinking` comes before the pieces, `ends` is why an answer ends. Encoding a picture takes `seconds_per_image` the
    first time; it takes `tokens_per_image`, or with `counts_pixels` the more the larger it is. A sound of up to
    `hears_seconds` takes 25 tokens a second. `asked`, `slots` and
    `samplings` record the messages of each question, its slot, and how it was asked. After `fails_after` pieces it
    raises `failure`. `frames`: what those of clips are said to take.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        seconds_per_token: float = 0.0,
        *,
        thinking: Sequence[str] = (),
        seconds_per_image: float = 0.0,
        tokens_per_image: int = 64,
        context_tokens: int = 8192,
        supports_images: bool = True,
        name: str = "scripted",
        ends: Reason = "end",
        fails_after: int | None = None,
        failure: ModelError | None = None,
        counts_pixels: bool = False,
        frames: FrameCost = UNKNOWN_COST,
        hears_seconds: int = 0,
    ) -> None:
        self.pieces = tuple(pieces)
        self.asked: list[tuple[Message, ...]] = []
        self.slots: list[Slot] = []
        self.samplings: list[Sampling] = []
        self.prefilled: list[tuple[Message, ...]] = []
        self.closed = False
        self._thinking = tuple(thinking)
        self._seconds_per_token = seconds_per_token
        self._seconds_per_image = seconds_per_image
        self._tokens_per_image = tokens_per_image
        self._ends, self._fails_after = ends, fails_after
        self._counts_pixels = counts_pixels
        self._failure = failure or ModelError("The script ends in an error here.", "It was asked to.")
        self._known: set[str] = set()
        self._info = ModelInfo(
            name, "scripted", supports_images, context_tokens, "no device", can_think=bool(thinking), frames=frames,
            hears_seconds=hears_seconds,
        )  # fmt: skip

    @property
    def info(self) -> ModelInfo:
        return self._info

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        self.asked.append(tuple(messages))
        self.slots.append(slot)
        self.samplings.append(sampling)
        began = time.perf_counter()
        encoded, seconds, stopped = yield from self._encode_images(messages, stop)
        first = 0.0
        generated = 0
        reason: Reason = "stopped" if stopped else self._ends
        for event in () if stopped else self._events(sampling, stop):
            if generated == self._fails_after:
                raise self._failure
            if sampling.max_tokens and generated >= sampling.max_tokens:
                reason = "length"
                break
            if self._wait(self._seconds_per_token, stop):
                reason = "stopped"
                break
            generated += 1
            first = first or time.perf_counter() - began
            yield event
        generating = max(0.0, time.perf_counter() - began - seconds)
        yield Finished(
            reason,
            Timings(
                encode_seconds=seconds,
                first_token_seconds=first,
                generated_tokens=generated,
                generate_seconds=generating,
                images_encoded=encoded,
                device=self._info.device,
            ),
        )

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,  # noqa: ARG002 - encoded pictures are shared by all slots, as in the real engine
        thinking: ThinkingMode = "auto",  # noqa: ARG002 - the script has its own
    ) -> Events:
        self.prefilled.append(tuple(messages))
        encoded, seconds, stopped = yield from self._encode_images(messages, stop)
        timings = Timings(encode_seconds=seconds, images_encoded=encoded, device=self._info.device)
        yield Finished("stopped" if stopped else "end", timings)

    def image_tokens(self, image: Image) -> int:
        return self.size_tokens(image.width, image.height)

    def sound_tokens(self, sound: Sound) -> int:
        """Implements `SoundInsight`."""
        return ceil(25 * sound.seconds) if sound.seconds <= self._info.hears_seconds else 0

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:  # noqa: ARG002 - fewer pixels do
        """Implements `PictureInsight`: as an encoder with patches of 32 pixels, or of a fixed size."""
        if not self._info.supports_images:
            return 0
        return ceil(width / 32) * ceil(height / 32) if self._counts_pixels else self._tokens_per_image

    def seen(self, image: Image) -> SeenPicture | None:
        """The picture itself, in one tile."""
        tokens = self.image_tokens(image)
        return SeenPicture((SeenTile(image, tokens),), 1, tokens) if tokens else None

    def close(self) -> None:
        self.closed = True

    def _events(self, sampling: Sampling, stop: StopFlag | None) -> Generator[Event, None, None]:
        for piece in () if sampling.thinking == "off" else self._thinking:
            if stop is not None and stop.answer_wanted:
                break
            yield ThinkingDelta(piece)
        yield from (TextDelta(piece) for piece in self.pieces)

    def _encode_images(
        self, messages: Sequence[Message], stop: StopFlag | None
    ) -> Generator[Event, None, tuple[int, float, bool]]:
        """How many pictures were encoded, in how many seconds, and whether it was stopped."""
        if any(message.images for message in messages) and not self._info.supports_images:
            raise ImagesUnsupported(_("{model} does not support pictures.").format(model=self._info.name))
        sounds = [sound for message in messages for sound in message.sounds]
        if not all(map(self.sound_tokens, sounds)):
            raise SoundUnsupported(_("{model} does not hear.").format(model=self._info.name))
        encoded, began = 0, time.perf_counter()
        for picture in (picture for message in messages for picture in self._pictures(message)):
            known = picture.id in self._known
            if not known and self._wait(self._seconds_per_image, stop):
                return encoded, time.perf_counter() - began, True
            self._known.add(picture.id)
            seconds = 0.0 if known else self._seconds_per_image
            if isinstance(picture, Image):
                encoded += not known
                yield ImageReady(picture.id, self.image_tokens(picture), seconds)
                continue
            encoded += 0 if known else 2
            shares = halves(self.image_tokens(picture.first))
            for image, tokens in zip((picture.first, picture.second), shares, strict=True):
                yield ImageReady(image.id, tokens, seconds / 2)
        for sound in sounds:
            encoded += sound.id not in self._known
            self._known.add(sound.id)
            yield SoundReady(sound.id, self.sound_tokens(sound), 0.0)
        total = sum(len(message.text.split()) + len(message.images) * self._tokens_per_image for message in messages)
        yield PromptProgress(total, total)
        return encoded, time.perf_counter() - began, stop is not None and stop.is_set()

    def _pictures(self, message: Message) -> list[Image | FramePair]:
        """As an encoder gets them."""
        parts = sent_parts(message.parts, merges_frames=self._info.frames.merges)
        return [
            part.image if isinstance(part, ImagePart) else part
            for part in parts
            if isinstance(part, ImagePart | FramePair)
        ]

    @staticmethod
    def _wait(seconds: float, stop: StopFlag | None) -> bool:
        """Wait; True when it was stopped."""
        if stop is None:
            if seconds:
                time.sleep(seconds)
            return False
        until = time.perf_counter() + seconds
        while not stop.is_set():
            left = until - time.perf_counter()
            if left <= 0:
                return False
            time.sleep(min(left, _NAP_SECONDS))
        return True
