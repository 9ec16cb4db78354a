"""How long a model takes to its first sentence on this computer, estimated before it is here.

Reading a question is counted in operations (two for each weight and token, the picture's encoder included), writing in
bytes (each token reads the weights that are in use). It is no measurement: it tells seconds from minutes, and which
of two models is faster.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from fanlight.catalog.computer import Computer, ComputingSpeed
from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.domain.downloads import FileRole, total_size

QUESTION_TOKENS, SENTENCE_TOKENS = 1_000, 30
"""A screenshot with a question, and the first sentence of the answer."""
_PATCHES = 5_184
"""Of a screenshot that is sent with 1536 x 864 pixels, 16 x 16 each: all of them attend to one another."""
_TILED = (
    (re.compile(r"(?i)smolvlm.*(256|500)m"), 13 * 1_024, 1_024),
    (re.compile(r"(?i)smolvlm|idefics"), 13 * 729, 729),
    (re.compile(r"(?i)minicpm"), 7 * 1_024, 1_024),
    (re.compile(r"(?i)internvl"), 9 * 1_024, 1_024),
    (re.compile(r"(?i)lfm"), 7 * 1_024, 1_024),
    (re.compile(r"(?i)gemma-?3(?!n)"), 4_096, 4_096),
)
"""Families that cut it into tiles or change its size: patches in all, and in one tile, within which they attend."""
_ENCODER_LAYERS = 26
"""Of usual encoders, whose layers have twelve weights for each of their width squared."""
_BESIDES_BYTES = 1_000_000_000
"""On a graphics card, beside the files."""
_BITS = {
    "q2_k": 3.0, "q3_k": 3.9, "iq4": 4.4, "q4_0": 4.6, "mxfp4": 4.3, "q4": 4.85, "q5": 5.7, "q6": 6.6, "q8": 8.5,
    "f32": 32.0, "bf16": 16.0, "f16": 16.0,
}  # fmt: skip
"""Of one weight, by the quantization that file names tell."""
_USUAL_BITS, _PROJECTOR_BITS = 4.85, 16.0
_EXPERTS = re.compile(r"(?i)(\d+(?:\.\d+)?)b[-_]a(\d+(?:\.\d+)?)b")
_EFFECTIVE = re.compile(r"(?i)(?<![a-z0-9])e(\d+(?:\.\d+)?)b(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """`seconds` to the end of the first sentence; `tokens_per_second` from then on."""

    seconds: float
    tokens_per_second: float
    on_card: bool


def answer_time(model: KnownModel, computer: Computer) -> AnswerTime | None:
    """None where the size of its files is not known."""
    files = [file for file in model.files if file.role in (FileRole.MODEL, FileRole.OTHER)]
    size, projector = total_size(file.size_bytes for file in files), model.file(FileRole.PROJECTOR)
    if model.kind != "model" or not size:
        return None
    seen_bytes = (projector.size_bytes or 0) if projector is not None else 0
    on_card = size + seen_bytes + _BESIDES_BYTES <= computer.card_bytes
    speed = computer.card if on_card else computer.processor
    weights = size * 8 / _bits(files[0], _USUAL_BITS)
    share = _share_in_use(model, weights)
    operations = 2 * weights * share * QUESTION_TOKENS
    if projector is not None:
        operations += _encoding(model, seen_bytes * 8 / _bits(projector, _PROJECTOR_BITS))
    token_seconds = _token_seconds(size * share, 2 * weights * share, speed)
    seconds = operations / speed.operations_per_second + SENTENCE_TOKENS * token_seconds
    return AnswerTime(seconds, 1 / token_seconds, on_card)


def _encoding(model: KnownModel, weights: float) -> float:
    """Operations for a screenshot: two for each weight and patch, and those of attention."""
    name = f"{model.name} {model.files[0].name}"
    tiled = ((count, tile) for family, count, tile in _TILED if family.search(name))
    patches, attended = next(tiled, (_PATCHES, _PATCHES))
    width = max(1.0, math.sqrt(weights / 12 / _ENCODER_LAYERS))
    return 2 * weights * patches * (1 + attended / (6 * width))


def _token_seconds(read_bytes: float, operations: float, speed: ComputingSpeed) -> float:
    return max(read_bytes / speed.bytes_per_second, operations / speed.operations_per_second)


def _bits(file: KnownFile, usual: float) -> float:
    name = file.name.lower()
    return next((bits for word, bits in _BITS.items() if word in name), usual)


def _share_in_use(model: KnownModel, weights: float) -> float:
    """How many of its weights one token needs: not all of a mixture of experts ("30B-A3B"), nor of tables that are
    looked up ("E2B")."""
    names = f"{model.name} {model.files[0].name}"
    if found := _EXPERTS.search(names):
        return min(1.0, float(found[2]) / max(float(found[1]), 0.001))
    if found := _EFFECTIVE.search(names):
        return min(1.0, float(found[1]) * 1e9 / weights)
    return 1.0
