"""The model that is open, and how to open another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QToolButton, QWidget

from fanlight.core.chat.model_host import ModelHost
from fanlight.domain.models import ModelSpec
from fanlight.i18n import N_, _
from fanlight.ui.controls import elided, label, set_icon
from fanlight.ui.models.words import model_caption
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.shortcuts import shown_keys

PRACTICE = N_("Practice model – get a real one")
LONGEST_NAME, LEAST_NAME = 44, 60
"""Letters, and pixels at a text size of 100 percent."""
ARROW, SPACE = "  ▾", 8


class ModelMenu(QWidget):
    chosen = Signal(object)
    """A ModelSpec."""
    open_file = Signal()
    models_requested = Signal()

    def __init__(self, host: ModelHost, models: Callable[[], Sequence[ModelSpec]], parent: QWidget | None = None):
        super().__init__(parent)
        self._host, self._models = host, models
        self._share = 0.0
        self._name = self._words = ""
        self.button = QToolButton()
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self.button, "model")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.button.setMenu(self.menu)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(110)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Loading the model"))
        self.state = label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for widget in (self.button, self.bar, self.state):
            row.addWidget(widget)
        host.changed.connect(self.refresh)
        host.progress.connect(self._show_share)
        self.refresh()

    def refresh(self) -> None:
        host, spec = self._host, self._host.spec
        name = spec.name if spec else _("No model")
        states = {"loading": _("loading…"), "failed": _("could not be loaded"), "freed": _("not in memory")}
        words = states.get(host.condition, "")
        if host.info and not host.info.supports_images:
            words = _("text only")
        if spec and spec.practice:
            name = _(PRACTICE)
        self._name, self._words = _shortened_name(name), words
        self.button.setAccessibleName(
            _("Model: {name}, {state}. Choose another.").format(name=name, state=words)
            if words
            else _("Model: {name}. Choose another.").format(name=name)
        )
        self.button.setToolTip(plain_tip(self._tip()))
        if host.condition != "loading":
            self._share = 0.0
        self.bar.setVisible(host.condition == "loading")
        self.bar.setRange(0, 100 if self._share else 0)
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """For the whole name and state, which may be shortened now."""
        texts = self._advance(self._name) + self._advance(ARROW)
        texts += SPACE + self._advance(self._words) if self._words else 0
        return QSize(self._around() + texts + SPACE, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._around(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """Shorten the name where there is no room, and leave out the state where nothing of the name would be left;
        the button's accessible name has both."""
        room = self.width() - self._around() - self._advance(ARROW)
        beside = room - SPACE - self._advance(self._words)
        shows_state = bool(self._words) and beside >= min(self._advance(self._name), in_text_size(LEAST_NAME))
        shown = elided(self._name, self.button, max(0, beside if shows_state else room))
        self.button.setText(plain_caption(f"{shown if shown != '…' else ''}{ARROW}"))
        self.state.setText(self._words)
        self.state.setVisible(shows_state)

    def _around(self) -> int:
        """The width of all but the texts."""
        button = self.button.sizeHint().width() - self.button.fontMetrics().horizontalAdvance(self.button.text())
        return button + (SPACE + self.bar.width() if self._host.condition == "loading" else 0) + 2

    def _advance(self, text: str) -> int:
        return self.button.fontMetrics().horizontalAdvance(text)

    def _tip(self) -> str:
        spec, info = self._host.spec, self._host.info
        if spec and spec.practice:
            return _("It only knows simple shapes, their colors and positions, and printed numbers.")
        return f"{spec.location}\n{info.device}" if spec and info else _("Choose a model")

    def _show_share(self, share: float) -> None:
        self._share = share
        self.bar.setRange(0, 100)
        self.bar.setValue(round(100 * share))

    def _fill_menu(self) -> None:
        self.menu.clear()
        words = _("Get and Manage Models…")
        models = self.menu.addAction(plain_caption(f"{words}\t{shown_keys('models')}"))
        models.triggered.connect(self.models_requested)
        self.menu.addAction(_("Open Model…")).triggered.connect(self.open_file)
        self.menu.addSeparator()
        group = QActionGroup(self.menu)
        for spec in self._models():
            name = model_caption(spec)
            name = f"{name} – {spec.about}" if spec.about else name
            action = self.menu.addAction(plain_caption(name))
            action.setCheckable(True)
            action.setChecked(self._host.spec is not None and spec.source == self._host.spec.source)
            action.setToolTip(plain_tip(spec.location))
            action.triggered.connect(lambda _checked=False, spec=spec: self.chosen.emit(spec))
            group.addAction(action)


def _shortened_name(name: str) -> str:
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
