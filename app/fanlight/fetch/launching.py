"""How the process that fetches is started: its command and its environment. Imports nothing of the network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import fanlight
from fanlight.domain.downloads import DownloadFailed, FailureReason
from fanlight.i18n import _


def fetch_command() -> list[str]:
    """The program and its arguments. It reads a `FetchOrder` as a line from its input."""
    return [sys.executable, "-P", "-m", "fanlight.fetch"]


def fetch_environment() -> dict[str, str]:
    """That of this process, with the settings of proxies and certificates and the hub's token (HF_TOKEN); Fanlight's
    modules are those of this process."""
    package = str(Path(fanlight.__file__).parents[1])
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != package]
    return os.environ | {"PYTHONPATH": os.pathsep.join([package, *inherited]), "PYTHONIOENCODING": "utf-8"}


def ended_unexpectedly() -> DownloadFailed:
    """What is said of a process that did not say how it ended."""
    return crashed(_("The process that fetches files has ended unexpectedly."))


def crashed(sentence: str) -> DownloadFailed:
    return DownloadFailed(
        FailureReason.CRASHED, sentence, _("Try again: what is here already is kept. The log has the details.")
    )
