"""The language of everything that is built from now on: Fanlight's own texts, Qt's, and how numbers and dates look."""

from __future__ import annotations

import locale

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from fanlight import i18n

_NAME = "language"


def keep_decimal_point() -> None:
    """Let C libraries read and write numbers with a point, right after the application object is made: on Unix, Qt has
    set the C locale of the whole process by then, and `strtod("0.75")` is 0 where a comma is usual. Affects llama.cpp,
    FFmpeg and the like; Qt's own numbers follow `QLocale`."""
    locale.setlocale(locale.LC_NUMERIC, "C")


def apply_language(chosen: str) -> None:
    """`chosen` is a code of `i18n.languages()`; "" is the system's. Widgets that are there keep their texts."""
    i18n.use(chosen or ("" if i18n.system_languages() else QLocale.system().name()))
    QLocale.setDefault(QLocale(chosen) if chosen else QLocale.system())
    application = QCoreApplication.instance()
    assert application is not None
    if before := application.findChild(QTranslator, _NAME):
        application.removeTranslator(before)
        before.setParent(None)
    translator = QTranslator(application)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(i18n.language_in_use()), "qtbase", "_", folder):
        application.installTranslator(translator)
