"""Push-to-talk without the microphone: recordings joined to utterances of 3 to 55 s, fed at the clock's pace to Whisper
base (int8, processor) and released at their last sample of speech; and the same utterances in one piece, beam 5. Apart
from them the same words by espeak-ng's voices, which no recogniser was made for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import places
from bench.readings import FEWEST, Notebook
from fanlight.speech.audio import Audio
from fanlight.speech.model_files import whisper_base
from fanlight.speech.vad import load_session, new_vad
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import transcript, utterance
from support.synthetic import can_speak, said
from support.utterances import timed_utterance, transcribed_live
from support.word_errors import Errors

UTTERANCES = (
    ("austen880",),
    ("austen890",),
    ("austen920",),
    ("lj0131",),
    ("jfk",),
    ("austen920", "austen880"),
    ("lj0131", "austen890", "austen920"),
    ("austen920", "jfk", "austen880"),
    ("twocities",),
    ("jfk", "twocities"),
)
VOICES = ("en-us", "en-gb", "en-gb-scotland")
READ_ALOUD = ("austen880", "austen890", "austen920", "lj0131", "jfk")


def measure(notebook: Notebook, quick: bool) -> None:
    spoken = [utterance(names) for names in UTTERANCES[: 5 if quick else None]]
    folder = whisper_base(places.work("speech"))
    network = load_session()
    live = Errors()
    slowest = 0.0
    with closing(WhisperTranscriber.load(folder)) as whisper:
        timed_utterance(
            whisper, new_vad(network), new_vad(network), spoken[0][0]
        )  # memory and caches are warm after one
        for audio, text in spoken:
            hold = timed_utterance(whisper, new_vad(network), new_vad(network), audio)
            live.add(text, hold.text)
            slowest = max(slowest, hold.release)
            notebook.write("release_to_text_ms", 1000 * hold.release)
            if hold.first_words is not None:
                notebook.write("first_words_ms", 1000 * hold.first_words)
            print(f"{len(audio) / 16000:.0f} s: {1000 * hold.release:.0f} ms, {hold.text!r}", flush=True)
        synthetic = _synthetic(whisper, quick)
    whole = _one_shot(folder, spoken)
    print(f"live {live.wrong} of {live.words} words, in one piece {whole.wrong}", flush=True)
    for _ in range(FEWEST):  # each is one number for all utterances
        notebook.write("release_to_text_ms_max", 1000 * slowest)
        notebook.write("wer_live", live.percent)
        notebook.write("wer_oneshot", whole.percent)
        notebook.write("wer_live_more", live.percent - whole.percent)
        if synthetic is not None:
            notebook.write("wer_synthetic", synthetic.percent)
    if synthetic is None:
        notebook.give_up("wer_synthetic", "espeak-ng is not installed: apt-get install espeak-ng")
    else:
        print(f"synthetic voices: {synthetic.wrong} of {synthetic.words} words", flush=True)


def _synthetic(whisper: WhisperTranscriber, quick: bool) -> Errors | None:
    if not can_speak():
        return None
    errors, network = Errors(), load_session()
    with TemporaryDirectory() as folder:
        for voice in VOICES[: 1 if quick else None]:
            for name in READ_ALOUD:
                audio = said(transcript(name), Path(folder), voice)
                errors.add(transcript(name), transcribed_live(whisper, new_vad(network), audio))
    return errors


def _one_shot(folder: Path, spoken: Sequence[tuple[Audio, str]]) -> Errors:
    """faster-whisper as it comes: 30 s windows, beam 5, every fallback."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
    errors = Errors()
    for audio, text in spoken:
        segments, _ = model.transcribe(audio, language="en", beam_size=5)
        errors.add(text, "".join(segment.text for segment in segments))
    return errors
