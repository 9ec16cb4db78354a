"""The part of a file that is here, under `NAME.part`, and what is known of it, in `NAME.part.json`.

Bytes are appended, and their sha256 is taken on the way. The state names the sum at points on the way: what a process
that was killed has written is read again and kept; what a power cut has lost or torn is found, and fetched again from
there alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from fanlight.domain.downloads import PART, STATE, STATE_DRAFT, PartHashes
from fanlight.fetch.file_lock import lock_part
from fanlight.fetch.trouble import busy, disk_errors
from fanlight.files import place_file

READ_BYTES = 1 << 20
POINTS = 200
"""In a whole file: the sums of a large one take some KB."""
LEAST_STEP, MOST_STEP = 64 * 1024, 64 * 2**20

Checking = Callable[[int, int], object]
"""Called with the bytes that were read again, and how many there are."""


class WrongPart(Exception):
    """A part of the file arrived with other bytes than it has; it is dropped."""


class PartFile:
    """Open and locked until `close`. `size` None: not known yet. Methods raise HereTrouble for errors of the disk."""

    def __init__(
        self, target: Path, sha256: str = "", size: int | None = None, hashes: PartHashes | None = None,
        boot: str | None = None,
    ) -> None:  # fmt: skip
        """Raises HereTrouble where the part cannot be made, or another process has it."""
        self._target, self.sha256, self.size = target, sha256, size
        self._part_bytes = hashes.part_bytes if hashes else 0
        self._part_hashes = hashes.sha256 if hashes else ()
        self._part, self._state, self._draft = (
            target.with_name(target.name + ending) for ending in (PART, STATE, STATE_DRAFT)
        )
        self._boot = _boot_id() if boot is None else boot
        self.position = 0
        self.unsure_from: int | None = None
        """From here on the content was there before this process, and no sum of it is known."""
        self._sum = hashlib.sha256()
        self._block = hashlib.sha256()
        self._points: list[tuple[int, str]] = []
        self._saved_at = 0
        with self._disk_errors():
            try:
                self._file = lock_part(self._part)
            except BlockingIOError:
                raise busy(target.name) from None

    @property
    def is_whole(self) -> bool:
        return self.size is not None and self.position >= self.size

    @property
    def has_right_content(self) -> bool:
        return not self.sha256 or self._sum.hexdigest() == self.sha256

    def read_again(self, checking: Checking) -> None:
        """Take up what is here: bytes that do not have the sums they had are dropped."""
        state = _read_state(self._state)
        here = self._here()
        self.sha256 = self.sha256 or state.get("sha256", "")
        if state.get("sha256", self.sha256) != self.sha256:
            here = 0
        if self.size is not None:
            here = min(here, self.size)
        points = [(at, digest) for at, digest in state.get("points", ()) if at <= here]
        if self._boot and state.get("boot") != self._boot and state:
            here = points[-1][0] if points else 0  # a power cut may have torn what came after
        self._reset()
        self._read_up_to(here, dict(points), checking)
        if self.position > self._last_point:
            self.unsure_from = self._last_point
        self._truncate()
        self.save_state()

    def write(self, data: bytes) -> None:
        """Raises WrongPart, too, where hashes of parts are known."""
        view = memoryview(data)
        while view:
            room = self._room()
            self._append(view[:room])
            view = view[room:]
            ended = self._block_is_right()
            if ended is False:
                self.restart((self.position - 1) // self._part_bytes * self._part_bytes)
                raise WrongPart
            if ended or self.position - self._last_point >= self._step():
                self._points.append((self.position, self._sum.hexdigest()))
        if self.position - self._saved_at >= self._step():
            self.save_state()

    def restart(self, at: int = 0) -> None:
        """Drop what is here from `at` on, a point whose sum is known, or 0."""
        kept = {offset: digest for offset, digest in self._points if offset <= at}
        self._reset()
        self.unsure_from = None
        self._read_up_to(at if at in kept else 0, kept, lambda _done, _total: None)
        self._truncate()
        self.save_state()

    def save_state(self) -> None:
        """Without it a part is still of use: its content is checked when it is whole."""
        state = {"sha256": self.sha256, "size": self.size, "boot": self._boot, "points": self._points}
        self._saved_at = self.position
        with self._disk_errors():
            with self._draft.open("w", encoding="utf-8") as file:  # under one name: a kill leaves at most this one
                json.dump(state, file)
                file.flush()
                os.fsync(file.fileno())
            self._draft.replace(self._state)

    def place(self) -> None:
        """Under its own name, in one step, and for good."""
        with self._disk_errors():
            file, self._file = self._file, -1
            place_file(file, self._part, self._target)
            self._forget()

    def remove(self) -> None:
        """Nothing of it stays."""
        self.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
        self._forget()

    def _forget(self) -> None:
        """A state that cannot be removed does no harm."""
        for path in (self._state, self._draft):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)

    def _here(self) -> int:
        with self._disk_errors():
            return os.fstat(self._file).st_size

    def _reset(self) -> None:
        self.position, self._points = 0, []
        self._sum, self._block = hashlib.sha256(), hashlib.sha256()

    def _read_up_to(self, end: int, points: dict[int, str], checking: Checking) -> None:
        """Stops where the content is not what it was, at the last point whose sum was right."""
        good = (0, self._sum.copy(), self._block.copy())
        while self.position < end:
            stops = [at for at in points if at > self.position] + [end, self.position + self._room()]
            data = self._read(min(READ_BYTES, min(stops) - self.position))
            if not data:
                return
            self._feed(data)
            checking(self.position, end)
            ended, known = self._block_is_right(), points.get(self.position)
            if ended is False or (known is not None and known != self._sum.hexdigest()):
                self.position, self._sum, self._block = good
                return
            if ended or known is not None:
                self._points.append((self.position, self._sum.hexdigest()))
                good = (self.position, self._sum.copy(), self._block.copy())

    def _read(self, count: int) -> bytes:
        with self._disk_errors():
            os.lseek(self._file, self.position, os.SEEK_SET)
            return os.read(self._file, count)

    def _append(self, view: memoryview) -> None:
        with self._disk_errors():
            os.lseek(self._file, self.position, os.SEEK_SET)
            while view:
                written = os.write(self._file, view)
                self._feed(view[:written])
                view = view[written:]

    def _feed(self, data: bytes | memoryview) -> None:
        self._sum.update(data)
        if self._part_bytes:
            self._block.update(data)
        self.position += len(data)

    def _room(self) -> int:
        """Bytes up to the end of the part whose hash is known."""
        return self._part_bytes - self.position % self._part_bytes if self._part_bytes else 1 << 62

    def _block_is_right(self) -> bool | None:
        """Of the part that ends here, if its hash is known; None where none ends."""
        if not self._part_bytes or (self.position % self._part_bytes and not self.is_whole):
            return None
        digest, self._block = self._block.hexdigest(), hashlib.sha256()
        number = (self.position - 1) // self._part_bytes
        return number >= len(self._part_hashes) or digest == self._part_hashes[number]

    @property
    def _last_point(self) -> int:
        return self._points[-1][0] if self._points else 0

    def _truncate(self) -> None:
        with self._disk_errors():
            os.ftruncate(self._file, self.position)

    def _disk_errors(self) -> AbstractContextManager[None]:
        return disk_errors(self._target.name)

    def _step(self) -> int:
        return max(LEAST_STEP, min(MOST_STEP, (self.size or 0) // POINTS))


def _read_state(path: Path) -> dict[str, Any]:
    """{} where there is none, or one that is not to be used."""
    try:
        state = json.loads(path.read_bytes())
        points = [(int(at), str(digest)) for at, digest in state["points"]]
        return {"sha256": str(state["sha256"]), "boot": str(state["boot"]), "points": points}
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return {}


def _boot_id() -> str:
    """Another one after each start of the computer; "" where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
