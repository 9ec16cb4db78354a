"""Checks of a model's files before llama.cpp opens them: many malformed files would abort the process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import ProjectorMismatch
from fanlight.domain.models import ModelSpec
from fanlight.gguf import split
from fanlight.gguf.header import Header, read
from fanlight.gguf.hearing import check_hearing
from fanlight.gguf.pair import belongs
from fanlight.gguf.text import check_text
from fanlight.gguf.vision import check_vision


@dataclass(frozen=True, slots=True)
class Checked:
    """Headers that passed all checks."""

    model: Header
    projector: Header | None


def check(spec: ModelSpec) -> Checked:
    """Check what llama.cpp assumes about the model's files, and that the projector belongs to the model.

    Raises ModelMissing, ModelBroken or ProjectorMismatch. Headers are read, weights are not.
    """
    model = check_model(spec.files.model)
    if spec.files.projector is None:
        return Checked(model, None)
    projector = check_projector(spec.files.projector)
    if why := belongs(model, projector):
        raise ProjectorMismatch(why)
    return Checked(model, projector)


def check_model(path: Path) -> Header:
    """The header of the language model, with the tensors of all its files. Raises ModelError."""
    header = split.read_whole(path)
    check_text(header)
    return header


def check_projector(path: Path) -> Header:
    """The projector's header. Raises ModelError."""
    header = read(path)
    check_vision(header)
    check_hearing(header)
    return header
