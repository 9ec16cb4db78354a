"""A hundred sentences of answers, spoken by the voice in the package and heard by Whisper base: how many of their words
are heard otherwise than a person would read them, and how long a sentence takes until its sound is there."""

from __future__ import annotations

from collections import defaultdict
from threading import Event
from time import perf_counter

import numpy as np
import soxr

from bench import places
from bench.child import CanNotMeasure
from bench.readings import FEWEST, Notebook
from fanlight.speech.audio import Audio
from fanlight.speech.model_files import whisper_base
from fanlight.synthesis.bundled_voice import RATE, BundledVoice
from fanlight.synthesis.spoken_text import SpokenText
from support.spoken_answers import SPOKEN_ANSWERS, as_it_sounds
from support.word_errors import Errors

_HEARING_RATE, _PAUSE_SECONDS = 16_000, 0.4


def measure(notebook: Notebook, quick: bool) -> None:
    from faster_whisper import WhisperModel

    voice = BundledVoice()
    if not voice.is_available():
        raise CanNotMeasure(voice.needs)
    folder = whisper_base(places.work("speech"))
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
    voice.synthesize("It is loaded now.", "", 1.0, Event())
    errors, by_kind = Errors(), defaultdict[str, Errors](Errors)
    for answer in SPOKEN_ANSWERS[:: 5 if quick else 1]:
        heard = as_it_sounds(_heard(model, _said(voice, answer.written, notebook)))
        wrong = errors.add(as_it_sounds(answer.read), heard)
        by_kind[answer.kind].add(as_it_sounds(answer.read), heard)
        if wrong:
            print(f"{wrong} wrong: {answer.written} | {heard}", flush=True)
    for kind, one in by_kind.items():
        print(f"{kind}: {one.wrong} of {one.words}", flush=True)
    for _ in range(FEWEST):  # one number for all sentences
        notebook.write("speaking_word_error_rate_percent", errors.percent)


def _said(voice: BundledVoice, written: str, notebook: Notebook) -> Audio:
    spoken, silence = SpokenText("en"), np.zeros(round(_PAUSE_SECONDS * _HEARING_RATE), np.float32)
    sounds = [silence]
    for sentence in (*spoken.feed(written), *spoken.finish()):
        start = perf_counter()
        data = voice.synthesize(sentence.text, "", 1.0, Event()).data
        notebook.write("speaking_sentence_ms", 1000 * (perf_counter() - start))
        sound = np.frombuffer(data, np.int16).astype(np.float32) / 32_768
        sounds += [soxr.resample(sound, RATE, _HEARING_RATE).astype(np.float32), silence]
    return np.concatenate(sounds)


def _heard(model: object, audio: Audio) -> str:
    segments, _info = model.transcribe(  # type: ignore[attr-defined]
        audio, language="en", beam_size=5, temperature=0, condition_on_previous_text=False
    )
    return " ".join(segment.text.strip() for segment in segments)
