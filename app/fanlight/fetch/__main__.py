"""`python -m fanlight.fetch`: reads an order (fetch, ask the hub or a server, keep a token) as the first line of its
input, and what to do meanwhile from the next ones; says events; ends when the work is done, when it is told to pause,
and with its input."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar

from fanlight import i18n
from fanlight.domain.download_lines import order_of
from fanlight.domain.downloads import DownloadEnd, DownloadFailed, FailureReason, FetchOrder
from fanlight.domain.hub import (
    HubAnswer,
    HubOrder,
    TokenOrder,
    hub_answer_line,
    hub_order_of,
    kept_line,
    token_order_of,
)
from fanlight.domain.installation import and_the_rest_works, how_to_add
from fanlight.domain.served_chat import ServedEvent, ServedOrder, served_event_line, served_order_of
from fanlight.fetch.pacing import Pacer
from fanlight.fetch.reporting import Reporter, log, start_fetch_log
from fanlight.i18n import _

T = TypeVar("T")
Order = FetchOrder | HubOrder | TokenOrder | ServedOrder
OK, FAILED, MISUSED = 0, 1, 2


def main() -> int:
    """The exit status."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)  # Fanlight, which gets it too, says what to do
    requests, events = sys.stdin.buffer, sys.stdout.buffer
    order = _read_order(requests.readline())
    if order is None:
        return MISUSED
    if isinstance(order, TokenOrder):
        return _keep(order, events)
    i18n.use(order.language)
    if isinstance(order, ServedOrder):
        return _ask_server(order, requests, events)
    start_fetch_log(order.log)
    if isinstance(order, HubOrder):
        return _answer(order, requests, events)
    reporter = Reporter([file.size_bytes for file in order.request.files], events)
    pacer = Pacer(order.bytes_per_second)
    threading.Thread(target=_obey, args=(requests, pacer, reporter), name="orders", daemon=True).start()
    end = _guarded(lambda: _fetched(order, pacer, reporter))
    with reporter.whole:
        reporter.say(end)
        os._exit(FAILED if isinstance(end, DownloadFailed) else OK)  # the other thread still reads


def _read_order(line: bytes) -> Order | None:
    readers: tuple[Callable[[bytes], Order], ...] = (
        order_of,
        hub_order_of,
        token_order_of,
        served_order_of,
    )
    for read in readers:
        with suppress(ValueError):
            return read(line)
    return None


def _keep(order: TokenOrder, events: BinaryIO) -> int:
    """Connects to nothing."""
    from fanlight.fetch.tokens import keep_in_keyring

    kept = keep_in_keyring(order.endpoint, order.token)
    events.write(kept_line(kept).encode() + b"\n")
    events.flush()
    return OK if kept else FAILED


def _answer(order: HubOrder, requests: BinaryIO, events: BinaryIO) -> int:
    """A question is answered in one line."""
    threading.Thread(target=_obey, args=(requests, Pacer(0), Reporter([], events)), name="orders", daemon=True).start()
    answer = _guarded(lambda: _asked(order))
    events.write(hub_answer_line(answer).encode() + b"\n")
    events.flush()
    os._exit(FAILED if isinstance(answer, DownloadFailed) else OK)


def _ask_server(order: ServedOrder, requests: BinaryIO, events: BinaryIO) -> int:
    """It ends with its input, too: an answer that nobody waits for is not asked for any longer."""
    threading.Thread(target=_obey, args=(requests, Pacer(0), Reporter([], events)), name="orders", daemon=True).start()

    def passed_on() -> None:
        from fanlight.fetch.served_chat import ask_server
        from fanlight.fetch.trouble import Trouble

        try:
            for event in ask_server(order):
                _say_served(event, events)
        except Trouble as trouble:
            _say_served(trouble.event, events)

    if (failed := _guarded(passed_on)) is not None:
        _say_served(failed, events)
    os._exit(OK)


def _say_served(event: ServedEvent, events: BinaryIO) -> None:
    events.write(served_event_line(event).encode() + b"\n")
    events.flush()


def _asked(order: HubOrder) -> HubAnswer | DownloadFailed:
    from fanlight.fetch.hub import ask_hub
    from fanlight.fetch.tokens import Tokens
    from fanlight.fetch.trouble import Trouble
    from fanlight.fetch.web import Web

    try:
        return ask_hub(order.question, Web(order.patience, Tokens(given=order.token).token_for), order.patience)
    except Trouble as trouble:
        return trouble.event


def _fetched(order: FetchOrder, pacer: Pacer, reporter: Reporter) -> DownloadEnd:
    from fanlight.fetch.run import fetch_all
    from fanlight.fetch.tokens import Tokens
    from fanlight.fetch.web import Web

    return fetch_all(order, Web(order.patience, Tokens(given=order.token).token_for), pacer, reporter)


def _guarded(work: Callable[[], T]) -> T | DownloadFailed:
    """What comes of it, or why nothing does: a package is missing, or a bug."""
    try:
        return work()
    except ImportError as error:
        log.exception("a package is missing")
        return DownloadFailed(
            FailureReason.NOT_INSTALLED,
            _("Fetching models is not installed ({name} is missing).").format(name=error.name or error),
            and_the_rest_works(how_to_add("fetch")),
        )
    except Exception as error:
        log.exception("this is a bug")
        return DownloadFailed(
            FailureReason.CRASHED,
            _("Something went wrong inside Fanlight: {error}").format(error=type(error).__name__),
            _("Try again: what is here already is kept. The log has the details."),
        )


def _obey(requests: BinaryIO, pacer: Pacer, reporter: Reporter) -> None:
    """At the end of the input Fanlight is gone."""
    while line := requests.readline():
        try:
            said = json.loads(line)
            if said["do"] == "limit":
                pacer.set_limit(int(said["bytes_per_second"]))
            elif said["do"] == "pause":
                break
        except (ValueError, LookupError, TypeError):
            continue
    with reporter.whole:
        log.info("paused at %d bytes", reporter.done_bytes)
        reporter.say_paused()
        os._exit(OK)


if __name__ == "__main__":
    sys.exit(main())
