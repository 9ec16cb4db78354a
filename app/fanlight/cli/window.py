"""`fanlight`: the window, where there is a screen and none is open."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from fanlight import compose, paths
from fanlight.cli.output import FAILED, complain, stop_log_file, unusable_folder
from fanlight.cli.screen import why_no_window
from fanlight.cli.streams import put_error
from fanlight.i18n import _
from fanlight.ipc import client, commands

SAMPLE = "shapes.png"
QUESTION = "Describe the picture."
COMMAND = "fanlight ask -i PICTURE QUESTION"
LOCK = "window.lock"
WAIT_SECONDS, POLL_SECONDS = 20.0, 0.05
"""For another Fanlight that is just opening or closing."""


def run(options: argparse.Namespace) -> int:
    request = {"do": "hello"} if options.hidden else commands.show_request()
    try:
        paths.home()
    except OSError as error:
        trouble = unusable_folder(error)
        if not sys.stderr.isatty() and why_no_window() is None:  # started from a menu
            compose.show_trouble(sys.argv[:1], trouble)
        raise trouble from error
    return open_or_send(request, hidden=options.hidden, or_sample=options.or_sample)


def open_or_send(request: dict[str, Any], *, hidden: bool = False, or_sample: bool = False) -> int:
    """Send `request` to the open window or, where none is open, open one that starts with it. Of two processes that
    start at the same time one gets the lock, and the other sends it its request. Returns the exit status."""
    from fanlight.ipc.instance_lock import FileLock

    if (status := _send_to_window(request)) is not None:
        return status
    if why := why_no_window():
        return _ask_about_sample(why) if or_sample else _explain_no_window(why)
    lock = FileLock(paths.home() / LOCK)
    until = time.monotonic() + WAIT_SECONDS
    while not lock.acquire():
        if (status := _send_to_window(request)) is not None:
            return status
        if time.monotonic() > until:
            complain(
                _("Another Fanlight is starting or quitting and does not respond."), _("Quit it, then start again.")
            )
            return FAILED
        time.sleep(POLL_SECONDS)
    stop_log_file()
    return compose.window(sys.argv[:1], request, hidden=hidden)


def _send_to_window(request: dict[str, Any]) -> int | None:
    connection = client.connect()
    return None if connection is None else client.send_command(connection, request)


def _explain_no_window(why: str) -> int:
    complain(why, _("Fanlight works without a window, too: {command}").format(command=COMMAND))
    return FAILED


def _ask_about_sample(why: str) -> int:
    from fanlight.cli import ask
    from fanlight.cli.arguments import parse

    picture = paths.resources() / "samples" / SAMPLE
    instead = _("{reason} Here is the practice model's answer about a sample picture instead.").format(reason=why)
    put_error(f'{instead}\n\n$ fanlight ask -i {picture} "{QUESTION}"\n')
    words = ["ask", "--model", "practice", "-i", str(picture), QUESTION]
    status = ask.run(parse(words))
    put_error("\n" + _("Ask your own: {command}").format(command=f".venv/bin/{COMMAND}") + "\n")
    return status
