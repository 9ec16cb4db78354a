"""Reading a GGUF file's header: metadata and tensor table, every length checked before it is believed.

Nothing of the weights is read. Long arrays (the vocabulary) are walked, not kept: `Header.array` fetches one later.
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
from fanlight.gguf import layout
from fanlight.gguf.source import BinaryReader
from fanlight.i18n import N_, _, format_number

EAGER_NUMBERS, EAGER_STRINGS, PEEKED = 4096, 64, 32
MAX_KEYS, MAX_TENSORS, MAX_KEY = 65_536, 1_000_000, 256
NOT_GGUF = {
    b"GGML": N_("{file} is in an old format from before GGUF."),
    b"lmgg": N_("{file} is in an old format from before GGUF."),
    b"fmgg": N_("{file} is in an old format from before GGUF."),
    b"tjgg": N_("{file} is in an old format from before GGUF."),
    b"algg": N_("{file} is in an old format from before GGUF."),
    b"vers": N_("{file} is a Git LFS pointer: the model itself was not downloaded."),
    b"<!DO": N_("{file} is a web page, not a model."),
    b"<htm": N_("{file} is a web page, not a model."),
    b"PK\x03\x04": N_("{file} is a ZIP or PyTorch file, not a GGUF model."),
    b"FUGG": N_("{file} is in the wrong byte order."),
}


@dataclass(frozen=True, slots=True)
class LongArray:
    """An array that was walked and not kept. `kind` is its element's, `offset` is where the elements start."""

    kind: str
    count: int
    offset: int


Value = bool | int | float | str | tuple[bool | int | float | str, ...] | LongArray
T = TypeVar("T", bool, int, float, str)


