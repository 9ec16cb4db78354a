"""How long a model takes to its first sentence, beside what was estimated before it was here: 1 where the estimate is
right, 2 where it takes twice as long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

from bench import models
from bench.pictures import photo
from bench.readings import FEWEST, Notebook
from bench.talk import drain, greedy
from fanlight.catalog.answer_time import QUESTION_TOKENS, SENTENCE_TOKENS, answer_time
from fanlight.catalog.computer import this_computer
from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.catalog.packaged import packaged_models
from fanlight.domain.downloads import FileRole
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.llama import LlamaEngine

_CONTEXT_TOKENS, _QUICK_ROUNDS = 4096, 2
_SCREENSHOT = (1536, 864)
_WORDS = "The keeper of the lighthouse wrote down what the sea had brought that day. "


def measure(notebook: Notebook, quick: bool) -> None:
    for name, spec in (("picture", models.smolvlm()), *(("text", found) for found in packaged_models()[:1])):
        estimated = answer_time(_known(spec), this_computer())
        assert estimated is not None
        with closing(LlamaEngine.load(spec, LoadOptions(_CONTEXT_TOKENS, gpu_layers=0))) as engine:
            times = _times(engine, spec)
            for number in range(_QUICK_ROUNDS if quick else FEWEST):
                pictures = [photo(number, *_SCREENSHOT)] if spec.supports_images else []
                question = Message.of("user", f"{number}. {_WORDS * times}", pictures)
                started = perf_counter()
                drain(engine.generate([question], greedy(SENTENCE_TOKENS)))
                notebook.write(f"answer_estimate_{name}_ratio", (perf_counter() - started) / estimated.seconds)


def _times(engine: LlamaEngine, spec: ModelSpec) -> int:
    """The words, so that the question has the tokens that the estimate is for, those of a picture included."""
    pictures = [photo(FEWEST, *_SCREENSHOT)] if spec.supports_images else []
    counts = []
    for times in (1, 2):
        _text, end = drain(engine.generate([Message.of("user", _WORDS * times, pictures)], greedy(1)))
        counts.append(end.timings.reused_tokens + end.timings.evaluated_tokens)
    once, twice = counts
    return max(1, (QUESTION_TOKENS - once) // max(1, twice - once) + 1)


def _known(spec: ModelSpec) -> KnownModel:
    """As one of the catalog, which is not here yet."""
    return KnownModel(spec.name, spec.name, "", tuple(_files(spec)))


def _files(spec: ModelSpec) -> Iterator[KnownFile]:
    for role, path in ((FileRole.MODEL, spec.files.model), (FileRole.PROJECTOR, spec.files.projector)):
        if path is not None:
            yield KnownFile(role, "a/b", "main", path.name, "0" * 64, path.stat().st_size)
