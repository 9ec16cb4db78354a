"""The process that fetches, for the command line, which has no event loop. Imports nothing of the network."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what connects must not be this process
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

from fanlight.domain.download_lines import event_of, order_line
from fanlight.domain.downloads import DownloadEnd, DownloadEvent, FetchOrder
from fanlight.domain.hub import HubAnswer, HubOrder, hub_answer_of, hub_order_line
from fanlight.fetch.launching import ended_unexpectedly, fetch_command, fetch_environment

END_SECONDS = 10.0


def asked_of_hub(order: HubOrder) -> HubAnswer:
    """Raises DownloadError."""
    with _started(hub_order_line(order)) as child:
        assert child.stdout is not None
        answer = hub_answer_of(child.stdout.readline())
    if isinstance(answer, HubAnswer):
        return answer
    raise (answer or ended_unexpectedly()).error


def fetched(order: FetchOrder) -> Generator[DownloadEvent, None, None]:
    """Events up to the last one, a DownloadEnd. Whoever stops iterating pauses it."""
    end: DownloadEnd | None = None
    with _started(order_line(order)) as child:
        assert child.stdout is not None
        for line in child.stdout:
            event = event_of(line)
            if isinstance(event, DownloadEnd):
                end = event
            elif event is not None and end is None:
                yield event
        yield end or ended_unexpectedly()


@contextmanager
def _started(line: str) -> Iterator[subprocess.Popen[bytes]]:
    """It ends with the block."""
    child = subprocess.Popen(
        fetch_command(), env=fetch_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        with suppress(BrokenPipeError):
            child.stdin.write(line.encode() + b"\n")
            child.stdin.flush()
        yield child
    finally:
        with suppress(OSError):
            child.stdin.close()  # it ends with its input
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
