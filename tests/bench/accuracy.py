"""Fanlight's transcripts of files beside those of faster-whisper as it comes, in one process with one processor's
kernels.

`python -m bench.accuracy MODEL NOTES` does it with the kernels that CT2_FORCE_CPU_ISA names, and writes a line of JSON
for each condition. The texts of faster-whisper do not change: they are kept in NOTES, by recording, kernels and
versions.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fanlight.domain.speech import TranscriptionOptions, Word, joined
from fanlight.domain.transcription import TranscriptionPart
from fanlight.speech.audio import Audio
from fanlight.speech.file_transcription import decode_parts
from fanlight.speech.segmentation import speech_spans
from fanlight.speech.vad import VoiceActivityDetector, load_session, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from support.conditions import Spoken, conditions
from support.recordings import NAMES, recording, transcript, write_wav
from support.word_errors import Errors

KERNELS = "CT2_FORCE_CPU_ISA"
_VERSIONS = ("faster-whisper", "ctranslate2", "onnxruntime")
MakeVad = Callable[[], VoiceActivityDetector]


@dataclass(frozen=True, slots=True)
class ConditionErrors:
    """Wrong words of Fanlight and of faster-whisper. `late` says, for a joined recording, how many seconds behind the
    true start the first word after each pause begins."""

    condition: str
    words: int
    wrong: int
    stock_wrong: int
    late: tuple[float, ...] = ()


def compare(folder: Path, notes: Path, recordings: Sequence[Spoken]) -> Iterator[ConditionErrors]:
    """One condition after the other. `folder` has the model."""
    network, stock = load_session(), _Stock(folder, notes)
    with closing(WhisperTranscriber.load(folder, threads=2)) as whisper:
        for condition, spoken in conditions(recordings):
            ours, theirs, late = Errors(), Errors(), list[float]()
            for each in spoken:
                words = file_words(whisper, new_vad(network), each.audio)
                ours.add(each.text, joined(words))
                theirs.add(each.text, stock.text(each.audio))
                if len(each.starts) > 1:
                    late += late_starts(words, true_starts(each, recordings, lambda: new_vad(network)))
            yield ConditionErrors(condition, ours.words, ours.wrong, theirs.wrong, tuple(late))


def file_words(whisper: WhisperTranscriber, vad: VoiceActivityDetector, audio: Audio) -> list[Word]:
    """The words of a file with this sound, its language not given."""
    with TemporaryDirectory() as folder:
        path = write_wav(Path(folder) / "spoken.wav", audio)
        events = decode_parts(path, whisper, vad, TranscriptionOptions())
        return [word for event in events if isinstance(event, TranscriptionPart) for word in event.words]


def true_starts(whole: Spoken, recordings: Sequence[Spoken], make_vad: MakeVad) -> list[float]:
    """Where each recording's first word is said in the joined one."""
    return [
        start + speech_spans(make_vad().probabilities(each.audio))[0].seconds[0]
        for start, each in zip(whole.starts, recordings, strict=True)
    ]


def late_starts(words: Sequence[Word], starts: Sequence[float]) -> list[float]:
    """How late the word begins that is the first one of its recording. It is the first to end behind the true start;
    seconds, negative for too early."""
    firsts = [next((word for word in words if word.end > start), None) for start in starts]
    return [word.start - start for word, start in zip(firsts, starts, strict=True) if word is not None]


class _Stock:
    """faster-whisper with beam 5 and its VAD."""

    def __init__(self, folder: Path, notes: Path) -> None:
        versions = [metadata.version(name) for name in _VERSIONS]
        self._key = json.dumps([versions, os.environ.get(KERNELS, "")])
        self._folder, self._notes = folder, notes
        self._known: dict[str, str] = json.loads(notes.read_text("utf-8")) if notes.is_file() else {}
        self._model: Any = None

    def text(self, audio: Audio) -> str:
        key = hashlib.sha256(self._key.encode() + audio.tobytes()).hexdigest()
        if key not in self._known:
            segments, _info = self._loaded().transcribe(audio, beam_size=5, vad_filter=True)
            self._known[key] = "".join(segment.text for segment in segments)
            self._notes.write_text(json.dumps(self._known), "utf-8")
        return self._known[key]

    def _loaded(self) -> Any:
        if self._model is None:
            from faster_whisper import WhisperModel

            self._model = WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
            )
        return self._model


def main(arguments: Sequence[str]) -> int:
    folder, notes = map(Path, arguments)
    for found in compare(folder, notes, [Spoken(name, recording(name), transcript(name)) for name in NAMES]):
        print(json.dumps(asdict(found)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
