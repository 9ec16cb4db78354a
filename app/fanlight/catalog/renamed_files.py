"""Registered models whose files were renamed in their folder, or are added again from where they were moved to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fanlight.catalog.file_marks import FileMarks, file_mark, followed, marks_of
from fanlight.catalog.registrations import Registrations
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.path_kinds import look_at


def follow_renamed(registered: Registrations) -> list[tuple[ModelSpec, ModelSpec]]:
    """Find all of them again, and note what the files of all others are known by: what such models were, and what they
    are. Reads parts of all files. Raises StoreError."""
    moved = []
    for spec in registered.specs():
        now = followed_spec(registered, spec)
        note_marks(registered, now)
        if now != spec:
            moved.append((spec, now))
    return moved


def followed_spec(registered: Registrations, spec: ModelSpec) -> ModelSpec:
    """With the names that its files have now. Blocks for a moment where their folder does not answer. Raises
    StoreError."""
    if not isinstance(spec.source, ModelFiles) or spec not in registered.specs():
        return spec
    marks = registered.marks()[spec.name]
    files = followed(spec.source, marks)
    if files != spec.source:
        registered.note_files(spec, files, marks)
    return replace(spec, source=files)


def note_marks(registered: Registrations, spec: ModelSpec) -> None:
    """Raises StoreError."""
    if isinstance(spec.source, ModelFiles):
        before = registered.marks().get(spec.name, FileMarks())
        marks = marks_of(spec.source, before)
        if marks != before:
            registered.note_files(spec, spec.source, marks)


def registered_elsewhere(registered: Registrations, model: Path) -> ModelSpec | None:
    """The model that had its file somewhere else, where it is missing now, and has it in `model`."""
    mark, marks = file_mark(model), registered.marks()
    same = (spec for spec in registered.specs() if isinstance(spec.source, ModelFiles))
    return next((s for s in same if mark and marks[s.name].model == mark and look_at(s.files.model).is_missing), None)
