"""Sound and video files of every container that people have, and ways to break them; the same number always gives the
same file."""

from __future__ import annotations

import functools
import struct
import tempfile
from pathlib import Path

import numpy as np

from fuzz.byte_changes import (
    SIMPLE,
    Chance,
    Change,
    flip_bytes,
    repeat,
    shuffled,
    some,
    walk,
    with_number,
)  # fmt: skip
from support.media_files import Track, encoded, muxed

SECONDS = 2.5
MADE = (
    ("wav", "pcm_s16le", False), ("wav", "pcm_f32le", False), ("wav", "pcm_s24le", False), ("wav", "adpcm_ms", False),
    ("flac", "flac", False), ("mp3", "libmp3lame", False), ("m4a", "aac", False), ("m4a", "alac", False),
    ("ogg", "libvorbis", False), ("ogg", "flac", False), ("opus", "libopus", False), ("webm", "libopus", False),
    ("mkv", "aac", True), ("mkv", "flac", False), ("mkv", "libvorbis", False), ("mp4", "aac", True),
    ("mov", "pcm_s16be", False), ("mov", "aac", True), ("avi", "libmp3lame", True), ("avi", "pcm_s16le", True),
    ("aac", "aac", False), ("ts", "aac", True), ("aiff", "pcm_s16be", False), ("au", "pcm_mulaw", False),
    ("caf", "pcm_s16le", False), ("wma", "wmav2", False), ("mp2", "mp2", False), ("ac3", "ac3", False),
    ("wv", "wavpack", False), ("flv", "libmp3lame", True), ("3gp", "aac", False), ("mka", "libopus", False),
)  # fmt: skip
"""(ending, codec, with a picture)"""
_MARKS = (
    b"fmt ", b"data", b"fact", b"LIST", b"moov", b"trak", b"mdhd", b"mvhd", b"stts", b"stsz", b"stsc", b"stco", b"esds",
    b"elst", b"edts", b"mp4a", b"tkhd", b"ctts", b"OggS", b"OpusHead", b"vorbis", b"fLaC", b"ID3", b"Xing", b"Info",
    b"\x1a\x45\xdf\xa3", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\xa3", b"strh", b"strf",
    b"avih", b"idx1", b"movi", b"COMM", b"SSND", b"desc", b"pakt", b"wvpk", b"\xff\xfb", b"\xff\xf1", b"\x47",
)  # fmt: skip
"""Behind these stand the numbers that decoders trust."""


@functools.cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """(ending, file)"""
    dice = np.random.default_rng(0)
    time = np.arange(round(SECONDS * 16_000)) / 16_000
    sound = (0.2 * np.sin(2 * np.pi * 220 * time) + 0.05 * dice.standard_normal(len(time))).astype(np.float32)
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (ending, codec, video) in enumerate(MADE):
            path = Path(folder) / f"{number}.{ending}"
            try:
                encoded(path, sound, codec, 48_000 if number % 3 else 44_100, "stereo" if number % 2 else "mono", video)
            except (ValueError, OSError):
                continue  # an encoder that this FFmpeg was built without
            made.append((ending, path.read_bytes()))
        tracks = (Track([(0.0, sound), (4.0, sound)], "deu"), Track([(0.0, sound)], "eng", default=True))
        made += [("mkv", muxed(Path(folder) / "tracks.mkv", *tracks).read_bytes())]
    return tuple(made)


def broken_sound(number: int, seed: int = 0) -> tuple[str, str, bytes]:
    """(what was done, ending, file)"""
    chance = Chance(f"{seed}/{number}")
    ending, data = chance.choice(sources())
    done = [ending]
    for change in some(CHANGES, chance):
        data = change(data, chance)
        done.append(change.__name__)
    if b"OggS" in data[:4] and chance.random() < 0.8:
        data = with_page_sums(data)
        done.append("with_page_sums")
    if chance.random() < 0.05:
        ending = chance.choice(MADE)[0]
        done.append(f"called .{ending}")
    return " ".join(done), ending, data


def lie_behind_a_mark(data: bytes, chance: Chance) -> bytes:
    there = [mark for mark in _MARKS if mark in data]
    if not there:
        return flip_bytes(data, chance)
    mark = chance.choice(there)
    starts: list[int] = []
    at = data.find(mark)
    while at >= 0 and len(starts) < 200:
        starts.append(at)
        at = data.find(mark, at + 1)
    place = chance.choice(starts)
    before = chance.random() < 0.25  # the size of a box stands before its name
    return with_number(data, chance, max(0, place - 4) if before else place + len(mark) + chance.randrange(32))


def shuffle_pieces(data: bytes, chance: Chance) -> bytes:
    head, parts = _pieces(data)
    return head + shuffled(parts, chance) if len(parts) > 1 else flip_bytes(data, chance)


def join(data: bytes, chance: Chance) -> bytes:
    """The head of one file and the tail of another; or two files, one after the other."""
    _, other = chance.choice(sources())
    if chance.random() < 0.3:
        return data + other
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


CHANGES: tuple[Change, ...] = (
    *SIMPLE, lie_behind_a_mark, lie_behind_a_mark, lie_behind_a_mark, shuffle_pieces, repeat, join,
)  # fmt: skip


def _pieces(data: bytes) -> tuple[bytes, list[bytes]]:
    """(what comes before, pages, chunks or boxes)."""
    if data[:4] == b"OggS":
        return b"", [b"OggS" + part for part in data.split(b"OggS")[1:]]
    if data[:4] == b"RIFF":
        return data[:12], walk(data, 12, lambda at: 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1 & ~1))
    if data[4:8] == b"ftyp":
        return b"", walk(data, 0, lambda at: int.from_bytes(data[at : at + 4], "big"))
    if data[:1] == b"\x47" and len(data) % 188 == 0:
        return b"", [data[at : at + 188] for at in range(0, len(data), 188)]
    size = max(64, len(data) // 60)
    return b"", [data[at : at + size] for at in range(0, len(data), size)]


def with_page_sums(data: bytes) -> bytes:
    """Ogg pages whose sums are right again, so that what was changed is looked at."""
    made = []
    for part in data.split(b"OggS")[1:]:
        page = b"OggS" + part
        if len(page) >= 27:
            page = page[:22] + bytes(4) + page[26:]
            page = page[:22] + struct.pack("<I", _page_sum(page)) + page[26:]
        made.append(page)
    return b"".join(made)


@functools.cache
def _table() -> tuple[int, ...]:
    table = []
    for number in range(256):
        value = number << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C1_1DB7 if value & 0x8000_0000 else value << 1) & 0xFFFF_FFFF
        table.append(value)
    return tuple(table)


def _page_sum(page: bytes) -> int:
    value, table = 0, _table()
    for byte in page:
        value = (value << 8 & 0xFFFF_FFFF) ^ table[(value >> 24) ^ byte]
    return value
