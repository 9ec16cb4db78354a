"""`python -m support.greedy_tokens OUT LAYERS FOLDER MODEL`: asks a model some questions with the temperature 0, and
writes the logits of each token that it chose into the file OUT (numpy). In a process of its own, which a driver of
graphics devices may end."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanlight import paths
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.sampling import Sampler

Logits = npt.NDArray[np.float32]
GREEDY = Sampling(temperature=0, max_tokens=24)
SEEN = (
    [Message.of("user", "What is it?", [Image.of(160, 120, bytes([200, 30, 30]) * 160 * 120)])],
    [Message.of("user", "What shape is in the picture? " * 20)],
)
SAID = (
    [Message.of("user", "Why is the sky blue? Answer in one sentence.")],
    [Message.of("user", "Name four cities in France.")],
)
_CONTEXT_TOKENS = {"practice": 1024, "smollm2": 256}
"""A device is warmed up with whole batches where the context has room: minutes for a software one."""


def practice() -> ModelSpec:
    folder = paths.shipped_models() / "practice"
    return ModelSpec.of_files("practice", folder / "practice.gguf", folder / "practice-mmproj.gguf", practice=True)


def first_difference(ours: Logits, theirs: Logits) -> int | None:
    """The first of the tokens that was chosen otherwise."""
    count = min(len(ours), len(theirs))
    differ = ours[:count].argmax(axis=1) != theirs[:count].argmax(axis=1)
    return int(differ.argmax()) if differ.any() else None


def noise(ours: Logits, theirs: Logits) -> float:
    """How far apart the logits are where all tokens before were the same."""
    end = first_difference(ours, theirs)
    count = min(len(ours), len(theirs)) if end is None else end + 1
    return float(np.abs(ours[:count] - theirs[:count]).max())


def gap(logits: Logits) -> float:
    """Between the two best ones."""
    second, first = np.partition(logits, -2)[-2:]
    return float(first - second)


def main(out: Path, layers: int, folder: Path, model: str) -> None:
    seen: list[Logits] = []
    choose = Sampler._greedy_token

    def record(sampler: Sampler, context: int, row: int) -> int:
        token = choose(sampler, context, row)
        seen.append(sampler._logits.copy())
        return token

    setattr(Sampler, choose.__name__, record)
    from support.language_model import smollm2

    spec, questions = (practice(), SEEN) if model == "practice" else (smollm2(), SAID)
    found: dict[str, Logits] = {}
    with closing(
        LlamaEngine.load(spec, LoadOptions(_CONTEXT_TOKENS[model], gpu_layers=layers, folder=folder))
    ) as engine:
        for number, question in enumerate(questions):
            seen.clear()
            for _event in engine.generate(question, GREEDY):
                pass
            found[f"answer{number}"] = np.stack(seen)
        found["device"] = np.array(engine.info.device)
    np.savez(out, **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
