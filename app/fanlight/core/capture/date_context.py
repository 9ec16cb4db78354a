"""What dates on this computer's screen are read by."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QLocale

from fanlight.domain.found_dates import DateContext


def date_context() -> DateContext:
    """Now, and the order that the system's language has."""
    written = QLocale.system().dateFormat(QLocale.FormatType.ShortFormat)
    return DateContext(datetime.now().astimezone().replace(tzinfo=None), written.lstrip("'").startswith("M"))
