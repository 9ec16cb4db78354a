"""Reads a GGUF file's header: metadata and tensor table, with every length checked against the file's size.

Weights are not read. Long arrays (the vocabulary) are skipped: `Header.array` reads one later.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fanlight.domain.errors import ModelBroken, ModelMissing
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.gguf import layout
from fanlight.gguf.source import INCOMPLETE, BinaryReader
from fanlight.i18n import N_, _, format_number

EAGER_NUMBERS, EAGER_STRINGS, PEEKED = 4096, 64, 32
MAX_KEYS, MAX_TENSORS, MAX_KEY = 65_536, 1_000_000, 256
_OLD_FORMAT = N_("{file} is in an old format from before GGUF.")
_WEB_PAGE = N_("{file} is a web page, not a model.")
_BIG_ENDIAN = N_("{file} is for big-endian computers.")
NOT_GGUF = {
    b"GGML": _OLD_FORMAT,
    b"lmgg": _OLD_FORMAT,
    b"fmgg": _OLD_FORMAT,
    b"tjgg": _OLD_FORMAT,
    b"algg": _OLD_FORMAT,
    b"vers": N_("{file} is a Git LFS pointer: the model itself was not downloaded."),
    b"<!DO": _WEB_PAGE,
    b"<htm": _WEB_PAGE,
    b"PK\x03\x04": N_("{file} is a ZIP or PyTorch file, not a GGUF model."),
    b"FUGG": _BIG_ENDIAN,
}


@dataclass(frozen=True, slots=True)
class LongArray:
    """An array that was skipped. `kind`: type of its elements; `offset`: file position of the first."""

    kind: str
    count: int
    offset: int


Value = bool | int | float | str | tuple[bool | int | float | str, ...] | LongArray
T = TypeVar("T", bool, int, float, str)


@dataclass(frozen=True, slots=True)
class Tensor:
    """`shape` in GGUF's order (row length first), `offset` from the start of the file, `bytes` its size."""

    name: str
    shape: tuple[int, ...]
    type: str
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """A GGUF file's metadata and tensor table. `kinds`: each key's type ("u32", "str", "[f32]" for an array)."""

    path: Path
    version: int
    file_bytes: int
    alignment: int
    metadata: Mapping[str, Value]
    kinds: Mapping[str, str]
    tensors: tuple[Tensor, ...]
    named: Mapping[str, Tensor] = field(repr=False)

    @property
    def architecture(self) -> str:
        return self.get("general.architecture", "")

    @property
    def name(self) -> str:
        """The model's own name, or the file's."""
        return self.get("general.name", "").strip() or self.path.stem

    @property
    def tensor_bytes(self) -> int:
        return sum(tensor.bytes for tensor in self.tensors)

    def get(self, key: str, default: T) -> T:
        """The value of `key` when it has the default's type, else the default."""
        value = self.metadata.get(key)
        if isinstance(default, float) and type(value) is int:
            return float(value)  # type: ignore[return-value]  # only when T is float
        return value if type(value) is type(default) else default

    def own(self, key: str, default: T) -> T:
        """`get` with the architecture as prefix: `own("block_count", 0)`."""
        return self.get(f"{self.architecture}.{key}", default)

    def length(self, key: str) -> int | None:
        """Number of elements of an array; None when `key` is not an array."""
        value = self.metadata.get(key)
        if isinstance(value, LongArray):
            return value.count
        return len(value) if isinstance(value, tuple) else None

    def array(self, key: str) -> tuple[bool | int | float | str, ...]:
        """All elements of an array, read from the file when it is long; () when `key` is not an array. Raises
        ModelBroken."""
        value = self.metadata.get(key)
        if not isinstance(value, LongArray):
            return value if isinstance(value, tuple) else ()
        kind = layout.KIND_NAMES.index(value.kind)
        with _opened(self.path) as source:
            source.jump(value.offset)
            return source.array(kind, value.count, key)

    def strings(self, key: str) -> list[bytes]:
        """The strings of a vocabulary (below `tokenizer.ggml.`) as raw bytes; [] when `key` is not one. Raises
        ModelBroken."""
        value = self.metadata.get(key)
        if not isinstance(value, LongArray) or value.kind != "str":
            return []
        with _opened(self.path) as source:
            source.jump(value.offset)
            return source.raw_strings(value.count, key)


