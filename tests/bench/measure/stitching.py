"""Scrolling captures: thirty pages that are scrolled in different ways, stitched, and compared with the page itself."""

from __future__ import annotations

from itertools import islice
from time import thread_time

from bench.child import CanNotMeasure
from bench.readings import Notebook
from fanlight.pictures.stitching import Stitcher
from support.scrolled import ScrollSequence, scroll_sequences
from support.written import FontMissing


def measure(notebook: Notebook, quick: bool) -> None:
    try:
        for sequence in islice(scroll_sequences(), 10 if quick else 30):
            _stitch(notebook, sequence)
    except FontMissing as error:
        raise CanNotMeasure(str(error)) from error


def _stitch(notebook: Notebook, sequence: ScrollSequence) -> None:
    frames = sequence.frames()
    stitcher = Stitcher(next(frames))
    for frame in frames:
        began = thread_time()
        stitcher.add(frame)
        notebook.write("stitch_frame_ms", 1000 * (thread_time() - began))
    wrong, missing = sequence.compare(stitcher.picture())
    notebook.write("stitched_rows_wrong", wrong)
    notebook.write("stitched_rows_missing", missing)
