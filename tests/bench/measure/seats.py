"""The window's follow-up about a picture after a question from the panel about another one, beside the same follow-up
without it. The two take turns at going first; what the panel asks is in its cache, so that only the crossing counts."""

from __future__ import annotations

from contextlib import closing

from bench import models
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.talk import drain, first_token_seconds, greedy
from fanlight.domain.messages import Message
from fanlight.domain.slots import Slot


def measure(notebook: Notebook, quick: bool) -> None:
    asked = Message.of("user", "What is in this picture?", (photo(1, *PANORAMA),))
    panel = Message.of("user", "What does this say?", (photo(2, *PANORAMA),))
    with closing(models.load(models.smolvlm())) as engine:
        words, _ = drain(engine.generate([asked], greedy(16)))
        talk = (asked, Message.of("assistant", words))
        numbers = iter(range(10, 100))

        def follow_up(after_panel: bool) -> float:
            """Another question each time: the same one again would find itself in the cache."""
            if after_panel:
                drain(engine.generate([panel], greedy(4), slot=Slot.PANEL))
            asked_next = Message.of("user", f"{next(numbers)} metres left of it, what is?")
            return first_token_seconds(engine, (*talk, asked_next))

        follow_up(after_panel=True)  # the panel's picture is encoded, buffers are made
        for number in range(2 if quick else 9):
            seconds = {after: follow_up(after) for after in ((True, False) if number % 2 else (False, True))}
            notebook.write("followup_after_panel_ms", 1000 * seconds[True])
            notebook.write("followup_after_panel_ratio", seconds[True] / seconds[False])
