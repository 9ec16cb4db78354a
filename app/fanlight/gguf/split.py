"""Models in several files, `name-00001-of-00003.gguf`, all of which must exist."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from fanlight.domain.errors import ModelMissing
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.header import Header, read
from fanlight.gguf.refusal import unusable, whole
from fanlight.i18n import N_, _

_PART = re.compile(r"(.+)-(\d{5})-of-(\d{5})\.gguf")
MAX_PARTS = 1000
_ALL_AGAIN = N_("Download all parts again.")


def parts(path: Path) -> list[Path]:
    """All files of the model that `path` belongs to, by its name alone; only `path` for a model in one file."""
    match = _PART.fullmatch(path.name)
    if not match or not 1 <= int(match[3]) <= MAX_PARTS:
        return [path]
    return [path.with_name(f"{match[1]}-{number:05d}-of-{match[3]}.gguf") for number in range(1, int(match[3]) + 1)]


def read_whole(path: Path) -> Header:
    """The first file's header with the tensors of all files. Raises ModelMissing for an absent part, or ModelBroken."""
    first = read(path)
    count = whole(first, "split.count", 0, MAX_PARTS, default=1)
    if count <= 1:
        return first
    files = parts(path)
    if whole(first, "split.no", 0, MAX_PARTS) != 0:
        raise unusable(
            first,
            _("It is not the first of {count} parts.").format(count=count),
            _("Open {file}.").format(file=files[0].name),
        )
    if len(files) != count:
        raise unusable(
            first,
            _("It is part 1 of {count}, but its name does not say so.").format(count=count),
            _("Rename the parts to …-00001-of-{count}.gguf.").format(count=f"{count:05d}"),
        )
    if missing := next((found for found in map(look_at, files) if not found.is_file), None):
        problem = _("{file} is part 1 of {count}, and {part} is not in the same folder.")
        raise ModelMissing(
            problem.format(file=path.name, count=count, part=missing.path.name)
            if missing.is_missing
            else missing.refusal,
            _("Put all parts in one folder."),
        )
    headers = [first]
    for number, file in enumerate(files[1:], start=1):
        part = read(file)
        if part.kinds.get("split.no") != "u16" or part.metadata["split.no"] != number:
            raise unusable(
                part,
                _("It is not part {number} of {file}.").format(number=number + 1, file=path.name),
                _(_ALL_AGAIN),
            )
        headers.append(part)
    return _joined(headers)


def _joined(headers: list[Header]) -> Header:
    first = headers[0]
    tensors = tuple(tensor for header in headers for tensor in header.tensors)
    named = {tensor.name: tensor for tensor in tensors}
    if len(named) != len(tensors):
        raise unusable(first, _("Two of its parts contain the same tensor."), _(_ALL_AGAIN))
    if whole(first, "split.tensors.count", 0, default=len(tensors)) != len(tensors):
        raise unusable(first, _("Its parts do not belong together."), _(_ALL_AGAIN))
    return replace(first, tensors=tensors, named=named, file_bytes=sum(header.file_bytes for header in headers))