def read(path: Path) -> Header:
    """The header of the GGUF file at `path`. Raises ModelMissing or ModelBroken."""
    with _opened(path) as source:
        return _read(path, source)


def peek(path: Path) -> str:
    """The architecture alone, usually the first entry; "" when it is not among the first 32. Raises ModelMissing or
    ModelBroken."""
    metadata: dict[str, Value] = {}
    with _opened(path) as source:
        _version(source)
        _tensor_count, key_count = source.u64(), source.u64()
        for _entry_number in range(min(key_count, PEEKED)):
            _entry(source, metadata, {})
            if isinstance(found := metadata.get("general.architecture"), str):
                return found
    return ""


@contextmanager
def _opened(path: Path) -> Iterator[BinaryReader]:
    """The opened file; system errors become ModelMissing or ModelBroken."""
    try:
        found = look_at(path)  # before it is opened: a pipe would be waited for
        if found.refusal and not found.is_missing:
            raise ModelMissing(found.refusal, _("Choose the .gguf file inside it.") if found.is_folder else None)
        with path.open("rb") as file:
            yield BinaryReader(file, os.fstat(file.fileno()).st_size, path.name)
    except FileNotFoundError:
        raise ModelMissing(_("The file {path} does not exist.").format(path=path)) from None
    except PermissionError:
        raise ModelBroken(
            _("You do not have permission to read {file}.").format(file=path.name), _("Change the file's permissions.")
        ) from None
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else error
        raise ModelBroken(_("{file} cannot be read: {reason}.").format(file=path.name, reason=reason)) from error


