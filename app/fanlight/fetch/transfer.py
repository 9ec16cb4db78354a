"""One file: asked for from its sources in turn until it is here whole and has the right content."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import sleep

from fanlight.domain.downloads import (
    DownloadFile,
    DownloadSwitched,
    DownloadWaiting,
    FailureReason,
    FetchPatience,
    host_of,
)
from fanlight.fetch import web_errors
from fanlight.fetch.pacing import Pacer, StallWatch
from fanlight.fetch.part_file import PartFile, WrongPart
from fanlight.fetch.reporting import Reporter, log
from fanlight.fetch.trouble import HereTrouble, Trouble
from fanlight.fetch.web import Web, WebAnswer
from fanlight.i18n import _

_ENOUGH_BYTES = 64 * 1024
"""A try that brings as many, or a hundredth of the file, counts as progress."""


class FileTransfer:
    """`part` is open and has been read again. `index`: of the file in the download."""

    def __init__(
        self, file: DownloadFile, index: int, part: PartFile, web: Web, pacer: Pacer, reporter: Reporter,
        patience: FetchPatience, pause: Callable[[float], object] = sleep,
    ) -> None:  # fmt: skip
        self._file, self._index, self._part = file, index, part
        self._web, self._pacer, self._reporter, self._patience = web, pacer, reporter, patience
        self._pause = pause
        self._sources = [*file.sources]
        self._failures: list[Trouble] = []
        self._last_resorts: list[str] = []
        """Sources that would send all again; of use where no other is left."""
        self._fruitless = 0
        self._wrong_contents: Counter[int] = Counter()

    def fetch(self) -> None:
        """Raises Trouble; what is here is kept then, unless all sources sent a wrong content."""
        while True:
            while not self._part.is_whole:
                self._try()
            if self._part.has_right_content:
                return
            self._start_over()

    def _try(self) -> None:
        before, source = self._part.position, self._sources[0]
        try:
            self._stream(source)
        except HereTrouble:
            raise
        except WrongPart:
            self._after_wrong_part(source)
        except Trouble as trouble:
            log.info("%s: %s at byte %d: %s", self._file.name, host_of(source), self._part.position, trouble.message)
            self._note_progress(self._part.position - before)
            self._after(trouble, source)

    def _note_progress(self, arrived: int) -> None:
        enough = min(_ENOUGH_BYTES, (self._part.size or _ENOUGH_BYTES) // 100)
        self._fruitless = 0 if arrived > enough else self._fruitless + 1

    def _after(self, trouble: Trouble, source: str) -> None:
        """Another source, or a wait. Raises Trouble where neither is left."""
        asked = trouble.retry_after or 0.0
        if trouble.is_final or asked > self._patience.longest_retry_after_seconds:
            self._give_up(source, trouble)
        elif self._fruitless >= self._most_tries(trouble):
            raise trouble
        elif len(self._sources) > 1 and (asked or self._fruitless or trouble.reason is FailureReason.TOO_SLOW):
            self._turn_to_next()
            self._reporter.say(DownloadSwitched(host_of(self._sources[0]), trouble.message))
            if self._fruitless >= len(self._sources):
                self._wait(trouble, 0.0)
        else:
            self._wait(trouble, asked)

    def _most_tries(self, trouble: Trouble) -> int:
        is_offline = trouble.reason is FailureReason.NO_CONNECTION and self._part.position > 0
        return self._patience.offline_tries if is_offline else self._patience.tries

    def _wait(self, trouble: Trouble, asked: float) -> None:
        doubled = self._patience.first_wait_seconds * 2.0 ** min(self._fruitless, 16)
        seconds = asked or min(self._patience.longest_wait_seconds, doubled) * random.uniform(0.5, 1.0)
        self._reporter.say(DownloadWaiting(host_of(self._sources[0]), seconds, trouble.message))
        self._pause(seconds)

    def _give_up(self, source: str, trouble: Trouble) -> None:
        """Of this source nothing is to be had. Raises the first failure where it was the last one: that of the source
        that the others stand in for."""
        self._sources.remove(source)
        self._failures.append(trouble)
        if not self._sources and self._last_resorts:
            self._sources.append(self._last_resorts.pop())
        if not self._sources:
            raise self._failures[0]
        self._reporter.say(DownloadSwitched(host_of(self._sources[0]), trouble.message))

    def _after_wrong_part(self, source: str) -> None:
        """Only the part that was wrong is fetched again."""
        log.warning("%s: wrong bytes from %s at byte %d", self._file.name, host_of(source), self._part.position)
        self._count_wrong_content(self._part.position)
        self._turn_to_next()

    def _start_over(self) -> None:
        """The content is not that of the file: from the first byte that may be wrong."""
        at = self._part.unsure_from
        log.warning("%s: wrong content, fetched again from byte %d", self._file.name, at or 0)
        if at is None:
            self._count_wrong_content(0)
            self._turn_to_next()
        with self._reporter.whole:
            self._part.restart(at or 0)
            self._reporter.set_here(self._index, self._part.position)

    def _turn_to_next(self) -> None:
        """Of the sources; the same one where it is the only one."""
        self._sources.append(self._sources.pop(0))

    def _count_wrong_content(self, at: int) -> None:
        self._wrong_contents[at] += 1
        if self._wrong_contents[at] > max(2, len(self._sources)):
            self._part.remove()
            raise Trouble(
                FailureReason.WRONG_CONTENT,
                _("{file} arrived damaged, each time it was fetched.").format(file=self._file.name),
                _("Something on the way changes it: try another network, or another mirror with `--mirror`."),
            )

    def _stream(self, source: str) -> None:
        """Append what `source` gives. Raises Trouble and WrongPart."""
        answer = self._web.get(source, self._part.position)
        try:
            log.info(
                "%s: %s, status %d, from byte %d", self._file.name, answer.host, answer.status, self._part.position
            )
            if self._is_end(answer, source):
                return
            skipped = self._usable_from(answer, source)
            self._take(answer, skipped)
        finally:
            answer.close()

    def _is_end(self, answer: WebAnswer, source: str) -> bool:
        """Check the status. True where nothing is left to be sent."""
        if answer.status == 416:
            if answer.total == self._part.position and self._part.size in (None, answer.total):
                self._part.size = answer.total
                return True
            if answer.total is not None and self._part.size is None:
                self._part.restart()
                raise web_errors.broken_off(answer.host)
            raise web_errors.other_file(answer.host, self._file.name)
        if answer.status not in (200, 206):
            raise web_errors.of_status(
                answer.status, answer.host, self._file.name, answer.headers,
                is_origin=answer.is_origin, page=source.partition("/resolve/")[0],
            )  # fmt: skip
        return False

    def _usable_from(self, answer: WebAnswer, source: str) -> int:
        """How many bytes at its beginning are here already. Raises Trouble for an answer that is of another file."""
        if answer.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            raise web_errors.unusable(answer.host, _("{host} sends the file packed.").format(host=answer.host))
        is_page = answer.headers.get("content-type", "").lower().startswith("text/html")
        expected = self._part.size
        if is_page and (expected is None or answer.total != expected):
            raise web_errors.web_page(answer.host)
        if expected is not None and answer.total not in (None, expected):
            raise web_errors.other_file(answer.host, self._file.name)
        if answer.sha256 and self._part.sha256 and answer.sha256 != self._part.sha256:
            raise web_errors.other_file(answer.host, self._file.name)
        self._part.sha256 = self._part.sha256 or answer.sha256
        if expected is None and answer.total is not None:
            self._part.size = answer.total
            self._reporter.set_size(self._index, answer.total)
        return self._skipped(answer, source)

    def _skipped(self, answer: WebAnswer, source: str) -> int:
        """A server without ranges sends all again; a source that has them is better."""
        position = self._part.position
        if answer.start == position:
            return 0
        if answer.status == 206 or answer.start is None:
            raise web_errors.unusable(
                answer.host, _("{host} sends another part of the file than the one asked for.").format(host=answer.host)
            )
        if len(self._sources) > 1:
            self._last_resorts.append(source)
            raise web_errors.unusable(
                answer.host, _("{host} can only send the whole file again.").format(host=answer.host)
            )
        log.info("%s: %s has no ranges, %d bytes are skipped", self._file.name, host_of(source), position)
        return position

    def _take(self, answer: WebAnswer, skipped: int) -> None:
        watch = StallWatch(self._patience.stall_seconds, self._patience.least_bytes_per_second)
        for block in answer.blocks(self._pacer.block_bytes):
            self._pacer.wait_for(len(block))
            if not self._pacer.bytes_per_second and watch.is_stalled(len(block)):
                raise web_errors.too_slow(answer.host)
            if skipped:
                skipped, block = max(0, skipped - len(block)), block[skipped:]
            if self._part.size is not None:
                block = block[: self._part.size - self._part.position]
            with self._reporter.whole:
                self._part.write(block)
            self._reporter.on_bytes(self._index, self._file.name, answer.host, self._part.position)
            if self._part.is_whole:
                return
        if self._part.size is None and answer.total is None:
            self._part.size = self._part.position  # sent without a length, and to its end
            self._reporter.set_size(self._index, self._part.size)
        elif not self._part.is_whole:
            raise web_errors.broken_off(answer.host)


def open_part(file: DownloadFile, folder: Path, reporter: Reporter) -> PartFile:
    """With what is here of it. Raises HereTrouble."""
    part = PartFile(folder / file.name, file.sha256, file.size_bytes, file.parts)
    try:
        part.read_again(lambda done, total: reporter.on_checked(file.name, done, total))
    except BaseException:
        part.close()
        raise
    return part
