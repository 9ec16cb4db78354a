"""A picture from a camera, attached to the question to come. The camera is open while its preview is shown, and no
longer."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from fanlight.core.camera.camera_session import CameraSession
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.form import give_room
from fanlight.ui.window.camera_view import CameraView
from fanlight.video.camera import CameraFrame, CameraPicture
from fanlight.video.cameras import Camera

CameraState = Literal["looking", "none", "starting", "live", "taking", "taken", "failed"]
_TAKES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CameraDialog(QDialog):
    """Looks for cameras when it is shown, and opens the one that was used last. Its preview is a mirror, as people
    expect of themselves; the picture is not, unless that is wanted. It closes with the window below it."""

    taken = Signal(bytes, str)
    """A picture as JPEG, and what it is called."""

    def __init__(self, file_worker: FileWorker, window_state: WindowState, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._window_state = parent, window_state
        self.session = CameraSession(file_worker, self)
        self.condition: CameraState = "looking"
        self._picture: CameraPicture | None = None
        self.setWindowTitle(_("Take a Picture"))
        self.view, self.camera = CameraView(), QComboBox()
        self.camera.setAccessibleName(_("Camera"))
        self.mirror = QCheckBox(_("Mirror the picture"))
        self.mirror.setChecked(window_state.flag("camera_mirrored", False))
        self.look_again, self.close_button = push(_("Look Again")), push(_("Close"))
        self.again_button = push(_("Again"))
        self.take_button = push(_("Take the Picture"), kind="primary")
        self.use_button = push(_("Use"), kind="primary")
        self.state, self.problem = label(kind="muted", wrap=True), label(kind="error_line", wrap=True)
        self._lay_out()
        self._connect()
        self._show("looking")

    def _lay_out(self) -> None:
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.camera, 1)
        first.addStretch()
        first.addWidget(self.mirror)
        for button in (self.look_again, self.close_button, self.again_button, self.take_button, self.use_button):
            if button is self.close_button:
                last.addStretch(1)
            last.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(first)
        column.addWidget(self.view, 1)
        for widget in (self.state, self.problem):
            column.addWidget(widget)
        column.addLayout(last)
        give_room(self, 680, 560)

    def _connect(self) -> None:
        session = self.session
        session.listed.connect(self._on_listed)
        session.frame_arrived.connect(self._on_frame)
        session.taken.connect(self._on_taken)
        session.failed.connect(self._on_failed)
        self.camera.activated.connect(self._choose)
        self.mirror.toggled.connect(lambda on: self._window_state.keep(camera_mirrored=on))
        self.look_again.clicked.connect(self.look)
        self.take_button.clicked.connect(self._take)
        self.again_button.clicked.connect(self._start)
        self.use_button.clicked.connect(self._use)
        self.close_button.clicked.connect(self.reject)
        self.finished.connect(session.stop)
        for watched in (self.take_button, self.use_button, self._window):
            watched.installEventFilter(self)

    # What the user does.

    def look(self) -> None:
        """For cameras."""
        self._show("looking")
        self.session.look()

    def _choose(self) -> None:
        self._window_state.keep(camera=self.camera.currentText())
        self._start()

    def _start(self) -> None:
        chosen = self.camera.currentData()
        if isinstance(chosen, Camera):
            self._picture = None
            self._show("starting")
            self.session.start(chosen)
            self._ask_for_frame()

    def _take(self) -> None:
        if self.condition == "live":
            self._show("taking")
            self.session.take(mirrored=self.mirror.isChecked())

    def _use(self) -> None:
        if self._picture is not None:
            self.taken.emit(self._picture.jpeg, _("Picture from the camera.jpg"))
            self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar takes the picture wherever the focus is, as Enter does."""
        default = self.take_button if self.take_button.isDefault() else self.use_button
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            default.click()
        elif not (event.key() in _TAKES and event.isAutoRepeat()):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key that is held down does not use the picture that it has just taken."""
        if watched is self._window:
            if event.type() == QEvent.Type.Hide:
                self.reject()
        elif isinstance(event, QKeyEvent) and event.key() in _TAKES and event.isAutoRepeat():
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.condition != "taken":  # one that was being taken was given up when it was hidden
            self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees is not recorded: another desktop, a minimized window."""
        super().hideEvent(event)
        self.session.stop()

    # What the camera does.

    def _on_listed(self, found: list[Camera]) -> None:
        wanted = self.camera.currentText() or self._window_state.text("camera")
        self.camera.clear()
        for one in found:
            self.camera.addItem(one.name, one)
        self.camera.setCurrentIndex(max(0, self.camera.findText(wanted)) if found else -1)
        if found:
            self._start()
        else:
            self._show("none")

    def _ask_for_frame(self) -> None:
        size = self.view.wanted_size
        self.session.ask_for_frame(size.width(), size.height())

    def _on_frame(self, frame: CameraFrame) -> None:
        if self.condition not in ("starting", "live", "taking"):
            return
        self.view.show_frame(frame)
        if self.condition == "taking":  # it was under way when the picture was wanted, which is of this one
            return
        if self.condition == "starting":
            self._show("live")
        self._ask_for_frame()

    def _on_taken(self, picture: CameraPicture) -> None:
        self._picture = picture
        self._show("taken")

    def _on_failed(self, error: FanlightError) -> None:
        self.problem.setText(error.text)
        self._show("failed")

    # What is shown.

    def _show(self, condition: CameraState) -> None:
        self.condition = condition
        kept = condition in ("taking", "taken")
        self.view.mirrored = self.mirror.isChecked() if kept else True
        if condition in ("looking", "none", "starting", "failed"):
            self.view.clear()
        self.view.setAccessibleName(_("The picture") if kept else _("Preview"))
        self.view.update()
        self.state.setText(_state_text(condition))
        self.problem.setVisible(condition == "failed")
        self.camera.setVisible(self.camera.count() > 1)
        self.camera.setEnabled(not kept)
        self.mirror.setEnabled(not kept)
        self.mirror.setVisible(condition not in ("none", "failed"))
        self.state.setVisible(condition != "failed")
        self.look_again.setVisible(condition in ("none", "failed"))
        self.take_button.setVisible(not kept)
        self.take_button.setEnabled(condition == "live")
        self.again_button.setVisible(kept)
        self.use_button.setVisible(kept)
        for button in (self.again_button, self.use_button):
            button.setEnabled(condition == "taken")
        self.take_button.setDefault(not kept)
        self.use_button.setDefault(kept)
        if condition == "live":
            self.take_button.setFocus()
        elif condition == "taken":
            self.use_button.setFocus()
        elif condition in ("none", "failed"):
            self.look_again.setFocus()


def _state_text(condition: CameraState) -> str:
    match condition:
        case "looking":
            return _("Looking for cameras…")
        case "none":
            return _("No camera was found. Connect one, and choose “Look Again”.")
        case "starting":
            return _("Starting the camera…")
        case "taking" | "taken":
            return _("The camera is off.")
    return ""
