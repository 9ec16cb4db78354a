"""Pictures as people name them: a path, with ~ or as a pattern, a file:// address, a data: address."""

from __future__ import annotations

import base64
import binascii
import glob
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanlight.cli.output import complain
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
_ESCAPED = re.compile(rb"%([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A file, or bytes that were given as they are."""

    name: str
    path: Path | None = None
    data: bytes = b""

    def read(self, longest_side: int, stop: StopFlag | None = None) -> Image:
        """Raises PictureError."""
        from fanlight.pictures import files
        from fanlight.pictures.limits import SAVE_PAGES, pages_left_out

        if self.path is None:
            picture = files.read_bytes(self.data, self.name, longest_side, stop)
        else:
            picture = files.read_file(self.path, longest_side, stop)
        if sentence := pages_left_out(picture):
            complain(sentence, _(SAVE_PAGES))
        return picture.image

    def digest(self) -> str:
        """Of the content, for telling whether it has changed. Raises OSError."""
        if self.path is None:
            return hashlib.sha256(self.data).hexdigest()
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def find_pictures(written: str, folder: Path) -> list[PictureSource]:
    """The pictures that `written` names, seen from `folder`; several for a pattern. Nothing is read yet, except from a
    descriptor (/dev/stdin, <(command)). Raises PictureError."""
    folder = absolute_path(folder)
    address = _ADDRESS.match(written)
    scheme = address[1].lower() if address else ""
    if scheme == "data":
        return [_inline(written)]
    is_file_address = scheme == "file" and not look_at(folder / written).is_file
    tried: list[PathFound] = []
    for name in _of_file_address(written) if is_file_address else _spellings(written):
        tried.append(found := look_at(folder / name))
        if not found.is_missing:
            return [_source(found)]
    if address and address[2] and not is_file_address:
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
        raise PictureError(
            _("“{name}” stands for {count} pictures; one question can have at most {most}.").format(
                name=shortened(written, _NAME_CHARACTERS), count=len(names), most=MOST_MATCHES
            ),
            _("Give a narrower pattern, or several questions."),
        )
    return [_source(look_at(folder / name)) for name in names]


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
