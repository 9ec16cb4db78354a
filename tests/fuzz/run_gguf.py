"""Broken GGUF files, each given to the engine in a child process: it answers, or it says why not in one sentence.

A child that dies or hangs is a failure; the next case gets a new one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from fuzz.gguf_mutations import Base, Case, case

SECONDS = 30.0
MEMORY_BYTES = 8 << 30
LONGEST_SENTENCE = 400

Outcome = Literal["answered", "refused", "died", "hung", "wrong"]


@dataclass(frozen=True)
class Result:
    case: Case
    outcome: Outcome
    said: str

    @property
    def failed(self) -> bool:
        return self.outcome not in ("answered", "refused")


def _work(pipe: Connection, log: str) -> None:
    """The child: loads and asks until the pipe closes. What llama.cpp writes goes to `log`."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from fanlight.domain.errors import ModelError
    from fanlight.domain.messages import Image, Message
    from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
    from fanlight.engine.llama import LlamaEngine

    image = Image.of(96, 64, bytes(range(256)) * 72)
    while True:
        try:
            model, projector, number = pipe.recv()
        except EOFError:
            return
        spec = ModelSpec.of_files("broken", Path(model), Path(projector) if projector else None)
        question = Message.of("user", "What is this? Größe, 模, \x00.", (image,) if projector else ())
        sampling = Sampling(temperature=0 if number % 2 else 0.7, seed=number, max_tokens=3)
        try:
            with contextlib.closing(LlamaEngine.load(spec, LoadOptions(0, 1, 0))) as engine:
                for _ in engine.generate([question], sampling):
                    pass
            pipe.send(("answered", ""))
        except ModelError as error:
            plain = 10 < len(error.message) < LONGEST_SENTENCE and "\n" not in error.message and bool(error.hint)
            pipe.send(("refused" if plain else "wrong", error.message))
        except Exception as error:
            pipe.send(("wrong", f"{type(error).__name__}: {error}"))


class Child:
    """A process that loads models, replaced when it is gone."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, broken: Case) -> Result:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self._start()
        assert self._pipe is not None
        assert self._process is not None
        mark = self._log.stat().st_size if self._log.exists() else 0
        try:
            self._pipe.send((str(broken.model), str(broken.projector) if broken.projector else None, broken.number))
            if not self._pipe.poll(SECONDS):
                self.close()
                return Result(broken, "hung", self._tail(mark))
            outcome, said = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(5)
            code = self._process.exitcode
            self.close()
            return Result(broken, "died", f"exit {code}: {self._tail(mark)}")
        return Result(broken, outcome, said)

    def _start(self) -> None:
        self.close()
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_work, args=(theirs, str(self._log)), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours

    def _tail(self, mark: int) -> str:
        if not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(mark)
            lines = file.read().decode("utf-8", "replace").splitlines()
        told = [
            line for line in lines if "ASSERT" in line or "terminate" in line or "what()" in line or "abort" in line
        ]
        return " | ".join(told[-3:] or lines[-2:])[:500]

    def close(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


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


def results(numbers: Sequence[int], seed: int = 0) -> Iterator[Result]:
    """What became of each case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = bases(folder)
        child = Child(folder / "log")
        try:
            for number in numbers:
                yield child.ask(case(number, pairs, folder, seed))
        finally:
            child.close()


def run(count: int, seed: int = 0) -> int:
    """Prints what became of `count` broken files, and returns how many did not end as they should."""
    started, tally, failures = time.monotonic(), Counter[str](), 0
    for result in results(range(count), seed):
        tally[result.outcome] += 1
        if result.failed:
            failures += 1
            print(
                f"  GGUF {result.case.number} {result.outcome}: {result.case.what}\n    {result.said[:300]}", flush=True
            )
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(tally.items()))
    print(f"GGUF files: {count} in {time.monotonic() - started:.0f} s: {told}", flush=True)
    return failures
