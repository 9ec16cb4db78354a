"""The process that fetches, for the command line, which has no event loop. Imports nothing of the network."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what connects must not be this process
from collections.abc import Generator
from contextlib import suppress

from fanlight.domain.download_lines import event_of, order_line
from fanlight.domain.downloads import DownloadEnd, DownloadEvent, DownloadFailed, FailureReason, FetchOrder
from fanlight.fetch.launching import fetch_command, fetch_environment
from fanlight.i18n import _

END_SECONDS = 10.0


def fetched(order: FetchOrder) -> Generator[DownloadEvent, None, None]:
    """Events up to the last one, a DownloadEnd. Whoever stops iterating pauses it."""
    child = subprocess.Popen(
        fetch_command(), env=fetch_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    end: DownloadEnd | None = None
    try:
        with suppress(BrokenPipeError):
            child.stdin.write(order_line(order).encode() + b"\n")
            child.stdin.flush()
        for line in child.stdout:
            event = event_of(line)
            if isinstance(event, DownloadEnd):
                end = event
            elif event is not None and end is None:
                yield event
        yield end or DownloadFailed(
            FailureReason.CRASHED,
            _("The process that fetches files has ended unexpectedly."),
            _("Try again: what is here already is kept. The log has the details."),
        )
    finally:
        with suppress(OSError):
            child.stdin.close()  # it ends with its input
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
