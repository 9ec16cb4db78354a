"""Turn two about a picture: Fanlight beside llama-cpp-python's own chat handler, same files, threads and process."""

from __future__ import annotations

from contextlib import closing

from bench import models
from bench.child import CanNotMeasure
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.stock import Stock
from bench.talk import drain, first_token_seconds, greedy
from fanlight.domain.chat import Message

FEWEST_PICTURE_TOKENS = 300
_QUESTIONS = (
    "And what is to the left of it?",
    "Which colour is used most?",
    "Is anything written there?",
    "How many people can be seen?",
    "What would you change about it?",
)


def measure(notebook: Notebook, quick: bool) -> None:
    spec = models.smolvlm()
    assert spec.projector is not None
    picture = photo(1, *PANORAMA)
    stock = Stock(spec.model, spec.projector, models.threads(), models.CONTEXT_TOKENS)
    with closing(models.load(spec)) as engine, closing(stock):
        if (tokens := engine.image_tokens(picture)) < FEWEST_PICTURE_TOKENS:
            raise CanNotMeasure(f"the picture takes {tokens} tokens, not {FEWEST_PICTURE_TOKENS}")
        asked = Message("user", "What is in this picture?", (picture,))
        words, _ = drain(engine.generate([asked], greedy(16)))
        talk = (asked, Message("assistant", words))
        stock.first_token_seconds([Message("user", "Hello!")])  # loads its projector and warms up
        for question in _QUESTIONS[: 2 if quick else None]:
            messages = (*talk, Message("user", question))
            ours = first_token_seconds(engine, messages)
            theirs = stock.first_token_seconds(messages)
            notebook.write("followup_ttft_ms", 1000 * ours)
            notebook.write("followup_ttft_stock_ms", 1000 * theirs)
            notebook.write("followup_ttft_ratio_stock", theirs / ours)
