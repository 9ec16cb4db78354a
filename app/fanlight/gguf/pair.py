"""Which projector belongs to which language model: by the files' metadata, not by their names."""

from __future__ import annotations

from pathlib import Path

from fanlight.domain.errors import ModelError
from fanlight.gguf import projectors as known
from fanlight.gguf.architectures import SECTIONED_WHEN_SEEING
from fanlight.gguf.header import Header, peek, read
from fanlight.gguf.vision import output_width, projector_type
from fanlight.i18n import _, format_number

MOST_BESIDE = 200
_NAMES = ("general.basename", "general.name", "general.base_model.0.name")


def belongs(model: Header, projector: Header) -> str | None:
    """Why the projector does not work with the model, as a sentence; None when it does. Raises ModelBroken when
    `projector` is not one."""
    kind, arch = projector_type(projector), model.architecture
    made = known.PROJECTORS[kind].models
    serves = known.MADE_FOR.get(arch)
    if (made and arch not in made) or (serves is not None and kind not in serves):
        return _("{file} is a projector of type {kind}, which {architecture} models cannot use.").format(
            file=projector.path.name, kind=kind, architecture=arch
        )
    if arch in SECTIONED_WHEN_SEEING and f"{arch}.rope.dimension_sections" not in model.metadata:
        return _("{file} was converted without support for pictures and cannot use a projector.").format(
            file=model.path.name
        )
    gives, takes = output_width(projector), input_width(model)
    if gives != takes:
        return _(
            "{projector} belongs to another model: its picture tokens have {gives} numbers, but {model} takes {takes}."
        ).format(
            projector=projector.path.name, gives=format_number(gives), model=model.path.name, takes=format_number(takes)
        )
    return None


def input_width(model: Header) -> int:
    """Width of one input token of the model; some models append features of deeper encoder layers."""
    width = model.own("embedding_length", 0)
    mapping = model.metadata.get(f"{model.architecture}.deepstack_mapping")
    if isinstance(mapping, tuple):
        return width * (1 + len({layer for layer in mapping if isinstance(layer, int) and layer >= 0}))
    return width * (1 + model.own("n_deepstack_layers", 0))


def find_projector(model: Path) -> Path | None:
    """The projector in the folder of `model` that fits best: by type and width, then by the names in the metadata, then
    by the file's name. None when none fits, or when `model` is not a readable model."""
    try:
        text = read(model)
    except ModelError:
        return None
    if text.architecture in ("", "clip"):
        return None
    fitting = []
    for file in _files_beside(model):
        header = _projector(file) if file != model else None
        if header is not None and _fits(text, header):
            fitting.append((-_likeness(text, header), _precision(header), file.name, file))
    return min(fitting)[-1] if fitting else None


def _files_beside(model: Path) -> list[Path]:
    """The model files of its folder, itself included; none where the folder cannot be listed."""
    try:
        return sorted(model.parent.glob("*.[gG][gG][uU][fF]"))[:MOST_BESIDE]
    except OSError:
        return []


def _projector(file: Path) -> Header | None:
    try:
        return read(file) if peek(file) == "clip" else None
    except ModelError:
        return None


def _fits(model: Header, projector: Header) -> bool:
    try:
        return belongs(model, projector) is None
    except ModelError:
        return False


def _likeness(model: Header, projector: Header) -> int:
    """Similarity of the names; those in the metadata count more than those of the files."""
    same = sum(
        4 for key in _NAMES if model.get(key, "") and _plain(model.get(key, "")) == _plain(projector.get(key, ""))
    )
    start = 0
    for a, b in zip(_plain(model.path.stem), _plain(projector.path.stem.replace("mmproj", "")), strict=False):
        if a != b:
            break
        start += 1
    return same * 100 + start


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _precision(header: Header) -> int:
    """Smaller is better: 16 bits are as good as 32 and take half the memory."""
    kinds = {tensor.type for tensor in header.tensors}
    return 0 if kinds & {"f16", "bf16"} else 1 if kinds == {"f32"} else 2
