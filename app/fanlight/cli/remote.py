"""`fanlight show | open | hide | quit | shot | talk | dictate | captions | selection`: commands for the open window;
some open it."""

from __future__ import annotations

import argparse
from typing import Any

from fanlight import paths
from fanlight.cli import window
from fanlight.cli.output import FAILED, USAGE, complain, complain_about
from fanlight.domain.errors import ActionsError
from fanlight.i18n import _
from fanlight.ipc import client, commands


def show(_options: argparse.Namespace) -> int:
    return window.open_or_send(commands.show_request())


def open_files(options: argparse.Namespace) -> int:
    """Without a window Fanlight opens one."""
    return window.open_or_send(commands.open_request(options.files))


def shot(options: argparse.Namespace) -> int:
    """Without a window Fanlight starts hidden, and stays. A quick action that does not exist is refused by the window,
    or here."""
    from fanlight.core.panel.quick_actions import QuickActions

    try:
        QuickActions.of(paths.home()).check(options.action)
    except ActionsError as error:
        complain_about(error)
        return USAGE
    return window.open_or_send(commands.capture_request(options.region, options.delay, options.action), hidden=True)


def talk(options: argparse.Namespace) -> int:
    """Without a window there is nothing to stop; otherwise Fanlight opens."""
    request = {"do": "talk", "what": options.what}
    return _send_to_window(request) if options.what == "stop" else window.open_or_send(request)


def dictate(options: argparse.Namespace) -> int:
    """Without a window there is nothing to stop; otherwise Fanlight starts hidden, and stays: the other program keeps
    the keyboard."""
    request = {"do": "dictate", "what": options.what}
    return _send_to_window(request) if options.what == "stop" else window.open_or_send(request, hidden=True)


def captions(options: argparse.Namespace) -> int:
    """Without a window there is nothing to stop; otherwise Fanlight starts hidden, and stays."""
    request = {"do": "captions", "what": options.what}
    return _send_to_window(request) if options.what == "stop" else window.open_or_send(request, hidden=True)


def selection(_options: argparse.Namespace) -> int:
    """Without a window Fanlight starts hidden, and stays."""
    return window.open_or_send({"do": "selection"}, hidden=True)


def hide(_options: argparse.Namespace) -> int:
    return _send_to_window({"do": "hide"})


def quit_window(_options: argparse.Namespace) -> int:
    return _send_to_window({"do": "quit"})


def _send_to_window(request: dict[str, Any]) -> int:
    connection = client.connect()
    status = None if connection is None else client.send_command(connection, request)
    if status is not None:
        return status
    complain(_("Fanlight is not running."), _("Run `fanlight` to open its window."))
    return FAILED
