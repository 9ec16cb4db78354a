"""A first question about a new picture on the practice model: what somebody sees who tries Fanlight."""

from __future__ import annotations

from contextlib import closing

from bench import models
from bench.pictures import photo
from bench.readings import Notebook
from bench.talk import drain, first_token_seconds, greedy
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling


def measure(notebook: Notebook, quick: bool) -> None:
    with closing(models.load(models.practice())) as engine:
        drain(engine.generate([Message.of("user", "Hello!")], greedy(2)))
        for seed in range(3 if quick else 15):
            asked = [Message.of("user", "Describe the picture.", (photo(300 + seed),))]
            notebook.write("first_word_ms", 1000 * first_token_seconds(engine, asked))
            again = [Message.of("user", "Describe the picture.", (photo(400 + seed),))]
            _, end = drain(engine.generate(again, Sampling(temperature=0, max_tokens=32)))
            notebook.write("encode_ms", 1000 * end.timings.encode_seconds)
            notebook.write("prefill_ms", 1000 * end.timings.prefill_seconds)
