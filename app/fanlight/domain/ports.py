"""Protocols of the models behind the application, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event as Flag
from typing import Protocol, runtime_checkable

from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.events import Event
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, Message
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelAddress, ModelInfo, ModelSpec, Sampling, ThinkingMode
from fanlight.domain.picture_finding import Vector
from fanlight.domain.reading import FaceBox, TextLine
from fanlight.domain.seen import SeenPicture
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.speech import (
    CaptionWords,
    Decoded,
    Effort,
    LiveTranscript,
    Samples,
    SpeechInfo,
    TranscriptionOptions,
)
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import TranscriptionEvent

Events = Generator[Event, None, None]
OnProbabilities = Callable[[Sequence[float]], object]
"""Called with VAD probabilities as they come: one for each further 32 ms, 0 to 1."""


class Engine(Protocol):
    """A loaded model. One thread loads, uses and closes it; only a `StopFlag` crosses threads.

    Both generators end with exactly one `Finished`. Closing one early or setting its flag keeps the KV cache valid, and
    the next call may follow at once. Each `slot` has its own conversation in the cache. Raises ModelError.
    """

    @property
    def info(self) -> ModelInfo: ...

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        """Answer the last message if it is the user's; continue it if it is the assistant's."""
        ...

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        """Encode and evaluate what an answer in that mode to these messages will need; an unfinished last message
        (pictures, text still being typed) as far as it cannot change."""
        ...

    def image_tokens(self, image: Image) -> int:
        """Tokens the picture will take; nothing is encoded. 0 for a model that does not support images."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class PictureInsight(Protocol):
    """An engine that knows ahead what a picture takes."""

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:
        """Tokens that a picture of so many pixels would take, in `low` detail where it is so; nothing is encoded. 0 for
        a model that does not support images, and for a size that it cannot process."""
        ...

    def seen(self, image: Image) -> SeenPicture | None:
        """What goes into the vision encoder; nothing is computed. None where that cannot be told. Raises ModelError,
        PictureError."""
        ...


@runtime_checkable
class SoundInsight(Protocol):
    """An engine that knows ahead what a sound takes."""

    def sound_tokens(self, sound: Sound) -> int:
        """Tokens that the sound will take; nothing is encoded. 0 for a model that does not hear it, or not so much."""
        ...


@runtime_checkable
class StateKeeper(Protocol):
    """An engine that can put a conversation on disk and bring it back, so that it is not evaluated again. Neither
    raises anything for what cannot be written or read: it is evaluated then."""

    def keep_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        """Whether all that was prefilled of it is in the file now."""
        ...

    def recall_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        """Whether the cache holds more of it than before. A file that is damaged, or not of this model as it was
        loaded, is not used."""
        ...


class Transcriber(Protocol):
    """A loaded speech model. One thread owns it: it loads, uses and closes it there."""

    @property
    def info(self) -> SpeechInfo: ...

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        """The words in at most 30 s of speech, times counted from its start. `context` is the text before it, a bias
        for the spelling. A decoder finds words in any noise: run a VAD first. A decode cannot be stopped; its cost is
        bounded. Raises SpeechError."""
        ...

    def languages(
        self, samples: Samples, passages: Sequence[tuple[float, float]], options: TranscriptionOptions
    ) -> Sequence[str]:
        """Whisper's code of the language in each passage, from and to so many seconds of at most 30 s of speech; that
        of `options` where there is one. Raises SpeechError."""
        ...

    def close(self) -> None: ...


class CaptionStream(Protocol):
    """One unbroken stretch of sound that may go on for hours. On the speech model's thread; raises SpeechError."""

    def feed(self, block: bytes) -> None:
        """A block in the format of the stream."""
        ...

    @property
    def open_seconds(self) -> float:
        """Sound that is not settled yet, and in memory."""
        ...

    def step(self) -> CaptionWords | None:
        """At most one decode; None where nothing has changed."""
        ...

    def finish(self) -> CaptionWords:
        """The rest, all of it settled. Nothing is fed any more."""
        ...


