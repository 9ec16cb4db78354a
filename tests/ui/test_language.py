"""The language of what is built: words that are Qt's match Fanlight's, and no number that C reads depends on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialogButtonBox

from fanlight import i18n
from fanlight.ui.language import apply_language
from fanlight.ui.window.conversation_list import group_of

LONG_AGO = datetime(2026, 3, 15, 12).timestamp()  # noqa: DTZ001 (the clock on the wall)

PROGRAM = """
import locale, sys
from pathlib import Path
from fanlight.ui import application

def build():
    print(locale.localeconv()["decimal_point"])
    raise SystemExit(0)

application.run(build, ["fanlight"], Path(sys.argv[1]))
"""


@pytest.fixture
def default_locale() -> Any:
    before = QLocale()
    yield
    if QCoreApplication.instance() is not None:
        apply_language("en")
    QLocale.setDefault(before)


@pytest.mark.skipif(not shutil.which("localedef"), reason="a locale is compiled for the test")
def test_a_decimal_comma_of_the_system_does_not_reach_c_libraries(tmp_path: Path) -> None:
    """Else `strtod("0.75")` is 0 in llama.cpp, FFmpeg and whatever else is loaded."""
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"], capture_output=True, check=False
    )
    if made.returncode > 1:  # 1 is a warning
        pytest.skip(f"no source of the locale: {made.stderr!r}")
    environment = {"LOCPATH": str(tmp_path), "LC_ALL": "de_DE.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == ".", done.stdout + done.stderr


@pytest.mark.parametrize(("language", "month"), [("de", "März 2026"), ("fr", "mars 2026"), ("en", "March 2026")])
def test_months_are_named_in_the_language_of_the_texts(
    language: str, month: str, catalogs: Path, default_locale: None
) -> None:
    """Not in the system's, which may be one without a catalog: English texts and French months do not go together."""
    QLocale.setDefault(QLocale("it_IT"))
    i18n.use(language, catalogs)
    assert group_of(LONG_AGO, date(2026, 11, 29)) == month


@pytest.mark.parametrize(
    ("language", "cancel"), [("de", "Abbrechen"), ("fr", "Annuler"), ("es", "Cancelar"), ("en", "Cancel")]
)
def test_buttons_of_qt_are_in_the_language_of_the_texts(
    qtbot: Any, language: str, cancel: str, catalogs: Path, default_locale: None
) -> None:
    apply_language(language)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == cancel
