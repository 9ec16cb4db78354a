"""Enter one second after the picture was reported ready, beside a question without a picture, equally warm: its
beginning was evaluated ahead too. The pictures are encoded once; attached again they are evaluated anew, each time with
the other one or a text in between, so that what is in the cache at Enter came from that very prefill."""

from __future__ import annotations

from contextlib import closing
from time import sleep

from bench import models
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.talk import drain, first_token_seconds
from fanlight.domain.chat import Image, Message
from fanlight.domain.ports import Engine

_QUESTION = "What do you see?"
_TYPING_SECONDS = 1.0


def measure(notebook: Notebook, quick: bool) -> None:
    pictures = [photo(100, *PANORAMA), photo(101, *PANORAMA)]
    with closing(models.load(models.smolvlm())) as engine:
        _ask(engine, ())  # the first one warms up
        for number in range(2 if quick else 9):
            attached = _ask(engine, (pictures[number % len(pictures)],))
            text = _ask(engine, ())
            notebook.write("attached_ttft_ms", 1000 * attached)
            notebook.write("text_ttft_ms", 1000 * text)
            notebook.write("attached_ttft_ratio_text", attached / text)


def _ask(engine: Engine, pictures: tuple[Image, ...]) -> float:
    drain(engine.prefill([Message("user", "", pictures)]))
    sleep(_TYPING_SECONDS)
    return first_token_seconds(engine, [Message("user", _QUESTION, pictures)])
