"""How the process that fetches is started: its command and its environment. Imports nothing of the network."""

from __future__ import annotations

import os
import sys

from fanlight.domain.downloads import DownloadFailed, FailureReason
from fanlight.domain.own_python import with_own_modules
from fanlight.i18n import _


def fetch_command() -> list[str]:
    """The program and its arguments. It reads a `FetchOrder` as a line from its input."""
    return [sys.executable, "-P", "-m", "fanlight.fetch"]


def fetch_environment() -> dict[str, str]:
    """That of this process, with the settings of proxies and certificates and the hub's token (HF_TOKEN); Fanlight's
    modules are those of this process."""
    return with_own_modules(os.environ) | {"PYTHONIOENCODING": "utf-8"}


def ended_unexpectedly() -> DownloadFailed:
    """What is said of a process that did not say how it ended."""
    return crashed(_("The process that fetches files has ended unexpectedly."))


def crashed(sentence: str) -> DownloadFailed:
    return DownloadFailed(
        FailureReason.CRASHED, sentence, _("Try again: what is here already is kept. The log has the details.")
    )
