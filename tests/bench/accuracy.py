"""Fanlight's transcripts of files beside those of faster-whisper as it comes, in one process with one processor's
kernels.

`python -m bench.accuracy MODEL NOTES` does it with the kernels that CT2_FORCE_CPU_ISA names, and writes a line of JSON
for each condition; `--only` names the conditions, `--recordings` a folder with other recordings and their
transcripts.tsv. What was heard is kept in NOTES: a run that was stopped goes on where it was, and only Fanlight's part
is done again when its code has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bench.heard import FanlightHearing, StockHearing, Transcripts
from fanlight.domain.speech import Word, joined
from fanlight.speech.audio import Audio
from fanlight.speech.segmentation import speech_spans
from fanlight.speech.vad import VoiceActivityDetector, load_session, new_vad
from support.conditions import Spoken, conditions
from support.recordings import FOLDER, NAMES, recording, transcript
from support.word_errors import Errors

KERNELS = "CT2_FORCE_CPU_ISA"
MakeVad = Callable[[], VoiceActivityDetector]


class WordHearing(Protocol):
    def words(self, audio: Audio) -> list[Word]: ...


class TextHearing(Protocol):
    def text(self, audio: Audio) -> str: ...


@dataclass(frozen=True, slots=True)
class ConditionErrors:
    """Wrong words of Fanlight and of faster-whisper. `late` says, for a joined recording, how many seconds behind the
    true start the first word after each pause begins."""

    condition: str
    words: int
    wrong: int
    stock_wrong: int
    late: tuple[float, ...] = ()


def compare(
    ours: WordHearing, stock: TextHearing, recordings: Sequence[Spoken], make_vad: MakeVad,
    only: Sequence[str] = (),
) -> Iterator[ConditionErrors]:  # fmt: skip
    """One condition after the other, or those alone whose names begin as one of `only`."""
    for condition, spoken in conditions(recordings):
        if only and not condition.startswith(tuple(only)):
            continue
        own, theirs, late = Errors(), Errors(), list[float]()
        for each in spoken:
            words = ours.words(each.audio)
            own.add(each.text, joined(words))
            theirs.add(each.text, stock.text(each.audio))
            if len(each.starts) > 1:
                late += late_starts(words, true_starts(each, recordings, make_vad))
        yield ConditionErrors(condition, own.words, own.wrong, theirs.wrong, tuple(late))


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


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("bench.accuracy")
    parser.add_argument("model", type=Path)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="CONDITION", help="or how its name begins")
    parser.add_argument("--recordings", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args(arguments)
    network = load_session()
    folder: Path = asked.recordings
    names = NAMES if folder == FOLDER else sorted(path.stem for path in folder.glob("*.wav"))
    spoken = [Spoken(name, recording(name, folder), transcript(name, folder)) for name in names]
    transcripts = Transcripts(asked.notes, os.environ.get(KERNELS, ""))
    ours = FanlightHearing(asked.model, transcripts, network, asked.threads)
    with closing(ours):
        stock = StockHearing(asked.model, transcripts, asked.threads)
        for found in compare(ours, stock, spoken, lambda: new_vad(network), asked.only):
            print(json.dumps(asdict(found)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