def _read(path: Path, source: BinaryReader) -> Header:
    version = _version(source)
    tensor_count, key_count = source.u64(), source.u64()
    if tensor_count > min(MAX_TENSORS, source.size // 24):
        raise source.broken(_("It claims {count} tensors.").format(count=format_number(tensor_count)))
    if key_count > min(MAX_KEYS, source.size // 13):
        raise source.broken(_("It claims {count} metadata entries.").format(count=format_number(key_count)))
    metadata: dict[str, Value] = {}
    kinds: dict[str, str] = {}
    for _entry_number in range(key_count):
        _entry(source, metadata, kinds)
    alignment = _alignment(source, metadata, kinds)
    rough = [_tensor(source) for _number in range(tensor_count)]
    start = -(-source.position // alignment) * alignment
    tensors = _placed(source, rough, start, alignment)
    named = {tensor.name: tensor for tensor in tensors}
    if len(named) != len(tensors):
        raise source.broken(_("Two tensors have the same name."))
    return Header(path, version, source.size, alignment, metadata, kinds, tensors, named)


def _version(source: BinaryReader) -> int:
    if source.size == 0:
        raise ModelBroken(_("{file} is empty.").format(file=source.file_name), _(INCOMPLETE))
    if source.size < 24:
        raise ModelBroken(_("{file} is too short to be a GGUF model.").format(file=source.file_name))
    magic = source.read_exactly(4)
    if magic != b"GGUF":
        text = NOT_GGUF.get(magic, N_("{file} is not a GGUF model."))
        raise ModelBroken(_(text).format(file=source.file_name), _("Choose a model in GGUF format."))
    version = source.u32()
    if version & 0xFFFF == 0 and version:
        raise ModelBroken(
            _(_BIG_ENDIAN).format(file=source.file_name), _("Download the little-endian file of this model.")
        )
    if version not in (2, 3):
        raise ModelBroken(
            _("{file} has version {version} of the GGUF format; Fanlight reads versions 2 and 3.").format(
                file=source.file_name, version=version
            ),
            _("Download a newer file of this model.")
            if version < 2
            else _("Download the file again, or update Fanlight."),
        )
    return version


def _entry(source: BinaryReader, metadata: dict[str, Value], kinds: dict[str, str]) -> None:
    key = source.name(_("a metadata key"), limit=MAX_KEY)
    if key in metadata:
        raise source.broken(_("The metadata key {key} occurs twice.").format(key=key))
    kind = source.kind(key)
    if kind != layout.ARRAY:
        metadata[key], kinds[key] = source.value(kind, key), layout.KIND_NAMES[kind]
        return
    kind = source.kind(key)
    if kind == layout.ARRAY:
        raise source.broken(_("The value of {key} is an array of arrays.").format(key=key))
    count = source.u64()
    kinds[key] = f"[{layout.KIND_NAMES[kind]}]"
    few = EAGER_STRINGS if kind == layout.STRING else EAGER_NUMBERS
    if count <= few and not key.startswith("tokenizer.ggml."):
        metadata[key] = source.array(kind, count, key)
    else:
        metadata[key] = LongArray(layout.KIND_NAMES[kind], count, source.position)
        source.skip_array(kind, count, key)


def _alignment(source: BinaryReader, metadata: dict[str, Value], kinds: dict[str, str]) -> int:
    alignment = metadata.get("general.alignment", layout.ALIGNMENT)
    if "general.alignment" in kinds and kinds["general.alignment"] != "u32":
        raise source.broken(_("The value of {key} is of the wrong type.").format(key="general.alignment"))
    # llama.cpp reads any power of two, and aborts when weights mapped from the file are not aligned to 32 bytes
    if not isinstance(alignment, int) or not layout.ALIGNMENT <= alignment <= 65_536 or alignment & (alignment - 1):
        raise source.broken(_("The value of {key} is {value}.").format(key="general.alignment", value=alignment))
    return alignment


def _tensor(source: BinaryReader) -> Tensor:
    name = source.name(_("a tensor name"), limit=layout.MAX_TENSOR_NAME)
    dimensions = source.u32()
    if not 1 <= dimensions <= layout.MAX_DIMENSIONS:
        raise source.broken(_("The tensor {tensor} has {count} dimensions.").format(tensor=name, count=dimensions))
    shape = tuple(source.u64() for _axis in range(dimensions))
    kind = source.u32()
    known = layout.TENSOR_TYPES.get(kind)
    if known is None:
        raise ModelBroken(
            _("{file} cannot be used: the tensor {tensor} has the unknown type {type}.").format(
                file=source.file_name, tensor=name, type=kind
            ),
            _("Download the model in another quantization, such as Q8_0 or Q4_K_M."),
        )
    elements = 1
    for length in shape:
        elements *= length
    if not 0 < elements < 1 << 62:
        raise source.broken(
            _("The tensor {tensor} has the shape {shape}.").format(tensor=name, shape=" × ".join(map(str, shape)))
        )
    if shape[0] % known.block:
        raise source.broken(
            _("The tensor {tensor} has rows of {length} numbers, which {type} cannot store.").format(
                tensor=name, length=shape[0], type=known.name
            )
        )
    return Tensor(name, shape, known.name, source.u64(), elements // known.block * known.bytes)


def _placed(source: BinaryReader, rough: list[Tensor], start: int, alignment: int) -> tuple[Tensor, ...]:
    """The tensors with file positions. They must be consecutive, aligned, and inside the file."""
    expected = 0
    for tensor in rough:
        if tensor.offset != expected:
            raise source.broken(_("The tensor {tensor} is at a wrong position.").format(tensor=tensor.name))
        end = expected + tensor.bytes
        if start + end > source.size:
            missing = start + sum(-(-t.bytes // alignment) * alignment for t in rough) - source.size
            raise ModelBroken(
                _("{file} is cut off: about {count} bytes are missing.").format(
                    file=source.file_name, count=format_number(max(missing, 1))
                ),
                _(INCOMPLETE),
            )
        expected = -(-end // alignment) * alignment
    return tuple(Tensor(t.name, t.shape, t.type, start + t.offset, t.bytes) for t in rough)
