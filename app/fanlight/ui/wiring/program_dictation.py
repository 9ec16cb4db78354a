"""Dictation into other programs, with the pill, the global key, the settings and the tray's list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.dictation_history import DictationHistory
from fanlight.core.dictation.program_dictation import DictateCommand, ProgramDictation
from fanlight.core.dictation.program_keys import ProgramDictationKeys
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Timeout
from fanlight.desktop import insertion
from fanlight.desktop.caret import Box, CaretFinder
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.audio import RecordingEvent, SoundLevel
from fanlight.domain.desktop_errors import InsertionError
from fanlight.i18n import N_
from fanlight.ui.appearance import Appearance

if TYPE_CHECKING:
    from fanlight.ui.dictation.pill import DictationPill


CARET_MS = 120
"""Until a program must have said where its text cursor is."""


class ProgramDictationFeature(QObject):
    problem = Signal(object)
    recovered = Signal(object)
    """A problem is over."""

    def __init__(
        self,
        dictation: Dictation,
        history: DictationHistory,
        settings_store: SettingsStore,
        appearance: Appearance,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dictation, self._settings_store, self._appearance = dictation, settings_store, appearance
        self.history = history
        self.programs = ProgramDictation(dictation.push_to_talk, settings_store, history, insertion.pick(), self)
        self._keys: ProgramDictationKeys | None = None
        self._caret_finder = CaretFinder(self)
        self._caret: Box | None = None
        self._asked_place = self.programs.place
        self._caret_late = Timeout(self, self._show, CARET_MS)
        self.programs.changed.connect(self._show)
        dictation.push_to_talk.recording_event.connect(self._on_recording_event)
        appearance.changed.connect(self._apply_theme)

    @cached_property
    def pill(self) -> DictationPill:
        from fanlight.ui.dictation.pill import DictationPill

        pill = DictationPill()
        pill.set_theme(self._appearance.theme, self._appearance.text_size)
        pill.insert_requested.connect(self.programs.insert_here)
        pill.copy_requested.connect(self._copy_waiting)
        pill.dismissed.connect(self.programs.escape)
        return pill

    def use_hotkeys(self, hotkeys: Hotkeys | None) -> None:
        """Use the global key from now on; None where there are none."""
        if hotkeys is None:
            return
        self._keys = ProgramDictationKeys(hotkeys, self._dictation, self.programs, self._settings_store, self)
        self._keys.problem.connect(self.problem)
        self._keys.bindings.recovered.connect(self.recovered)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._keys.bindings.retry)

    def run_command(self, command: DictateCommand) -> None:
        """Of the command line. While one of Fanlight's own windows has the keyboard, words go into its box."""
        if not self._dictation.push_to_talk.recording and self.programs.here().own:
            self._dictation.run_command(command)
        else:
            self.programs.run_command(command)

    def recent(self) -> Sequence[str]:
        """The newest first."""
        return [one.text for one in self.history.all]

    def copy_recent(self, number: int) -> None:
        """Its place in `recent`."""
        if number < len(self.history.all):
            QGuiApplication.clipboard().setText(self.history.all[number].text)

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' part about it, by its group; imported when the settings are opened."""
        from fanlight.ui.settings.program_dictation_section import ProgramDictationSection

        bindings = self._keys.bindings if self._keys is not None else None
        programs = self.programs
        return {
            N_("Dictation"): lambda: ProgramDictationSection(
                self._settings_store, programs.backend, programs.permission, bindings
            )
        }

    def close(self) -> None:
        self._caret_late.cancel()
        self._caret_finder.close()
        self.programs.close()
        if "pill" in self.__dict__:
            self.pill.close()
            self.pill.deleteLater()

    def _find_caret(self) -> None:
        """Where the next words go; the pill comes up when that is known, or a moment later without it."""
        place = self._asked_place = self.programs.place
        self._caret = None
        if place.process:
            self._caret_late.start()
            self._caret_finder.find(place.process, self._on_caret)

    def _on_caret(self, box: Box | None) -> None:
        if self._caret_late.pending:
            self._caret = box
            self._caret_late.cancel()
            self._show()

    def _show(self) -> None:
        view = self.programs.view
        if view.kind != "closed" and self.programs.place is not self._asked_place:
            self._find_caret()
        if self._caret_late.pending and view.kind != "closed":
            return
        if view.kind != "closed" or "pill" in self.__dict__:
            self.pill.show_view(view, self.programs.place, self._caret)
        if view.kind == "waiting" and not self.pill.can_float():
            self.problem.emit(InsertionError(view.status))
            self.programs.escape()

    def _copy_waiting(self) -> None:
        text = self.programs.waiting_text
        self.programs.escape()  # puts the old clipboard back, where the text is still lent
        QGuiApplication.clipboard().setText(text)

    def _on_recording_event(self, event: RecordingEvent) -> None:
        if isinstance(event, SoundLevel) and self._dictation.push_to_talk.target is self.programs:
            self.pill.show_level(event)

    def _apply_theme(self) -> None:
        if "pill" in self.__dict__:
            self.pill.set_theme(self._appearance.theme, self._appearance.text_size)
