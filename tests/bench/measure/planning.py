"""What was planned for a model's memory against what it takes: the peak of the process's own memory while it fills its
context and reads a large picture, and the weights that stay in their file. Ten shapes of real models. What was taken
is kept: a run that was cut goes on at the next one, and a plan that was changed is compared at once."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from bench.kept import Kept
from bench.pictures import photo
from bench.readings import FEWEST, Notebook
from bench.talk import drain, greedy
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.llama import LlamaEngine
from fanlight.gguf import memory
from fanlight.gguf.check import check
from support import few_layers, random_models

_CONTEXTS = {"2k": 2048, "8k": 8192, "32k": 32_768}
_PATIENCE = 3600.0
_SIZES = ((1536, 1536), (1536, 1024), (1204, 1204), (1120, 1120), (560, 560))
_MARGIN = 160
"""Tokens of the context that are left for the template and an answer."""


def measure(notebook: Notebook, quick: bool) -> None:
    shapes, kept = few_layers.FEW_LAYERS[:2] if quick else few_layers.FEW_LAYERS, Kept("planning")
    with tempfile.TemporaryDirectory(prefix="fanlight-plan-") as folder:
        for label, context in _CONTEXTS.items():
            found = [_share(few_layers.few_layers(Path(folder), shape), label, context, kept) for shape in shapes]
            for _ in range(FEWEST):  # each is one number for all shapes
                notebook.write(f"plan_{label}_least", min(found))
                notebook.write(f"plan_{label}_most", max(found))


def _share(spec: ModelSpec, label: str, context: int, kept: Kept) -> float:
    """What was planned of what is taken."""
    plan, name = memory.plan(check(spec), context), f"{spec.name} {label}"
    own = kept.find(name)
    taken = (kept.keep(name, _in_child(spec, context)) if own is None else own) + plan.mapped
    share = plan.total / taken
    print(
        f"{spec.name:13} {label:>3}: planned {plan.total / 1e6:.0f} MB, taken {taken / 1e6:.0f} MB, {share:.2f}",
        flush=True,
    )
    return share


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
    pictures = [photo(1, *size) for size in _SIZES] if spec.files.projector is not None else []
    peak = _Peak()
    with closing(LlamaEngine.load(spec, LoadOptions(context, 1, gpu_layers=0))) as engine:
        drain(engine.generate([Message.of("user", "a " * (context - _MARGIN))], greedy(1)))
        if pictures:  # last: what the text took is kept meanwhile
            picture = next(one for one in pictures if engine.image_tokens(one) < context - _MARGIN)
            drain(engine.generate([Message.of("user", "What is it?", [picture])], greedy(1)))
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
