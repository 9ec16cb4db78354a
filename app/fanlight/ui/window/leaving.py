"""Quitting loses what could not be saved, so it is asked about first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.widgets.confirm import confirmed


def ask_to_quit(problem: FanlightError, parent: QWidget) -> bool:
    """Whether to quit although something is not saved; staying is the default."""
    question = _("What was said last is not saved. Quit and lose it?")
    return confirmed(parent, question, problem.text, _("Quit Anyway"), _("Stay"), _("Quit Fanlight"))