class SpeechRecognizer(Protocol):
    """A loaded speech model behind a VAD, for live speech and recordings. One thread loads, uses and closes it."""

    def transcribe_live(
        self,
        sound_format: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        options: TranscriptionOptions,
        spare: Flag,
        on_probabilities: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        """The transcript whenever it changes; the last is final, unless DISCARDED came. While `spare` is set the
        processor is shared: hypotheses come less often. `on_probabilities` is called on this thread. Raises
        SpeechError."""
        ...

    def caption(self, sound_format: SoundFormat, options: TranscriptionOptions, spare: Flag) -> CaptionStream:
        """Speech that others may interrupt between two steps. `spare` as above."""
        ...

    def transcribe_file(
        self, path: Path, options: TranscriptionOptions, fresh: bool = False, stop: StopFlag | None = None
    ) -> Generator[TranscriptionEvent, None, None]:
        """The transcript of a sound or video file. Two events are at most the decode of some ten seconds of sound
        apart: live speech may be transcribed between them. Leaving early, or being killed, loses no part that was
        yielded: the next call resumes behind it, unless `fresh`. Setting `stop` ends a decode of the file that hangs,
        with an AudioError. Raises AudioError and SpeechError."""
        ...

    def close(self) -> None: ...


class TextReader(Protocol):
    """OCR. One thread loads, uses and closes it; only a `StopFlag` crosses threads."""

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        """Runs of text in reading order; () where there is none, and when it was stopped. Raises OcrError."""
        ...

    def read_from(
        self, near: tuple[float, float], image: Image, stop: StopFlag | None = None
    ) -> Iterator[tuple[TextLine, ...]]:
        """The same runs of text, those near a point of the picture first, as soon as they are read; nothing more once
        it was stopped. Raises OcrError."""
        ...

    def read_codes(self, image: Image) -> tuple[TextLine, ...]:
        """What QR codes and bar codes say, and where they are; () where nothing can read them."""
        ...

    def find_faces(self, image: Image, stop: StopFlag | None = None) -> tuple[FaceBox, ...]:
        """() where nothing can find them, and when it was stopped."""
        ...

    def close(self) -> None: ...


class Embedder(Protocol):
    """Pictures and words as vectors of length 1 in one space. One thread loads, uses and closes it; only a `StopFlag`
    crosses threads."""

    @property
    def name(self) -> str:
        """Of the space: vectors of embedders with different names cannot be compared."""
        ...

    @property
    def least_similarity(self) -> float:
        """Of words and a picture that they are about; what is less similar is not found."""
        ...

    def embed_picture(self, image: Image, stop: StopFlag | None = None) -> Vector | None:
        """None when it was stopped. Raises ModelError, PictureError."""
        ...

    def embed_text(self, text: str, stop: StopFlag | None = None) -> Vector | None:
        """None when it was stopped. Raises ModelError."""
        ...

    def close(self) -> None: ...


class ModelCatalog(Protocol):
    """Which models there are. All of it may be called on any thread; raises ModelError, InputError, StoreError."""

    def models(self) -> Sequence[ModelSpec]:
        """The practice model, and those that are registered."""
        ...

    def follow_renamed(self) -> Sequence[tuple[ModelSpec, ModelSpec]]:
        """Slow: registered files that have another name in their folder now are found again. What such models were, and
        what they are."""
        ...

    def of_other_programs(self) -> tuple[Sequence[ModelSpec], Sequence[UnusableModel]]:
        """What other programs have, which takes some seconds where a folder does not answer."""
        ...

    def describe(self, spec: ModelSpec, context_tokens: int) -> ModelRow:
        """Slow: headers are read."""
        ...

    def add(self, model: Path, projector: Path | None = None, name: str | None = None) -> ModelSpec: ...

    def add_folder(self, folder: Path) -> tuple[Sequence[ModelSpec], Sequence[UnusableModel]]:
        """All models in it and below; what cannot be used."""
        ...

    def add_server(self, source: ModelAddress, name: str | None = None) -> ModelSpec:
        """A model that a server of the user's own answers with."""
        ...

    def keep(self, spec: ModelSpec) -> ModelSpec:
        """Register another program's model; what it is called from then on."""
        ...

    def rename(self, name: str, new_name: str) -> ModelSpec: ...

    def remove(self, name: str) -> ModelSpec:
        """Forget a registration; the files stay."""
        ...

    def restore(self, spec: ModelSpec) -> ModelSpec:
        """Register again what was removed."""
        ...
