"""What 200 questions about pictures leave behind in one process, after 20 to warm up."""

from __future__ import annotations

import os
from contextlib import closing

import psutil

from bench import models
from bench.fresh import values
from bench.pictures import photo
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.domain.messages import Message
from fanlight.domain.ports import Engine

_WARM_UP, _QUESTIONS, _TURNS = 20, 200, 4
_MEBIBYTE = 2**20


def measure(notebook: Notebook, quick: bool) -> None:
    for grown in values("bench.measure.memory.growth", 2 if quick else 5):
        notebook.write("memory_growth_200_questions_mb", grown)


def growth() -> float:
    """Megabytes (2**20 bytes) of resident memory."""
    process = psutil.Process(os.getpid())
    with closing(models.load(models.practice())) as engine:
        _ask(engine, 0, _WARM_UP)
        before = process.memory_info().rss
        _ask(engine, _WARM_UP, _WARM_UP + _QUESTIONS)
        return float(process.memory_info().rss - before) / _MEBIBYTE


def _ask(engine: Engine, first: int, last: int) -> None:
    """Conversations of four turns, each turn with a new picture."""
    talk: tuple[Message, ...] = ()
    for number in range(first, last):
        if number % _TURNS == 0:
            talk = ()
        asked = Message.of("user", f"Question {number}: what is in the picture?", (photo(1000 + number),))
        talk = (*talk, asked)
        words, _ = drain(engine.generate(talk, greedy(16)))
        talk = (*talk, Message.of("assistant", words))
