"""Word error rates at three levels, and words invented where there is no speech: 200 clips, 0.2 to 30 s, -60 to
-10 dBFS. One half is generated (noise, hum, clicks, breath, typing, music), the other recorded (animals, machines,
applause, wind, music: tests/data/noise)."""

from __future__ import annotations

from contextlib import closing

from bench import places
from bench.readings import FEWEST, Notebook
from fanlight.speech.model_files import whisper_base
from fanlight.speech.vad import load_session, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import at_level, noises, recording, transcript
from support.utterances import transcribed_live
from support.word_errors import Errors

SPOKEN = ("austen880", "austen890", "austen920", "jfk", "lj0131", "twocities")
LEVELS = (-20, -30, -45)
CLIPS = 200


def measure(notebook: Notebook, quick: bool) -> None:
    network = load_session()
    with closing(WhisperTranscriber.load(whisper_base(places.work("speech")))) as whisper:
        invented = 0
        for name, clip in noises(24 if quick else CLIPS):
            words = transcribed_live(whisper, new_vad(network), clip).split()
            invented += len(words)
            if words:
                print(f"invented in {name}: {' '.join(words)}", flush=True)
        as_they_are = Errors()
        for name in SPOKEN[:2] if quick else SPOKEN:
            as_they_are.add(transcript(name), transcribed_live(whisper, new_vad(network), recording(name)))
        figures = {"invented_words": float(invented)}
        for level in LEVELS:
            errors = Errors()
            for name in SPOKEN[:2] if quick else SPOKEN:
                audio = at_level(recording(name), level)
                errors.add(transcript(name), transcribed_live(whisper, new_vad(network), audio))
            figures[f"wer_more_at_{-level}_dbfs"] = errors.percent - as_they_are.percent
            print(f"{level} dBFS: {errors.wrong} of {errors.words}, as they are {as_they_are.wrong}", flush=True)
    for name, value in figures.items():
        for _ in range(FEWEST):  # each is one number for all clips
            notebook.write(name, value)
