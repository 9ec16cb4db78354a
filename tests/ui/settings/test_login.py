"""The settings' line about the start at login."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel

from fanlight.desktop import login
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.settings.login import LABEL, LoginSection
from support.whole_window import WholeWindow
from support.windows import parts

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def section(qtbot: Any) -> LoginSection:
    made = LoginSection()
    qtbot.addWidget(made)
    return made


def test_it_is_off_until_the_user_wants_it_and_can_be_taken_back(section: LoginSection) -> None:
    assert not section.check.isChecked()
    section.check.click()
    assert login.is_on()
    assert LoginSection().check.isChecked()
    section.check.click()
    assert not login.is_on()
    assert not section.check.isChecked()


def test_what_can_not_be_written_is_said_with_a_way_out_and_stays_off(section: LoginSection, config: Path) -> None:
    config.write_text("in the way")
    section.check.click()
    assert not section.check.isChecked()
    assert not section.problem.isHidden()
    assert "could not be changed" in section.problem.text()
    assert "“fanlight --hidden”" in section.problem.text()
    config.unlink()
    section.check.click()
    assert section.check.isChecked()
    assert section.problem.isHidden()


def test_the_settings_show_it(qtbot: Any, home: Path) -> None:
    window = WholeWindow(parts(home, ScriptedEngine(["An ", "answer."])))
    qtbot.addWidget(window)
    window.services.start()
    dialog = SettingsDialog(window.settings_store, window, window.features.sections())
    assert LABEL in [check.text() for check in dialog.findChildren(QCheckBox)]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("“fanlight quit”" in text for text in texts)
    assert not any("`" in text for text in texts)
    dialog.done(0)
