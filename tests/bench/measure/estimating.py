"""How long a model takes to its first sentence, beside what was estimated before it was here: 1 where the estimate is
right, 2 where it takes twice as long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

from bench import models
from bench.pictures import PANORAMA, photo
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.catalog.answer_time import SENTENCE_TOKENS, answer_time
from fanlight.catalog.computer import this_computer
from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.catalog.packaged import packaged_models
from fanlight.domain.downloads import FileRole
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine.llama import LlamaEngine

_CONTEXT_TOKENS, _ROUNDS = 4096, 3
_WITH_PICTURE, _ALONE = 40, 60
"""Times the words: the estimate is for some 1,000 tokens, those of a picture included."""
_WORDS = "The keeper of the lighthouse wrote down what the sea had brought that day. "


def measure(notebook: Notebook, quick: bool) -> None:
    for name, spec in (("picture", models.smolvlm()), *(("text", found) for found in packaged_models()[:1])):
        estimated = answer_time(_known(spec), this_computer())
        assert estimated is not None
        with closing(LlamaEngine.load(spec, LoadOptions(_CONTEXT_TOKENS, gpu_layers=0))) as engine:
            for number in range(1 if quick else _ROUNDS):
                pictures = [photo(number, *PANORAMA)] if spec.supports_images else []
                words = _WORDS * (_WITH_PICTURE if spec.supports_images else _ALONE)
                question = Message.of("user", f"{number}. {words}", pictures)
                started = perf_counter()
                drain(engine.generate([question], greedy(SENTENCE_TOKENS)))
                notebook.write(f"answer_estimate_{name}_ratio", (perf_counter() - started) / estimated.seconds)


def _known(spec: ModelSpec) -> KnownModel:
    """As one of the catalog, which is not here yet."""
    return KnownModel(spec.name, spec.name, "", tuple(_files(spec)))


def _files(spec: ModelSpec) -> Iterator[KnownFile]:
    for role, path in ((FileRole.MODEL, spec.files.model), (FileRole.PROJECTOR, spec.files.projector)):
        if path is not None:
            yield KnownFile(role, "a/b", "main", path.name, "0" * 64, path.stat().st_size)
