"""Broken GGUF files, each given to the engine in a child process: it answers, or it says why not in one sentence.

A child that dies or hangs is a failure; the next case gets a new one.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz.campaign import Attempt
from fuzz.child import Child, Outcome, Told, Try, told_of
from fuzz.gguf_mutations import Base, Case, case

SECONDS = 10.0


@dataclass(frozen=True)
class Result:
    case: Case
    outcome: Outcome
    said: str

    @property
    def failed(self) -> bool:
        return self.outcome not in ("answered", "refused")


def _prepare() -> Try:
    from fanlight.domain.errors import ModelError
    from fanlight.domain.messages import Image, Message
    from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
    from fanlight.engine.llama import LlamaEngine

    image = Image.of(96, 64, bytes(range(256)) * 72)

    def load_and_ask(files: Any) -> Told:
        model, projector, number = files
        spec = ModelSpec.of_files("broken", Path(model), Path(projector) if projector else None)
        question = Message.of("user", "What is this? Größe, 模, \x00.", (image,) if projector else ())
        sampling = Sampling(temperature=0 if number % 2 else 0.7, seed=number, max_tokens=3)
        try:
            with contextlib.closing(LlamaEngine.load(spec, LoadOptions(0, 1, 0))) as engine:
                for _ in engine.generate([question], sampling):
                    pass
        except Exception as error:
            return told_of(error, ModelError)
        return "answered", ""

    return load_and_ask


def bases(folder: Path) -> list[Base]:
    """One pair for each kind of memory, and the practice model where it is."""
    from fanlight.paths import shipped_models
    from support import random_models
    from support.gguf_drafts import projector, text_model

    found = [Base("tiny", text_model(), projector())]
    for build in (random_models.plain, random_models.mrope, random_models.window, random_models.hybrid):
        spec = build(folder)
        assert spec.files.projector is not None
        found.append(Base.of(spec.name, spec.files.model, spec.files.projector))
    practice = shipped_models() / "practice" / "practice.gguf"
    if practice.is_file():
        found.append(Base.of("practice", practice, practice.with_name("practice-mmproj.gguf")))
    return found


def results(numbers: Iterable[int], seed: int = 0) -> Iterator[Result]:
    """What became of each case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = bases(folder)
        child = Child(folder / "log", _prepare, SECONDS)
        try:
            for number in numbers:
                broken = case(number, pairs, folder, seed)
                files = str(broken.model), str(broken.projector) if broken.projector else None, broken.number
                yield Result(broken, *child.ask(files))
        finally:
            child.close()


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    last = time.monotonic()
    for result in results(numbers, seed):
        yield Attempt(result.case.number, result.case.what, result.outcome, result.said, time.monotonic() - last)
        last = time.monotonic()
