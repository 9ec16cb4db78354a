"""`fanlight show | hide | quit | shot | talk`: told to the open window, or done without one where that makes sense."""

from __future__ import annotations

import argparse
from typing import Any

from fanlight import paths
from fanlight.cli import window
from fanlight.cli.said import FAILED, USAGE, complain, complain_about
from fanlight.domain.errors import ActionsError
from fanlight.ipc import client


def show(_options: argparse.Namespace) -> int:
    return window.opened(client.show())


def shot(options: argparse.Namespace) -> int:
    """Without a window Fanlight starts hidden, and stays. A quick action that does not exist is refused by the window,
    or here."""
    from fanlight.core.capture.quick_actions import QuickActions

    try:
        QuickActions.of(paths.home()).check(options.action)
    except ActionsError as error:
        complain_about(error)
        return USAGE
    return window.opened(client.shot(options.region, options.delay, options.action), hidden=True)


def talk(options: argparse.Namespace) -> int:
    """Without a window there is nothing to stop; otherwise Fanlight opens."""
    request = {"do": "talk", "what": options.what}
    return _told(request) if options.what == "stop" else window.opened(request)


def hide(_options: argparse.Namespace) -> int:
    return _told({"do": "hide"})


def leave(_options: argparse.Namespace) -> int:
    return _told({"do": "quit"})


def _told(request: dict[str, Any]) -> int:
    connection = client.connect()
    status = None if connection is None else client.deliver(connection, request)
    if status is not None:
        return status
    complain("no Fanlight is running.", "`fanlight` opens its window.")
    return FAILED
