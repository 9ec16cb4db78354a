"""From a set flag to an idle engine, in each phase; after each stop a short answer proves that it is idle and well."""

from __future__ import annotations

import statistics
import threading
from contextlib import closing
from time import perf_counter

from bench import models
from bench.child import CanNotMeasure
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.domain.events import Finished, TextDelta, ThinkingDelta
from fanlight.domain.messages import Message
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag

_DELAYS = (0.05, 0.3, 0.6, 1.0, 1.7)
"""Seconds into the phase: its beginning, its middle, and between the slices of a picture."""


def measure(notebook: Notebook, quick: bool) -> None:
    phases = {"encode": _encode, "prefill": _prefill, "generate": _generate}
    values: dict[str, list[float]] = {name: [] for name in phases}
    with closing(models.load(models.smolvlm())) as engine:
        drain(engine.generate([Message.of("user", "Hello!")], greedy(2)))
        for number, delay in enumerate(_DELAYS[:2] if quick else _DELAYS):
            for name, phase in phases.items():
                values[name].append(1000 * phase(engine, number, delay))
                notebook.write(f"stop_{name}_ms", values[name][-1])
                _proves_idle(engine)
    for value in max(values.values(), key=statistics.median):
        notebook.write("stop_ms", value)


def _encode(engine: Engine, number: int, delay: float) -> float:
    return _stopped(engine, Message.of("user", "What is this?", (photo(200 + number, *PANORAMA),)), delay)


def _prefill(engine: Engine, number: int, delay: float) -> float:
    return _stopped(
        engine, Message.of("user", f"Story {number}. " + "The lamp went out and the sea came in. " * 60), delay
    )


def _generate(engine: Engine, number: int, delay: float) -> float:
    return _stopped(engine, Message.of("user", f"Tell me story {number}."), delay, after_first_word=True)


def _stopped(engine: Engine, asked: Message, delay: float, after_first_word: bool = False) -> float:
    """Seconds from the flag, set by another thread `delay` after the phase began, to the end of the generator."""
    flag = StopFlag()
    pressed: list[float] = []

    def press() -> None:
        pressed.append(perf_counter())
        flag.set()

    timer = threading.Timer(delay, press)
    reason = ""
    if not after_first_word:
        timer.start()
    with closing(engine.generate([asked], greedy(1000), flag)) as events:
        for event in events:
            if isinstance(event, TextDelta | ThinkingDelta) and timer.ident is None:
                timer.start()
            elif isinstance(event, Finished):
                reason = event.reason
    idle = perf_counter()
    if reason != "stopped":
        timer.cancel()
        raise CanNotMeasure(f"the work was over before it could be stopped ({reason or 'no reason given'})")
    return idle - pressed[0]


def _proves_idle(engine: Engine) -> None:
    _, end = drain(engine.generate([Message.of("user", "Hello!")], greedy(1)))
    if end.timings.generated_tokens != 1:
        raise CanNotMeasure("after a stop the engine did not answer")
