"""Models with the widths of real ones, of whose layers a few are enough to see what memory they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fanlight.domain.models import ModelSpec
from support.random_models import TEMPLATE, EyeShape, TextShape, replace_file, write_pair, write_text

_NARROW = EyeShape("idefics3", width=768, layers=2, heads=12, inner=3072, side=512, patch=16, merge=4, longest=2048)
_FREE = EyeShape("qwen2vl_merger", width=1280, layers=2, heads=16, inner=5120, side=560, patch=14)
_NEAR = EyeShape("qwen2.5vl_merger", width=1280, layers=2, heads=16, inner=3420, side=560, patch=14)
_SQUARE = EyeShape("gemma3", width=1152, layers=2, heads=16, inner=4304, side=896, patch=14, merge=4)
_TILES = EyeShape("lfm2", width=768, layers=2, heads=12, inner=3072, side=256, patch=16)
_FEW_LAYERS: Mapping[str, tuple[TextShape, EyeShape | None]] = {
    "smolvlm-256m": (TextShape("llama", width=576, layers=8, heads=9, keys=3, inner=1536, tied=True), _NARROW),
    "smollm2-360m": (TextShape("llama", width=960, layers=8, heads=15, keys=5, inner=2560, tied=True), None),
    "llama-1b": (TextShape("llama", width=2048, layers=4, heads=32, keys=8, inner=8192), None),
    "llama-8b": (TextShape("llama", width=4096, layers=2, heads=32, keys=8, inner=14336, bits=4), None),
    "qwen2-0.5b": (TextShape("qwen2vl", width=896, layers=8, heads=14, keys=2, inner=4864), None),
    "qwen2vl-2b": (TextShape("qwen2vl", width=1536, layers=4, heads=12, keys=2, inner=8960, bits=4), _FREE),
    "gemma3-1b": (TextShape("gemma3", width=1152, layers=6, heads=4, keys=1, head=256, inner=6912, window=512), None),
    "gemma3-4b": (
        TextShape("gemma3", width=2560, layers=6, heads=8, keys=4, head=256, inner=10240, window=1024, bits=4), _SQUARE
    ),
    "lfm2-350m": (TextShape("lfm2", width=1024, layers=8, heads=16, keys=8, inner=4608), None),
    "lfm2-vl": (TextShape("lfm2", width=2048, layers=4, heads=32, keys=8, inner=8192, bits=4), _TILES),
}  # fmt: skip
FEW_LAYERS = tuple(_FEW_LAYERS)
EYES = {"idefics3": _NARROW, "qwen2vl": _FREE, "qwen2.5vl": _NEAR, "gemma3": _SQUARE, "lfm2": _TILES}


def few_layers(folder: Path, name: str) -> ModelSpec:
    """Of `FEW_LAYERS`: a model that computes, and whose language model's weights are a hole, which reads as zeros."""
    text, eye = _FEW_LAYERS[name]
    text = replace(text, extra_tokens=32_000, context=131_072, quantised=True, sparse=True)
    if eye is not None:
        return write_pair(folder, name, text, replace(eye, quantised=True), TEMPLATE)
    path = folder / f"{name}.gguf"
    replace_file(path, lambda draft: write_text(draft, name, text, TEMPLATE))
    return ModelSpec.of_files(name, path)


def with_eye(folder: Path, name: str) -> ModelSpec:
    """Of `EYES`: an encoder with the widths of a real one, and a small language model."""
    eye = EYES[name]
    text = TextShape(eye.projector.removesuffix("_merger").replace("2.5", "2") if eye.merges else "llama")
    return write_pair(folder, name, text, replace(eye, quantised=True), TEMPLATE)


def four_bits(folder: Path) -> ModelSpec:
    """A language model in four bits a weight, which llama.cpp lays out anew for many processors."""
    path = folder / "four-bits.gguf"
    text = TextShape("llama", width=256, inner=512, extra_tokens=1002, quantised=True, bits=4)
    replace_file(path, lambda draft: write_text(draft, "four-bits", text, TEMPLATE))
    return ModelSpec.of_files("four-bits", path)
