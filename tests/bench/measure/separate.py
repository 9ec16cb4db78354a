"""What the engine in a process of its own costs beside the one in this process: for a token, in turn on the same small
model, and for a picture, in memory there."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

import psutil

from bench.readings import Notebook
from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, Sampling
from fanlight.domain.ports import Engine
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.separate import SeparateEngine
from support import random_models

_OPTIONS = LoadOptions(1024, threads=1, gpu_layers=0)
_ROUNDS, _TURNS, _TOKENS = 5, 6, 400
_PICTURE_ROUNDS, _PICTURES, _WIDTH, _HEIGHT = 5, 3, 2000, 1500


def measure(notebook: Notebook, quick: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        spec = random_models.plain(Path(place))
        with closing(LlamaEngine.load(spec, _OPTIONS)) as own, closing(SeparateEngine(spec, _OPTIONS)) as separate:
            for engine in (own, separate):
                _seconds_per_token(engine)
            for _round in range(_ROUNDS):
                times = [
                    (_seconds_per_token(own), _seconds_per_token(separate)) for _turn in range(2 if quick else _TURNS)
                ]
                alone, apart = (min(seconds) for seconds in zip(*times, strict=True))  # others only slow it down
                notebook.write("separate_token_us", 1e6 * (apart - alone))
            for number in range(_PICTURE_ROUNDS):
                notebook.write("separate_picture_copies", _copies(separate, f"kept {number}", number))


def _seconds_per_token(engine: Engine) -> float:
    """By the clock of who asks, from the first words to the end."""
    question, seed = [Message.of("user", "Hello")], itertools.count(1)
    while True:
        sampling = Sampling(temperature=1.0, seed=next(seed), max_tokens=_TOKENS)
        began = ended = 0.0
        with closing(engine.generate(question, sampling)) as events:
            for event in events:
                ended = perf_counter()
                began = began or (ended if isinstance(event, TextDelta) else 0.0)
                if isinstance(event, Finished) and event.timings.generated_tokens > _TOKENS // 2:
                    return (ended - began) / event.timings.generated_tokens


def _copies(engine: SeparateEngine, place: str, number: int) -> float:
    """How much memory the process takes for pictures that a conversation keeps, in the size of these."""
    assert engine.pid is not None
    process, small = psutil.Process(engine.pid), Image.of(32, 32, bytes(32 * 32 * 3))
    engine.image_tokens(small)
    before = process.memory_full_info().uss
    size = _WIDTH * _HEIGHT * 3
    pictures = [Image.of(_WIDTH, _HEIGHT, bytes([_PICTURES * number + i]) * size) for i in range(_PICTURES)]
    assert engine._process is not None
    engine._send_media(engine._process, place, pictures)
    engine.image_tokens(small)  # all before it has been read then
    return (process.memory_full_info().uss - before) / sum(len(picture.rgb) for picture in pictures)
