"""Enter one second after the picture was reported ready, beside a question without a picture, equally warm: its
beginning was evaluated ahead too. Each round has a new picture."""

from __future__ import annotations

from contextlib import closing
from time import sleep

from bench import models
from bench.pictures import photo
from bench.readings import Notebook
from bench.talk import drain, first_token_seconds
from fanlight.domain.chat import Image, Message
from fanlight.domain.ports import Engine

_QUESTION = "What do you see, and what is the most important thing about it?"
_TYPING_SECONDS = 1.0


def measure(notebook: Notebook, quick: bool) -> None:
    with closing(models.load(models.smolvlm())) as engine:
        _ask(engine, ())  # the first one warms up
        for seed in range(2 if quick else 5):
            picture = photo(100 + seed)
            attached = _ask(engine, (picture,))
            text = _ask(engine, ())
            notebook.write("attached_ttft_ms", 1000 * attached)
            notebook.write("text_ttft_ms", 1000 * text)
            notebook.write("attached_ttft_ratio_text", attached / text)


def _ask(engine: Engine, pictures: tuple[Image, ...]) -> float:
    drain(engine.prefill([Message("user", "", pictures)]))
    sleep(_TYPING_SECONDS)
    return first_token_seconds(engine, [Message("user", _QUESTION, pictures)])
