"""Questions about a picture on a model of SmolVLM-256M's shape.

First turn two: Fanlight beside llama-cpp-python's own chat handler, same files, threads and process, taking turns. Then
Enter one second after the picture was reported ready, beside a question without a picture, equally warm: its beginning
was evaluated ahead too. There the picture is encoded already, and evaluated anew each time, since the text between has
taken its place in the cache.
"""

from __future__ import annotations

from contextlib import closing
from time import sleep

from bench import models
from bench.child import CanNotMeasure
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.stock import Stock
from bench.talk import drain, first_token_seconds, greedy
from fanlight.domain.messages import Image, Message
from fanlight.domain.ports import Engine

FEWEST_PICTURE_TOKENS = 300
_QUESTIONS = (
    "And what is to the left of it?",
    "Which colour is used most?",
    "Is anything written there?",
    "How many people can be seen?",
    "What would you change about it?",
)
_TYPING_SECONDS = 1.0


def measure(notebook: Notebook, quick: bool) -> None:
    spec = models.smolvlm()
    assert spec.files.projector is not None
    picture = photo(1, *PANORAMA)
    with closing(models.load(spec)) as engine:
        if (tokens := engine.image_tokens(picture)) < FEWEST_PICTURE_TOKENS:
            raise CanNotMeasure(f"the picture takes {tokens} tokens, not {FEWEST_PICTURE_TOKENS}")
        asked = Message.of("user", "What is in this picture?", (picture,))
        words, _ = drain(engine.generate([asked], greedy(16)))
        _attached(notebook, engine, picture, rounds=2 if quick else 9)
        drain(engine.prefill([asked, Message.of("assistant", words)]))
        with closing(Stock(spec.files.model, spec.files.projector, models.threads(), models.CONTEXT_TOKENS)) as stock:
            stock.first_token_seconds([Message.of("user", "Hello!")])  # loads its projector and warms up
            for question in _QUESTIONS[: 2 if quick else None]:
                messages = (asked, Message.of("assistant", words), Message.of("user", question))
                ours = first_token_seconds(engine, messages)
                theirs = stock.first_token_seconds(messages)
                notebook.write("followup_ttft_ms", 1000 * ours)
                notebook.write("followup_ttft_stock_ms", 1000 * theirs)
                notebook.write("followup_ttft_ratio_stock", theirs / ours)


def _attached(notebook: Notebook, engine: Engine, picture: Image, rounds: int) -> None:
    _enter(engine, ())  # the first one warms up
    for _ in range(rounds):
        attached, text = _enter(engine, (picture,)), _enter(engine, ())
        notebook.write("attached_ttft_ms", 1000 * attached)
        notebook.write("text_ttft_ms", 1000 * text)
        notebook.write("attached_ttft_ratio_text", attached / text)


def _enter(engine: Engine, pictures: tuple[Image, ...]) -> float:
    drain(engine.prefill([Message.of("user", "", pictures)]))
    sleep(_TYPING_SECONDS)
    return first_token_seconds(engine, [Message.of("user", "What do you see?", pictures)])
