"""Pictures as people name them: a path, with ~ or as a pattern, a file:// address, a data: address."""

from __future__ import annotations

import base64
import binascii
import glob
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fanlight.batch.asking import Tell, untold
from fanlight.domain.clips import parse_time
from fanlight.domain.detail import Detail, first_side
from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image
from fanlight.domain.path_kinds import PathFound, PathKind, absolute_path, home_expanded, look_at, shortened
from fanlight.domain.stop import StopFlag
from fanlight.files import open_descriptor
from fanlight.i18n import N_, _

MOST_MATCHES = 64
"""Of one pattern; every picture takes its share of the model's context."""
MOST_BYTES = 64 * 1000 * 1000
_NAME_CHARACTERS = 60
_CHECK_NAME = N_("Check the name and the folder.")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):(//)?", re.IGNORECASE)
_INLINE = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_PATTERN = re.compile(r"[*?\[]")
_USER = re.compile(r"//[^/@]*@")
_PAGES = re.compile(r"#(?:page=)?([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?$")
_PART = re.compile(r"#t=([0-9:.]*)(?:,([0-9:.]+))?$")
"""As in media fragments: #t=10,40 or #t=1:02:03."""
_ESCAPED = re.compile(rb"%([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A file, or bytes that were given as they are."""

    name: str
    path: Path | None = None
    data: bytes = b""
    page: int | None = None
    """Of several, counted from 1; None: the first, and it is said that there are others."""
    part: tuple[float, float] | None = None
    """Of a video: begin and end in seconds; an end of 0 is its own."""

    def read(
        self, longest_side: int, stop: StopFlag | None = None, tell: Tell = untold, detail: Detail = "normal"
    ) -> Image:
        """`longest_side`: with normal detail. `tell` is called with a sentence and a hint where only one of several
        pages is taken. Raises PictureError."""
        from fanlight.pictures import files
        from fanlight.pictures.detailed import in_detail
        from fanlight.pictures.limits import page_shown

        page, side = self.page or 1, first_side(detail, longest_side)
        if self.path is None:
            picture = files.read_bytes(self.data, self.name, side, stop, page)
        else:
            picture = files.read_file(self.path, side, stop, page)
        if self.page is None and (sentence := page_shown(picture)):
            hint = _("Name another page behind the file, as in {example}, or several, as in {examples}.")
            tell(sentence, hint.format(example=f"{self.name}#2", examples=f"{self.name}#2-4"))
        return in_detail(picture, detail, longest_side).image

    def digest(self) -> str:
        """Of the content, for telling whether it has changed. Raises OSError."""
        if self.path is None:
            found = hashlib.sha256(self.data).hexdigest()
        else:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        found = found if self.page is None else f"{found}#{self.page}"
        return found if self.part is None else f"{found}#t={self.part[0]},{self.part[1]}"


def find_pictures(written: str, folder: Path) -> list[PictureSource]:
    """The pictures that `written` names, seen from `folder`: several for a pattern, and for pages (scan.tif#2-4).
    Nothing is read yet, except from a descriptor (/dev/stdin, <(command)). Raises PictureError."""
    folder = absolute_path(folder)
    name, part = _without_part(written, folder)
    if part is not None:
        return [replace(one, part=part) for one in _find_files(name, folder)]
    name, pages = _without_pages(written, folder)
    found = _find_files(name, folder)
    if len(found) * len(pages) > MOST_MATCHES:
        raise _too_many(written, len(found) * len(pages))
    return [replace(one, page=page) for one in found for page in pages] if pages else found


def _without_part(written: str, folder: Path) -> tuple[str, tuple[float, float] | None]:
    """(the name alone, the part of a video that stands behind it). A file that is called like that comes first.
    Raises PictureError."""
    match = _PART.search(written)
    if match is None or not look_at(folder / written).is_missing:
        return written, None
    try:
        begin, end = parse_time(match[1] or "0"), parse_time(match[2] or "0")
    except ValueError:
        begin = end = -1.0
    if begin < 0 or 0 < end <= begin or (match[2] and not end):
        raise PictureError(
            _("“{part}” is no part of a video.").format(part=match[0].removeprefix("#")),
            _("Name where it begins and ends: {example}.").format(example="clip.mp4#t=1:20,2:00"),
        )
    return written[: match.start()], (begin, end)


def _without_pages(written: str, folder: Path) -> tuple[str, range]:
    """(the name alone, the pages that stand behind it). A file that is called like that comes first."""
    match = _PAGES.search(written)
    scheme = address[1].lower() if (address := _ADDRESS.match(written)) else ""
    if match is None or scheme == "data":
        return written, range(0)
    as_it_is = list(_of_file_address(written))[:2] if scheme == "file" else _spellings(written)
    if any(not look_at(folder / name).is_missing for name in as_it_is):
        return written, range(0)
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise PictureError(
            _("“{pages}” ends before it begins.").format(pages=match[0].removeprefix("#")),
            _("Name the first page and then the last one: {example}.").format(example="scan.tif#2-4"),
        )
    return written[: match.start()], range(first, last + 1)


def _find_files(written: str, folder: Path) -> list[PictureSource]:
    address = _ADDRESS.match(written)
    scheme = address[1].lower() if address else ""
    if scheme == "data":
        return [_inline(written)]
    is_file_address = scheme == "file" and not look_at(folder / written).is_file
    is_elsewhere = bool(address and address[2]) and not is_file_address
    tried: list[PathFound] = []
    for name in _of_file_address(written) if is_file_address else _spellings(written):
        tried.append(found := look_at(folder / name))
        if not found.is_missing and (found.is_file or not is_elsewhere):  # a long address is no name that can be
            return [_source(found)]
    if is_elsewhere:
        raise _elsewhere(written)
    if matches := _matches(written, folder):
        return matches
    raise _missing(written, tried[1 if written.startswith("~") else 0].path)


def _spellings(written: str) -> Iterator[str]:
    """The name itself comes first: a file may be called anything."""
    yield written
    if written.startswith("~"):
        yield str(home_expanded(written))
    if "%" in written:
        yield _unescaped(written)
    if "\\" in written and os.sep == "/":
        yield written.replace("\\", "/")


def _of_file_address(written: str) -> Iterator[str]:
    """The path in a file:// address of this computer, also as people write it by hand. Raises PictureError for another
    computer's: opening it would be a connection."""
    rest = written[len("file:") :]
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.lower() not in ("", "localhost", "127.0.0.1", ".", "~"):
            raise _elsewhere(written)
        rest = f"{host}{slash}{path}" if host in (".", "~") else slash + path
    if os.name == "nt":
        rest = re.sub(r"^/+(?=[a-zA-Z]:)", "", rest)
    for path in (_unescaped(rest), rest, _unescaped(re.split("[?#]", rest)[0])):
        yield str(home_expanded(path))


def _unescaped(text: str) -> str:
    """With the bytes for %20 and the like."""
    try:
        return os.fsdecode(_ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), os.fsencode(text)))
    except ValueError:
        return text


