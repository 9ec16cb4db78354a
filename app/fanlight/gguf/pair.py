"""Which projector belongs to which language model. That one fits is not enough: many models have the same width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import ModelError
from fanlight.gguf import projectors as known
from fanlight.gguf.architectures import SECTIONED_WHEN_SEEING
from fanlight.gguf.header import Header, peek, read
from fanlight.gguf.model_names import Kinship, alike, kinship, stated_name
from fanlight.gguf.vision import output_width, projector_type
from fanlight.gguf.vocabulary import TOKENS
from fanlight.i18n import _, format_number

MOST_BESIDE = 200


@dataclass(frozen=True, slots=True)
class ProjectorChoice:
    """`doubt`: a sentence about one that was not taken though it fits, or taken though another fits too; or ""."""

    projector: Path | None = None
    doubt: str = ""


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


def choose_projector(model: Path) -> ProjectorChoice:
    """The projector in the folder of `model` that is the model's own, or none.

    One whose names are the model's is taken. One without a name of its own is taken if the model is made for pictures
    and there is no other; one that is named after another model never."""
    try:
        text = read(model)
    except ModelError:
        return ProjectorChoice()
    if text.architecture in ("", "clip"):
        return ProjectorChoice()
    by_kinship: dict[Kinship, list[Header]] = {kind: [] for kind in Kinship}
    for header in _projectors_beside(model):
        if _fits(text, header):
            by_kinship[kinship(text, header)].append(header)
    if own := by_kinship[Kinship.SAME]:
        return _best(text, own)
    unnamed = [header for header in by_kinship[Kinship.UNSAID] if expects_pictures(text, projector_type(header))]
    if unnamed and not _of_another(text, unnamed):
        return _unnamed(text, unnamed)
    return ProjectorChoice(None, _refusal(text, [*by_kinship[Kinship.UNSAID], *by_kinship[Kinship.OTHER]]))


def expects_pictures(model: Header, kind: str) -> bool:
    """Whether the model was made for a projector of this type: by its architecture, or by the tokens around a
    picture."""
    if model.architecture in known.PROJECTORS[kind].models:
        return True
    try:
        return not known.picture_tokens(kind).isdisjoint(model.strings(TOKENS))
    except ModelError:
        return False


def _best(model: Header, own: list[Header]) -> ProjectorChoice:
    """Of several that fit, the one most like the model; of copies in several precisions, 16 bits."""
    ranked = sorted(
        own, key=lambda one: (-alike(model, one), -_common_start(model, one), _precision(one), one.path.name)
    )
    best = ranked[0]
    rivals = [one for one in ranked[1:] if alike(model, one) == alike(model, best) and _build(one) != _build(best)]
    if not rivals:
        return ProjectorChoice(best.path)
    text = _("{file} is used as projector; {other} would fit, too.")
    return ProjectorChoice(best.path, text.format(file=best.path.name, other=rivals[0].path.name))


def _unnamed(model: Header, fitting: list[Header]) -> ProjectorChoice:
    best = _best(model, fitting)
    if best.doubt or best.projector is None:
        return best
    text = _("{file} is used as projector: it fits, but does not say which model it belongs to.")
    return ProjectorChoice(best.projector, text.format(file=best.projector.name))


def _refusal(model: Header, refused: list[Header]) -> str:
    if not refused:
        return ""
    text = _(
        "{file} would fit {model}, but nothing says that it belongs to it: it calls itself “{name}”. "
        "If it does belong to it, add it by name (--projector)."
    )
    return text.format(file=refused[0].path.name, model=model.path.name, name=stated_name(refused[0]))


def _of_another(model: Header, projectors: list[Header]) -> bool:
    """Whether another model in the folder could be the one they belong to."""
    for file in _models_beside(model.path):
        other = _read_model(file)
        if other is not None and kinship(model, other) is not Kinship.SAME and any(_fits(other, p) for p in projectors):
            return True
    return False


def _beside(model: Path) -> list[Path]:
    try:
        return sorted(file for file in model.parent.glob("*.[gG][gG][uU][fF]") if file != model)[:MOST_BESIDE]
    except OSError:
        return []


def _architecture(file: Path) -> str:
    try:
        return peek(file)
    except ModelError:
        return ""


def _read_model(file: Path) -> Header | None:
    try:
        return read(file)
    except ModelError:
        return None


def _projectors_beside(model: Path) -> Iterator[Header]:
    for file in _beside(model):
        header = _read_model(file) if _architecture(file) == "clip" else None
        if header is not None:
            yield header


def _models_beside(model: Path) -> Iterator[Path]:
    return (file for file in _beside(model) if _architecture(file) not in ("", "clip"))


def _fits(model: Header, projector: Header) -> bool:
    try:
        return belongs(model, projector) is None
    except ModelError:
        return False


def _common_start(model: Header, projector: Header) -> int:
    """Length of the beginning that the files' names share."""
    letters = [
        "".join(letter for letter in header.path.stem.lower().replace("mmproj", "") if letter.isalnum())
        for header in (model, projector)
    ]
    return next((i for i, (a, b) in enumerate(zip(*letters, strict=False)) if a != b), min(map(len, letters)))


def _build(header: Header) -> frozenset[tuple[str, tuple[int, ...]]]:
    """What is the same in one projector's precisions, and differs between projectors."""
    return frozenset((tensor.name, tensor.shape) for tensor in header.tensors)


def _precision(header: Header) -> int:
    """Smaller is better: 16 bits are as good as 32 and take half the memory."""
    kinds = {tensor.type for tensor in header.tensors}
    return 0 if kinds & {"f16", "bf16"} else 1 if kinds == {"f32"} else 2
