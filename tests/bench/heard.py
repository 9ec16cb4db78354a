"""What Fanlight and faster-whisper as it comes hear in a recording, kept on disk so that it is heard once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnxruntime

import fanlight.domain.speech
import fanlight.speech
from fanlight.domain.speech import TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart
from fanlight.speech.audio import Audio
from fanlight.speech.file_transcription import decode_parts
from fanlight.speech.vad import VoiceActivityDetector, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import write_wav

_VERSIONS = ("faster-whisper", "ctranslate2", "onnxruntime")
_STOCK = "faster-whisper, beam 5, vad_filter, 16 bits"


class Transcripts:
    """What was heard, by recording, kernels, versions, and who heard it: a line of JSON for each, written at once."""

    def __init__(self, path: Path, kernels: str) -> None:
        self._path = path
        self._key = json.dumps([[metadata.version(name) for name in _VERSIONS], kernels])
        self._known: dict[str, Any] = {}
        for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
            try:
                self._known.update(json.loads(line))
            except ValueError:
                continue  # cut while it was written

    def heard(self, who: str, audio: Audio, hear: Callable[[Audio], Any]) -> Any:
        """What `who` heard before, else what `hear` gives now; a value of JSON."""
        key = hashlib.sha256(f"{self._key} {who}".encode() + audio.tobytes()).hexdigest()
        if key not in self._known:
            self._known[key] = hear(audio)
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n" + json.dumps({key: self._known[key]}))  # the last line may have been cut
        return self._known[key]


class FanlightHearing:
    """Files transcribed by Fanlight, their language not given. The model is loaded when it is needed."""

    def __init__(
        self, folder: Path, transcripts: Transcripts, network: onnxruntime.InferenceSession, threads: int
    ) -> None:
        self._folder, self._transcripts, self._network, self._threads = folder, transcripts, network, threads
        self._who = f"Fanlight {code_fingerprint()}"

    def words(self, audio: Audio) -> list[Word]:
        return [Word(*word) for word in self._transcripts.heard(self._who, audio, self._hear)]

    def close(self) -> None:
        if "_whisper" in self.__dict__:
            self._whisper.close()

    def _hear(self, audio: Audio) -> list[tuple[str, float, float, float]]:
        with recording_file(audio) as path:
            words = file_words(self._whisper, new_vad(self._network), path)
        return [(word.text, word.start, word.end, word.probability) for word in words]

    @cached_property
    def _whisper(self) -> WhisperTranscriber:
        return WhisperTranscriber.load(self._folder, threads=self._threads)


class StockHearing:
    """faster-whisper with beam 5 and its VAD."""

    def __init__(self, folder: Path, transcripts: Transcripts, threads: int) -> None:
        self._folder, self._transcripts, self._threads = folder, transcripts, threads

    def text(self, audio: Audio) -> str:
        return str(self._transcripts.heard(_STOCK, audio, self._hear))

    def _hear(self, audio: Audio) -> str:
        with recording_file(audio) as path:
            segments, _info = self._model.transcribe(str(path), beam_size=5, vad_filter=True)
            return "".join(segment.text for segment in segments)

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel

        return WhisperModel(
            str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads, local_files_only=True
        )


@contextmanager
def recording_file(audio: Audio) -> Iterator[Path]:
    """A file with this sound, in 16 bits, the same for both: a text may hang on the last bit."""
    with TemporaryDirectory() as folder:
        yield write_wav(Path(folder) / "spoken.wav", audio)


def file_words(whisper: WhisperTranscriber, vad: VoiceActivityDetector, path: Path) -> list[Word]:
    """The words of a file, its language not given."""
    events = decode_parts(path, whisper, vad, TranscriptionOptions())
    return [word for event in events if isinstance(event, TranscriptionPart) for word in event.words]


def code_fingerprint() -> str:
    """Changes with the code that transcribes."""
    package, values = fanlight.speech.__file__, fanlight.domain.speech.__file__
    assert package is not None
    assert values is not None
    files = [*sorted(Path(package).parent.glob("*.py")), Path(values)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