def _source(found: PathFound) -> PictureSource:
    name = found.path.name or str(found.path)
    if found.is_file:
        return PictureSource(name, found.path)
    if found.kind in (PathKind.PIPE, PathKind.SOCKET) and (descriptor := open_descriptor(found.path)) is not None:
        return PictureSource(name, None, _read_pipe(descriptor, found.path))
    raise PictureError(found.refusal, _("Choose the pictures inside it.") if found.is_folder else _(_CHECK_NAME))


def _read_pipe(descriptor: int, path: Path) -> bytes:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PictureError(look_at(path).refusal) from error


def _matches(written: str, folder: Path) -> list[PictureSource]:
    pattern = str(home_expanded(written))
    if not _PATTERN.search(pattern):
        return []
    try:
        names = sorted(glob.glob(pattern, root_dir=folder))  # noqa: PTH207 - `Path.glob` refuses absolute patterns
    except (OSError, ValueError, re.error):
        return []
    if len(names) > MOST_MATCHES:
        raise _too_many(written, len(names))
    return [_source(look_at(folder / name)) for name in names]


def _too_many(written: str, count: int) -> PictureError:
    return PictureError(
        _("“{name}” stands for {count} pictures; one question can have at most {most}.").format(
            name=shortened(written, _NAME_CHARACTERS), count=count, most=MOST_MATCHES
        ),
        _("Give a narrower pattern, or several questions."),
    )


def _missing(written: str, path: Path) -> PictureError:
    inside = os.path.normpath(path.parent)
    return PictureError(
        _("“{name}” was not found in {folder}.").format(
            name=shortened(written, _NAME_CHARACTERS), folder=shortened(inside)
        ),
        _(_CHECK_NAME),
    )


def _elsewhere(written: str) -> PictureError:
    return PictureError(
        _("“{address}” is on another computer, and Fanlight opens no connection.").format(
            address=shortened(_USER.sub("//", written), _NAME_CHARACTERS)
        ),
        _("Download the picture first, and name the file."),
    )


def _inline(written: str) -> PictureSource:
    name = shortened(written, _NAME_CHARACTERS // 2)
    match = _INLINE.fullmatch(written.strip())
    if match is None:
        raise PictureError(_("“{name}” is no complete data: address.").format(name=name))
    kind = match[1].strip().lower()
    if kind and not kind.startswith(("image/", "application/octet-stream")):
        raise PictureError(_("“{name}” holds {kind}, not a picture.").format(name=name, kind=shortened(kind, 30)))
    data = _ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), match[3].encode("utf-8", "replace"))
    if "base64" in match[2].lower():
        try:
            letters = b"".join(data.split()).replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
            data = base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise PictureError(_("The base64 text in “{name}” is damaged.").format(name=name)) from None
    return PictureSource(name, None, data)
