"""The window while three things happen at once: a document of 300 pages is read and indexed, a clip of 30 s is read and
encoded, and an answer streams; then a question about both, with its answer. By the GUI thread's own processor time."""

from __future__ import annotations

import os

from bench import places
from bench.display import xvfb
from bench.readings import FEWEST, Notebook

_PAGES, _SECONDS = 300, 30
_CHARACTERS, _CHARACTERS_A_TOKEN, _SECONDS_A_TOKEN = 16_000, 4, 0.005
LONG_MS = 16.0


def measure(notebook: Notebook, quick: bool) -> None:
    from support.chat_samples import long_answer
    from support.clips import Shot, enlarged, scene, timeline, video_file
    from support.long_documents import long_documents
    from support.pdf_files import pdf

    answer = long_answer(_CHARACTERS)
    pieces = [answer[i : i + _CHARACTERS_A_TOKEN] for i in range(0, len(answer), _CHARACTERS_A_TOKEN)]
    folder = places.work("stalling")
    (pages,) = (one.pages for one in long_documents() if len(one.pages) == _PAGES)
    document = folder / "manual.pdf"
    document.write_bytes(pdf(pages))
    shots = [Shot(scene(seed), 3) for seed in range(_SECONDS // 3)]
    clip = video_file(folder / "clip.mp4", enlarged(timeline(shots, 25), 4))
    with xvfb() as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        from bench.rig import Rig

        busy: list[float] = []
        with Rig(pieces, _SECONDS_A_TOKEN) as rig:
            for _round in range(1 if quick else 3):
                found = rig.stream_beside_files([document, clip])
                print(f"longest: {', '.join(f'{one:.1f}' for one in sorted(found)[-8:])} ms", flush=True)
                busy += found
    for _ in range(FEWEST):  # each is one number for all rounds
        notebook.write("stall_ms", max(busy))
        notebook.write("stalls", sum(one > LONG_MS for one in busy))
