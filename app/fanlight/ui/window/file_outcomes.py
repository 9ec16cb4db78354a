"""What became of files that were written or read: shown above the conversation."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication

from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.widgets.banner import Banner

DONE_SECONDS = 15


def offer_path(offers: Banner, said: str, place: Path) -> None:
    """That it is there, for some seconds, with a button that copies where."""
    offers.offer(said, _("Copy Path"), lambda: QGuiApplication.clipboard().setText(str(place)), DONE_SECONDS)


def show_failure(offers: Banner, error: FanlightError) -> None:
    """In the place of the progress."""
    offers.dismiss()
    offers.add_error(error)
