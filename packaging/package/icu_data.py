"""Takes out of ICU's data, 32 MB beside Qt, what Fanlight has Qt ask for nothing of: names of languages, zones and
currencies, dictionaries, large tables of old encodings. What Qt compares texts by stays, and encodings of one byte.

The library that holds the data has no code; one with less data is made in its place. ICU's form of data in common: a
header, the number of entries, for each where its name and its bytes begin, the names, the bytes ("ICU Data", ICU User
Guide).
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from system import output_of

_FORMAT, _FORMAT_AT = b"CmnD", 12
_ALIGNED = 16
_ONE_BYTE = 4096
"""Bytes of an encoding: those of Western and Eastern Europe, which web pages on the clipboard may name."""


@dataclass(frozen=True, slots=True)
class Entries:
    header: bytes
    items: dict[str, bytes]
    """By name, as `icudt73l/coll/de.res`."""


def is_kept(name: str, size: int) -> bool:
    """Collation, and what belongs to no language: the rest of the top folder are encodings and languages."""
    _top, _slash, name = name.partition("/")
    if name.endswith(".cnv"):
        return size <= _ONE_BYTE
    return name.startswith("coll/") or name == "root.res" or bool(re.fullmatch(r"[^/]+\.(icu|nrm|spp|cfu)", name))


def read_entries(data: bytes) -> Entries:
    start = struct.unpack_from("<H", data)[0]
    count = struct.unpack_from("<I", data, start)[0]
    places = [struct.unpack_from("<II", data, start + 4 + 8 * index) for index in range(count)]
    ends = [place for _name, place in places[1:]] + [len(data) - start]
    items = {}
    for (name, place), end in zip(places, ends, strict=True):
        words = data[start + name : data.index(b"\0", start + name)].decode("ascii")
        items[words] = data[start + place : start + end]
    return Entries(data[:start], items)


def written(entries: Entries) -> bytes:
    names, table, body = b"", [], b""
    first_name = 4 + 8 * len(entries.items)
    for name in entries.items:
        table.append(first_name + len(names))
        names += name.encode("ascii") + b"\0"
    first = -(-(len(entries.header) + first_name + len(names)) // _ALIGNED) * _ALIGNED - len(entries.header)
    places = []
    for item in entries.items.values():
        places.append(first + len(body))
        body += item + bytes(-len(item) % _ALIGNED)
    head = struct.pack("<I", len(entries.items))
    head += b"".join(struct.pack("<II", *pair) for pair in zip(table, places, strict=True)) + names
    return entries.header + head.ljust(first, b"\0") + body


def take_out_unused_data(library: Path) -> int:
    """The bytes that were taken out of `libicudata.so.N`, which is replaced."""
    before = library.stat().st_size
    number = library.name.rpartition(".")[2]
    symbol = f"icudt{number}_dat"
    told = output_of("readelf", "--wide", "--dyn-syms", str(library))
    size = next(int(line.split()[2], 0) for line in told.splitlines() if line.split()[-1:] == [symbol])
    held = library.read_bytes()
    start = held.index(_FORMAT) - _FORMAT_AT
    entries = read_entries(held[start : start + size])
    kept = Entries(entries.header, {name: item for name, item in entries.items.items() if is_kept(name, len(item))})
    _make_library(library, symbol, written(kept))
    return before - library.stat().st_size


def _make_library(library: Path, symbol: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "data").write_bytes(data)
        (Path(made) / "data.s").write_text(
            f'.section .rodata\n.balign {_ALIGNED}\n.globl {symbol}\n.type {symbol}, @object\n'
            f'.size {symbol}, {len(data)}\n{symbol}:\n.incbin "data"\n.section .note.GNU-stack,"",@progbits\n'
        )  # fmt: skip
        command = ["cc", "-shared", "-nostdlib", f"-Wl,-soname,{library.name}", "-Wl,--build-id=sha1", "-o", "made.so"]
        subprocess.run([*command, "data.s"], cwd=made, check=True)
        library.write_bytes((Path(made) / "made.so").read_bytes())