@dataclass(frozen=True, slots=True)
class Tensor:
    """`shape` is in GGUF's order (the row's length first), `offset` from the start of the file, `bytes` its size."""

    name: str
    shape: tuple[int, ...]
    type: str
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself. `kinds` gives each key's type ("u32", "str", "[f32]" for an array)."""

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
        """The name the model's makers gave it, or the file's."""
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
        """`get`, below the architecture's name: `own("block_count", 0)`."""
        return self.get(f"{self.architecture}.{key}", default)

    def length(self, key: str) -> int | None:
        """How many elements the array has; None when `key` is no array."""
        value = self.metadata.get(key)
        if isinstance(value, LongArray):
            return value.count
        return len(value) if isinstance(value, tuple) else None

    def array(self, key: str) -> tuple[bool | int | float | str, ...]:
        """All elements of an array, from the file when it is long; () when `key` is no array. Raises ModelBroken."""
        value = self.metadata.get(key)
        if not isinstance(value, LongArray):
            return value if isinstance(value, tuple) else ()
        kind = layout.KIND_NAMES.index(value.kind)
        with _opened(self.path) as source:
            source.jump(value.offset)
            return source.array(kind, value.count, key)

    def strings(self, key: str) -> list[bytes]:
        """A vocabulary's strings (below `tokenizer.ggml.`) as they stand in the file; [] when `key` is none. Raises
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
    """The architecture alone, which stands first in nearly every file; "" when it is not among the first entries.
    Raises ModelMissing or ModelBroken."""
    metadata: dict[str, Value] = {}
    with _opened(path) as source:
        _version(source)
        _, key_count = source.u64(), source.u64()
        for _ in range(min(key_count, PEEKED)):
            _entry(source, metadata, {})
            if isinstance(found := metadata.get("general.architecture"), str):
                return found
    return ""


@contextmanager
def _opened(path: Path) -> Iterator[BinaryReader]:
    """The file, with what the system may say about it translated."""
    try:
        if path.is_dir():
            raise ModelMissing(
                _("{path} is a folder, not a model file.").format(path=path), _("Choose the .gguf file inside it.")
            )
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
        raise source.broken(_("it claims {tensor_count} tensors").format(tensor_count=format_number(tensor_count)))
    if key_count > min(MAX_KEYS, source.size // 13):
        raise source.broken(_("it claims {key_count} metadata entries").format(key_count=format_number(key_count)))
    metadata: dict[str, Value] = {}
    kinds: dict[str, str] = {}
    for _unused in range(key_count):
        _entry(source, metadata, kinds)
    alignment = _alignment(source, metadata, kinds)
    rough = [_tensor(source) for _unused in range(tensor_count)]
    start = -(-source.position // alignment) * alignment
    tensors = _placed(source, rough, start, alignment)
    named = {tensor.name: tensor for tensor in tensors}
    if len(named) != len(tensors):
        raise source.broken(_("two tensors have the same name"))
    return Header(path, version, source.size, alignment, metadata, kinds, tensors, named)


def _version(source: BinaryReader) -> int:
    if source.size == 0:
        raise ModelBroken(
            _("{file} is empty.").format(file=source.file_name),
            _("Download the file again: the download was not complete."),
        )
    if source.size < 24:
        raise ModelBroken(_("{file} is too short to be a GGUF model.").format(file=source.file_name))
    magic = source.take(4)
    if magic != b"GGUF":
        raise ModelBroken(
            _(NOT_GGUF.get(magic, N_("{file} is not a GGUF model."))).format(file=source.file_name),
            _("Choose a model in GGUF format."),
        )
    version = source.u32()
    if version & 0xFFFF == 0 and version:
        raise ModelBroken(
            _("{file} is for big-endian computers.").format(file=source.file_name),
            _("Download the little-endian file of this model."),
        )
    if version not in (2, 3):
        raise ModelBroken(
            _("{file} has GGUF version {version}; Fanlight reads versions 2 and 3.").format(
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
        raise source.broken(_("the metadata key {key} appears twice").format(key=key))
    kind = source.kind(key)
    if kind != layout.ARRAY:
        metadata[key], kinds[key] = source.value(kind, key), layout.KIND_NAMES[kind]
        return
    kind = source.kind(key)
    if kind == layout.ARRAY:
        raise source.broken(_("{key} is an array of arrays").format(key=key))
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
        raise source.broken(_("general.alignment is not a number"))
    # llama.cpp reads any power of two, and stops the process when weights mapped from the file do not lie on 32 bytes
    if not isinstance(alignment, int) or not layout.ALIGNMENT <= alignment <= 65_536 or alignment & (alignment - 1):
        raise source.broken(_("its alignment is {alignment}").format(alignment=alignment))
    return alignment


def _tensor(source: BinaryReader) -> Tensor:
    name = source.name(_("a tensor's name"), limit=layout.MAX_TENSOR_NAME)
    dimensions = source.u32()
    if not 1 <= dimensions <= layout.MAX_DIMENSIONS:
        raise source.broken(
            _("the tensor {tensor} has {dimensions} dimensions").format(tensor=name, dimensions=dimensions)
        )
    shape = tuple(source.u64() for _unused in range(dimensions))
    kind = source.u32()
    known = layout.TENSOR_TYPES.get(kind)
    if known is None:
        raise ModelBroken(
            _("{file} cannot be used: the tensor {tensor} has type {kind}, which is unknown to this version.").format(
                file=source.file_name, tensor=name, kind=kind
            ),
            _("Download the model in another quantization, such as Q8_0 or Q4_K_M."),
        )
    elements = 1
    for length in shape:
        elements *= length
    if not 0 < elements < 1 << 62:
        raise source.broken(
            _("the tensor {tensor} has the shape {shape}").format(tensor=name, shape=" × ".join(map(str, shape)))
        )
    if shape[0] % known.block:
        raise source.broken(
            _("the tensor {tensor} has rows of {length}, which the type {type} cannot hold").format(
                tensor=name, length=shape[0], type=known.name
            )
        )
    return Tensor(name, shape, known.name, source.u64(), elements // known.block * known.bytes)


def _placed(source: BinaryReader, rough: list[Tensor], start: int, alignment: int) -> tuple[Tensor, ...]:
    """Tensors lie one after the other, each at the next multiple of the alignment, and all inside the file."""
    expected = 0
    for tensor in rough:
        if tensor.offset != expected:
            raise source.broken(_("the tensor {tensor} is not where it should be").format(tensor=tensor.name))
        end = expected + tensor.bytes
        if start + end > source.size:
            missing = start + sum(-(-t.bytes // alignment) * alignment for t in rough) - source.size
            raise ModelBroken(
                _("{file} is cut off: about {missing} bytes are missing.").format(
                    file=source.file_name, missing=format_number(max(missing, 1))
                ),
                _("Download the file again: the download was not complete."),
            )
        expected = -(-end // alignment) * alignment
    return tuple(Tensor(t.name, t.shape, t.type, start + t.offset, t.bytes) for t in rough)
