"""The quick actions' file and its editor."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from fanlight import i18n, paths
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.actions import Action
from fanlight.settings import Settings
from fanlight.ui.settings.actions_editor import ActionsEditor
from fanlight.ui.settings.actions_section import ActionsSection

pytestmark = pytest.mark.gui
NAMES = ["explain", "text", "table", "translate", "wrong", "describe", "reply", "translate-in-place"]
ABOUT_TEXT = ["explain-text", "shorter", "correct", "translate-text", "reply-text"]


@pytest.fixture
def actions(qtbot: Any, home: Path) -> QuickActions:
    home.mkdir(parents=True)
    made = QuickActions(paths.resources() / "actions.toml", home / "actions.toml")
    made.said = []  # type: ignore[attr-defined]
    made.problem.connect(made.said.append)  # type: ignore[attr-defined]
    return made


@pytest.fixture
def editor(qtbot: Any, actions: QuickActions) -> Iterator[ActionsEditor]:
    made = ActionsEditor(actions)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def names(actions: QuickActions) -> list[str]:
    """Of captures."""
    return [action.name for action in actions.all if action.about == "capture"]


def click(qtbot: Any, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def problems(actions: QuickActions) -> list[str]:
    return [str(error) for error in actions.said]  # type: ignore[attr-defined]


# The file.


def test_without_a_file_the_shipped_ones_are_in_force(actions: QuickActions) -> None:
    assert names(actions) == NAMES
    assert actions.find("text") == actions.shipped[1]
    assert actions.find("none") is None
    assert problems(actions) == []


@pytest.mark.parametrize("content", [b"[explain", b"\xff\xfe\x00", b'[explain]\ncolour = "red"'])
def test_a_broken_file_is_said_once_in_one_sentence_and_costs_nothing(actions: QuickActions, content: bytes) -> None:
    actions.file.write_bytes(content)
    assert names(actions) == NAMES
    assert names(actions) == NAMES
    (said,) = problems(actions)
    assert said.startswith("Your own quick actions are not used. ")
    assert actions.file.read_bytes() == content


def test_a_file_that_is_changed_by_hand_is_read_again(actions: QuickActions) -> None:
    assert names(actions) == NAMES
    actions.file.write_text('[poem]\nlabel = "Poem"\nprompt = "Write a poem."\n', "utf-8")
    assert names(actions) == [*NAMES, "poem"]
    actions.file.write_text("nonsense =", "utf-8")
    assert names(actions) == [*NAMES, "poem"]  # what was in force stays
    assert len(problems(actions)) == 1
    actions.file.unlink()
    assert names(actions) == NAMES


def test_what_is_saved_is_the_difference_and_nothing_where_there_is_none(actions: QuickActions) -> None:
    changed = [action if action.name != "reply" else Action(**_with(action, key="y")) for action in actions.all]
    assert actions.save(changed)
    assert actions.file.read_text("utf-8") == '[reply]\nkey = "y"\n'
    assert actions.save(actions.shipped)
    assert not actions.file.exists()


def _with(action: Action, **values: object) -> dict[str, Any]:
    return {field: values.get(field, getattr(action, field)) for field in Action.__slots__}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_is_said_and_the_change_holds(actions: QuickActions) -> None:
    actions.file.parent.chmod(0o500)
    try:
        assert not actions.save([*actions.all, Action("poem", "Poem", prompt="Write a poem.")])
    finally:
        actions.file.parent.chmod(0o700)
    assert "could not be saved" in problems(actions)[0]
    assert names(actions)[-1] == "poem"


def test_a_folder_that_is_gone_is_said_and_the_change_holds(actions: QuickActions) -> None:
    actions.file = actions.file.parent / "gone" / "actions.toml"
    assert not actions.save([*actions.all, Action("poem", "Poem", prompt="Write a poem.")])
    assert "could not be saved" in problems(actions)[0]
    assert names(actions)[-1] == "poem"


# The editor.


def test_a_changed_prompt_is_kept_and_the_shipped_one_can_be_restored(
    qtbot: Any, actions: QuickActions, editor: ActionsEditor
) -> None:
    editor.list.setCurrentRow(5)
    editor.prompt.selectAll()
    qtbot.keyClicks(editor.prompt, "Say what it is.")
    qtbot.waitUntil(lambda: actions.all[5].prompt == "Say what it is.")
    assert 'prompt = "Say what it is."' in actions.file.read_text("utf-8")
    click(qtbot, editor.restore)
    assert actions.all == actions.shipped
    assert not actions.file.exists()
    assert not editor.restore.isEnabled()


def test_an_action_is_added_moved_and_removed(qtbot: Any, actions: QuickActions, editor: ActionsEditor) -> None:
    click(qtbot, editor.add)
    qtbot.keyClicks(editor.label, "Poem")
    qtbot.waitUntil(lambda: actions.all[-1].label == "Poem")
    for _place in ABOUT_TEXT:
        click(qtbot, editor.up)
    click(qtbot, editor.up)
    assert names(actions)[-2:] == ["new-action", NAMES[-1]]
    click(qtbot, editor.remove)
    assert names(actions) == NAMES


def test_a_shipped_action_can_not_be_removed_but_hidden(
    qtbot: Any, actions: QuickActions, editor: ActionsEditor
) -> None:
    editor.list.setCurrentRow(len(NAMES) - 1)
    assert not editor.remove.isEnabled()
    editor.shown.setFocus()
    qtbot.keyClick(editor.shown, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: [action.name for action in actions.shown_for("capture")] == NAMES[:-1])
    assert editor.list.item(len(NAMES) - 1).text().endswith("hidden")


@pytest.mark.parametrize(("key", "says"), [("e", "the same key, E"), ("c", "the panel's own"), ("7", "not one letter")])
def test_a_key_that_can_not_be_is_said_and_nothing_is_kept_until_it_can(
    qtbot: Any, actions: QuickActions, editor: ActionsEditor, key: str, says: str
) -> None:
    editor.list.setCurrentRow(6)
    editor.key.selectAll()
    qtbot.keyClicks(editor.key, key)
    qtbot.waitUntil(lambda: says in editor.error.text())
    assert actions.all == actions.shipped
    editor.key.selectAll()
    qtbot.keyClicks(editor.key, "y")
    qtbot.waitUntil(lambda: actions.all[6].key == "y")
    assert not editor.error.isVisible()


def test_an_action_is_about_captures_or_selected_text(qtbot: Any, actions: QuickActions, editor: ActionsEditor) -> None:
    editor.list.setCurrentRow(NAMES.index("reply"))
    assert (editor.reads_text.isVisible(), editor.replaces.isVisible()) == (True, False)
    editor.about.setCurrentIndex(editor.about.findData("selection"))
    assert (editor.reads_text.isVisible(), editor.replaces.isVisible()) == (False, True)
    qtbot.waitUntil(lambda: "the same key, R" in editor.error.text())
    editor.key.selectAll()
    qtbot.keyClicks(editor.key, "y")
    qtbot.waitUntil(lambda: actions.shown_for("selection")[0].name == "reply")
    assert actions.find("reply") is None, "no capture can be asked for it"


def test_closing_at_once_keeps_what_was_typed(qtbot: Any, actions: QuickActions, editor: ActionsEditor) -> None:
    editor.list.setCurrentRow(0)
    editor.label.selectAll()
    qtbot.keyClicks(editor.label, "Tell me")
    click(qtbot, editor.close_button)
    assert actions.all[0].label == "Tell me"


def test_restoring_all_keeps_the_users_own(qtbot: Any, actions: QuickActions, editor: ActionsEditor) -> None:
    click(qtbot, editor.add)
    editor.list.setCurrentRow(0)
    click(qtbot, editor.down)
    click(qtbot, editor.restore_all)
    assert names(actions) == [*NAMES, "new-action"]


def test_every_control_of_the_editor_has_a_name(editor: ActionsEditor) -> None:
    fields = (editor.list, editor.label, editor.key, editor.prompt, editor.goes_to, editor.about)
    assert all(field.accessibleName() for field in fields)
    assert all(button.accessibleName() or button.text() for button in editor.findChildren(QAbstractButton))


# The settings.


def test_the_settings_choose_the_action_that_runs_by_itself(qtbot: Any, actions: QuickActions, home: Path) -> None:
    settings_store = SettingsStore(Settings(), home / "settings.json")
    section = ActionsSection(actions, settings_store)
    qtbot.addWidget(section)
    assert section.default.currentText() == "Explain"
    section.default.setFocus()
    qtbot.keyClick(section.default, Qt.Key.Key_Down)
    assert settings_store.now.shot_default_action == "text"
    qtbot.keyClick(section.default, Qt.Key.Key_Home)
    assert settings_store.now.shot_default_action == "none"
    actions.save([*actions.all, Action("poem", "Poem", prompt="Write a poem.")])
    assert section.default.findData("poem") > 0


class German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Explain": "Erklären"}.get(message, message)


def test_a_shipped_label_is_edited_as_it_is_shown_and_kept_untranslated(
    qtbot: Any, actions: QuickActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "_translations", German())
    editor = ActionsEditor(actions)
    qtbot.addWidget(editor)
    assert editor.label.text() == "Erklären"
    assert editor.list.item(0).text().startswith("Erklären")
    editor.prompt.setPlainText("Explain it in one sentence.")
    assert editor.apply()
    assert actions.all[0].label == "Explain"
    assert "label" not in actions.file.read_text("utf-8")
    editor.label.setText("Kurz")
    editor.label.textEdited.emit("Kurz")
    assert editor.apply()
    assert (actions.all[0].label, actions.all[0].shown_label) == ("Kurz", "Kurz")


def test_the_defaults_of_the_settings_are_shown_beside_it(qtbot: Any, actions: QuickActions, home: Path) -> None:
    store = SettingsStore(Settings(shot_default_action="none"), home / "settings.json")
    section = ActionsSection(actions, store)
    qtbot.addWidget(section)
    store.choose(shot_default_action="explain")
    assert section.default.currentData() == "explain"
