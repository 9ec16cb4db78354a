"""Own words: how many of sixty rare names are written right, each in a sentence of two voices, without a list of
expected words and with all sixty on it; and what the list does to ordinary speech. CT2_FORCE_CPU_ISA chooses the
processor's kernels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np

from bench import places
from bench.readings import FEWEST, Notebook
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.speech.audio import Audio, resampled
from fanlight.speech.model_files import whisper_base
from fanlight.speech.own_words import as_written
from fanlight.speech.vad import load_session, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from fanlight.synthesis.bundled_voice import RATE, BundledVoice
from support import recordings
from support.rare_names import NAMES, SENTENCES
from support.synthetic import can_speak, said
from support.utterances import ENGLISH, transcribed_live
from support.word_errors import Errors

LISTED = replace(ENGLISH, names=NAMES)
QUICK = 12


def measure(notebook: Notebook, quick: bool) -> None:
    spoken = list(_spoken(QUICK if quick else len(NAMES)))
    network = load_session()
    with closing(WhisperTranscriber.load(whisper_base(places.work("speech")))) as whisper:
        without, listed = (_recall(whisper, spoken, options) for options in (ENGLISH, LISTED))
        errors = {options: Errors() for options in (ENGLISH, LISTED)}
        for options, errors_of in errors.items():
            for name in recordings.NAMES[: 2 if quick else None]:
                text = transcribed_live(whisper, new_vad(network), recordings.recording(name), options)
                print(f"{name}: {errors_of.add(recordings.transcript(name), text)} wrong", flush=True)
    print(f"names: {without:.0f} % without, {listed:.0f} % with the list", flush=True)
    for _ in range(FEWEST):  # each is one number for all sentences
        notebook.write("names_recall_unlisted", without)
        notebook.write("names_recall", listed)
        notebook.write("names_wer_more", errors[LISTED].percent - errors[ENGLISH].percent)


def _recall(whisper: WhisperTranscriber, spoken: list[tuple[str, Audio]], options: TranscriptionOptions) -> float:
    right = 0
    for name, audio in spoken:
        decoded = whisper.decode(audio, options, "final")
        text = as_written(LiveTranscript(decoded.words, language="en", final=True), options).text
        found = name.casefold() in text.casefold()
        right += found
        if not found:
            print(f"{len(options.names)} listed, {name}: {text!r}", flush=True)
    return 100 * right / len(spoken)


def _spoken(count: int) -> Iterator[tuple[str, Audio]]:
    voice = BundledVoice()
    with closing(voice), TemporaryDirectory() as folder:
        for name, sentence in list(zip(NAMES, SENTENCES, strict=True))[:count]:
            pcm = voice.synthesize(sentence, "", 1.0, Event())
            yield name, resampled((np.frombuffer(pcm.data, "<i2") / 32768).astype(np.float32), RATE)
            if can_speak():
                yield name, said(sentence, Path(folder), "en-gb")
