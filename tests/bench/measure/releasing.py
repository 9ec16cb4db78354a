"""From letting go of the key to the final text: 200 releases in the middle of the last word, or right after it, of
recordings and of espeak-ng's voices, on the clock of the sound. The wait is for sound alone; with a tenth of them what
the decodes take here comes on top. A last word is lost where it is another one when the recording goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import onnxruntime

from bench import places
from bench.readings import FEWEST, Notebook, percentile
from fanlight.speech.audio import Audio
from fanlight.speech.model_files import whisper_base
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import load_session, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import NAMES, recording
from support.releases import Release, finished, phrases, releases
from support.synthetic import can_speak, said

RELEASES, QUICK_RELEASES, TIMED = 200, 40, 30
VOICES = ("en-us", "en-gb", "en-gb-scotland")
SENTENCES = (
    "Please open the big window.", "I would like some more coffee.", "Where did you put the scissors?",
    "He will call you back.", "The answer is twenty six.", "We are going to the park.", "That was a good talk.",
    "Write it down on paper.", "The train leaves at eight.", "It is raining cats and dogs.", "Turn off the light.",
    "She said yes.", "Do you see the ship?", "Take the second street on the left.", "This is the last one.",
    "They have lost their map.", "Bring me the book.", "All of it was fresh.",
)  # fmt: skip


def measure(notebook: Notebook, quick: bool) -> None:
    network = load_session()
    spoken = [(name, audio, end) for name, whole in _voices(quick) for audio, end in phrases(whole, new_vad(network))]
    asked = list(releases(spoken, QUICK_RELEASES if quick else RELEASES))
    waits = [1000 * finished(each, ScriptedTranscriber(), new_vad(network)).seconds for each in asked]
    for wait in waits:
        notebook.write("release_wait_ms", wait)
    print(f"{len(asked)} releases of {len(spoken)} phrases: " + _spread(waits), flush=True)
    with closing(WhisperTranscriber.load(whisper_base(places.work("speech")))) as whisper:
        lost = _lost(asked, whisper, network)
        timed = [
            1000 * finished(each, whisper, new_vad(network), timed=True, drafts=True).seconds for each in asked[:TIMED]
        ]
    print(f"with decodes: {_spread(timed)}", flush=True)
    for each in timed:
        notebook.write("release_wait_and_decode_ms", each)
    for _ in range(FEWEST):  # each is one number for all releases
        notebook.write("release_wait_ms_max", max(waits))
        notebook.write("release_last_words_lost", float(lost))


def _spread(values: list[float]) -> str:
    return ", ".join(f"{percent} %: {percentile(values, percent):.0f} ms" for percent in (5, 50, 95, 100))


def _voices(quick: bool) -> Iterator[tuple[str, Audio]]:
    for name in NAMES:
        yield name, recording(name)
    if not can_speak():
        print("without synthetic voices: espeak-ng is not installed", flush=True)
        return
    with TemporaryDirectory() as folder:
        for i, sentence in enumerate(SENTENCES):
            for voice in VOICES[: 1 if quick else None]:
                yield f"{sentence} {voice}", said(sentence, Path(folder), VOICES[i % 3] if quick else voice)


def _lost(asked: list[Release], whisper: WhisperTranscriber, network: onnxruntime.InferenceSession) -> int:
    lost, whole = 0, dict[int, str]()
    for each in asked:
        if each.phrase not in whole:
            late = replace(each, at=each.spoken + 0.6)
            whole[each.phrase] = finished(late, whisper, new_vad(network), timed=True).text
        heard = finished(each, whisper, new_vad(network), timed=True).text
        last, expected = _last_word(heard), _last_word(whole[each.phrase])
        if last != expected:
            lost += 1
            print(f"{each.name}: {heard!r} instead of {whole[each.phrase]!r}", flush=True)
    return lost


def _last_word(text: str) -> str:
    return re.sub(r"[^\w']", "", text.split()[-1]).lower() if text.split() else ""
