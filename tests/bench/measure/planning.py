"""What was planned for a model's memory against what it takes: the peak of the process's own memory while it reads a
large picture and fills its context, and the weights that stay in their file. Ten shapes of real models."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from bench.pictures import photo
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.llama import LlamaEngine
from fanlight.gguf import memory
from fanlight.gguf.check import check
from support import few_layers, random_models

_CONTEXTS = {"2k": 2048, "8k": 8192, "32k": 32_768}
_PATIENCE = 3600.0
_SIDE = 1536


def measure(notebook: Notebook, quick: bool) -> None:
    found: dict[str, list[float]] = {label: [] for label in _CONTEXTS}
    for shape in few_layers.FEW_LAYERS[:2] if quick else few_layers.FEW_LAYERS:
        with tempfile.TemporaryDirectory(prefix="fanlight-plan-") as folder:
            spec = few_layers.few_layers(Path(folder), shape)
            for label, context in _CONTEXTS.items():
                plan = memory.plan(check(spec), context)
                taken = _in_child(spec, context) + plan.weights - plan.repacked
                found[label].append(plan.total / taken)
                print(f"{shape:14} {label:>4}  planned {plan.total / 1e6:7.0f} MB  taken {taken / 1e6:7.0f} MB  "
                      f"{plan.total / taken:5.2f}", flush=True)  # fmt: skip
    for label, shares in found.items():
        notebook.write(f"plan_{label}_least", min(shares))
        notebook.write(f"plan_{label}_most", max(shares))


def _in_child(spec: ModelSpec, context: int) -> int:
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_taken, args=(theirs, spec, context), daemon=True)
    child.start()
    theirs.close()
    if not ours.poll(_PATIENCE):
        child.kill()
        raise TimeoutError(spec.name)
    bytes_taken: int = ours.recv()
    child.join()
    return bytes_taken


def _taken(pipe: Connection, spec: ModelSpec, context: int) -> None:
    with tempfile.TemporaryDirectory(prefix="fanlight-plan-") as folder:
        LlamaEngine.load(random_models.plain(Path(folder)), LoadOptions(512, gpu_layers=0)).close()  # the libraries
    peak = _Peak()
    with closing(LlamaEngine.load(spec, LoadOptions(context, gpu_layers=0))) as engine:
        if spec.files.projector is not None:
            drain(engine.generate([Message.of("user", "What is it?", [photo(1, _SIDE, _SIDE)])], greedy(1)))
        drain(engine.generate([Message.of("user", "a " * (context - 64))], greedy(1)))
    pipe.send(peak.end())


class _Peak:
    """Of the memory that is this process's own, beyond what it had at first."""

    def __init__(self) -> None:
        self._first = self._most = _own_bytes()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._most - self._first

    def _watch(self) -> None:
        while not self._ended.is_set():
            self._most = max(self._most, _own_bytes())
            time.sleep(0.005)


def _own_bytes() -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise LookupError("RssAnon")
