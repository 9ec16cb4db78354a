"""Many files in one: a tar; behind a passphrase a ZIP with that tar in the age format (age-encryption.org).

    key.age           the key of the other one, encrypted by the passphrase (scrypt)
    backup.tar.age    the tar, encrypted by that key

The last file in the tar is SHA256SUMS, of all others: what is cut off or changed is noticed.

So `unzip`, `age` and `tar` open it, too: `age -d key.age >key`, `age -d -i key backup.tar.age | tar x`. Nothing is held
in memory as a whole, and no plain text is written on the way.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from fanlight.domain.errors import InputError, StoreError, WrongPassphrase
from fanlight.domain.installation import how_to_add_packages
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _

KEY, BODY, SUMS = "key.age", "backup.tar.age", "SHA256SUMS"
_CHUNK = 2**20

ArchivedFile = tuple[str, Path]
"""Its name in the archive, and where it is."""


class ByteTarget(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class OneWay:
    """A stream of which nothing but writing is used: a ZIP would go back in one that seems to allow it, although a
    shell opened it to append to."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, data: bytes, /) -> int:
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()


def write_archive(target: ByteTarget, files: Iterable[ArchivedFile], passphrase: str = "") -> None:
    """Raises OSError, StoreError, and what `files` raises."""
    stream = _TarReader(_tar_of(files))
    if not passphrase:
        while data := stream.read(_CHUNK):
            target.write(data)
        return
    pyrage = _age()
    identity = pyrage.x25519.Identity.generate()
    with zipfile.ZipFile(target, "w") as archive:  # type: ignore[call-overload]
        archive.writestr(KEY, pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        with archive.open(BODY, "w", force_zip64=True) as body:
            guarded = _GuardedWriter(body)
            try:
                pyrage.encrypt_io(stream, guarded, [identity.to_public()])
            except pyrage.EncryptError as error:
                raise stream.failure or guarded.failure or error from None


def is_encrypted(path: Path) -> bool:
    """Raises OSError."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return KEY in archive.namelist()
    except zipfile.BadZipFile:
        return False


@contextmanager
def open_archive(path: Path, passphrase: str = "") -> Iterator[tarfile.TarFile]:
    """To be read from its beginning to its end. Raises WrongPassphrase, InputError where it is damaged or no archive,
    OSError."""
    try:
        if is_encrypted(path):
            with _decrypted(path, passphrase) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
                yield archive
        else:
            with tarfile.open(path, mode="r|") as archive:
                yield archive
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise damaged_archive(path) from error


def sums_of(listed: bytes) -> dict[str, str]:
    """The sha256 of each file, by its name."""
    lines = (line.split("  ", 1) for line in listed.decode("utf-8", "replace").splitlines())
    return {line[1]: line[0] for line in lines if len(line) == 2}


def damaged_archive(path: Path) -> InputError:
    return InputError(
        _("{path} is damaged, or no backup of Fanlight.").format(path=shortened(str(path))),
        _("Nothing was changed. Try another backup."),
    )


@contextmanager
def _decrypted(path: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """The tar, decrypted on a thread of its own as it is read. Where a piece was changed, the stream ends."""
    pyrage = _age()
    with zipfile.ZipFile(path) as archive:
        identity = _identity(pyrage, archive.read(KEY), passphrase)
        readable, writable = os.pipe()

        def decrypt() -> None:
            expected = (OSError, EOFError, KeyError, zipfile.BadZipFile, pyrage.DecryptError, pyrage.EncryptError)
            with suppress(*expected), os.fdopen(writable, "wb") as pipe, archive.open(BODY) as body:
                pyrage.decrypt_io(body, pipe, [identity])

        thread = threading.Thread(target=decrypt, name="backup", daemon=True)
        thread.start()
        try:
            with os.fdopen(readable, "rb") as stream:
                yield stream
        finally:
            thread.join()


def _identity(pyrage: Any, key: bytes, passphrase: str) -> Any:
    if not passphrase:
        raise WrongPassphrase(_("This backup is encrypted."))
    try:
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(key, passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise WrongPassphrase(_("The passphrase is wrong, or the backup is damaged.")) from error


def _age() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise StoreError(
            _("Encrypted backups need the package pyrage, which is not installed."),
            _("{how_to_install} Or make a backup without a passphrase.").format(
                how_to_install=how_to_add_packages("pyrage")
            ),
        ) from error
    return pyrage


def _tar_of(files: Iterable[ArchivedFile]) -> Iterator[bytes]:
    """As `tarfile` would write it, piece by piece. A file that gets shorter meanwhile raises OSError."""
    sums = []
    for name, path in files:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            entry = tarfile.TarInfo(name)
            entry.size = left = os.fstat(file.fileno()).st_size
            entry.mtime, entry.mode = int(os.fstat(file.fileno()).st_mtime), 0o600
            yield entry.tobuf(tarfile.PAX_FORMAT)
            while left:
                data = file.read(min(left, _CHUNK))
                if not data:
                    raise OSError(f"{path} got shorter")
                left -= len(data)
                digest.update(data)
                yield data
            yield bytes(-entry.size % tarfile.BLOCKSIZE)
        sums.append(f"{digest.hexdigest()}  {name}\n")
    listed = "".join(sums).encode()
    entry = tarfile.TarInfo(SUMS)
    entry.size = len(listed)
    yield entry.tobuf(tarfile.PAX_FORMAT) + listed + bytes(-len(listed) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class _TarReader(io.RawIOBase):
    """A file of pieces. `failure`: what was raised while they were made; foreign code wraps it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._rest = pieces, b""
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as error:
            self.failure = error
            raise
        end = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:end], self._rest[end:]
        return data


class _GuardedWriter:
    """`failure`: what writing has raised; foreign code wraps it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None: ...
