"""`python -m fanlight.speech.cuda_probe FOLDER`: loads the speech model on the graphics card and decodes a second of
silence. Exit status 0: it works. A missing cuBLAS fails at the first decode only, not at loading."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import TranscriptionOptions
from fanlight.speech.audio import silence
from fanlight.speech.device import preload
from fanlight.speech.whisper import WhisperTranscriber


def main(folder: str) -> int:
    preload()
    try:
        with closing(WhisperTranscriber.load(Path(folder), "cuda")) as transcriber:
            transcriber.decode(silence(1), TranscriptionOptions("en"), "final")
    except SpeechError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
