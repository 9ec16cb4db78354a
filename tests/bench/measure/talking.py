"""The window while somebody speaks and the model works: Whisper base hears a recording at the clock's pace, its words
appear in the box, and a model of SmolVLM-256M's shape answers into the conversation, or encodes pictures."""

from __future__ import annotations

import os

from bench import places
from bench.display import xvfb
from bench.readings import Notebook
from fanlight.speech.model_files import whisper_base
from support.recordings import recording, transcript
from support.word_errors import Errors

SPOKEN = "lj0131"
"""8 s: long enough for pauses and drafts, said eleven times."""


def measure(notebook: Notebook, quick: bool) -> None:
    audio, text = recording(SPOKEN), transcript(SPOKEN)
    folder = whisper_base(places.work("speech"))
    with xvfb() as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        from bench.talking import Talking

        with Talking(folder, audio) as talking:
            talking.alone()  # memory and caches are warm after one
            alone = talking.encode_alone()
            for _ in range(2 if quick else 5):
                answered = talking.while_it_answers()
                notebook.write("gui_stall_talking_ms_max", answered.busy_max)
                notebook.write("first_words_answering_ms", answered.first_words)
                notebook.write("answering_tokens_per_second", answered.made / answered.seconds)
                encoded, seconds = talking.while_it_encodes()
                notebook.write("first_words_encoding_ms", encoded.first_words)
                notebook.write("release_to_text_encoding_ms", encoded.release)
                notebook.write("encode_talking_ratio", seconds / alone)
                wrong = Errors()
                wrong.add(text, answered.text)
                wrong.add(text, encoded.text)
                print(answered, encoded, f"a picture {seconds:.1f} s, alone {alone:.1f} s", sep="\n", flush=True)
                print(f"{wrong.wrong} of {wrong.words} words are wrong", flush=True)
