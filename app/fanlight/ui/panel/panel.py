"""The quick panel: a small window beside the rectangle that was captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from fanlight.core.capture.changes import CaptureChanges
from fanlight.core.capture.session import CaptureSession
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.capture import CapturedImage
from fanlight.desktop.focus import KeyboardLoan
from fanlight.domain.found_items import FoundItem
from fanlight.i18n import _, ngettext
from fanlight.ui import theme
from fanlight.ui.panel.capture_sheet import CaptureSheet
from fanlight.ui.panel.changes_sheet import ChangesSheet
from fanlight.ui.panel.found_bar import FORMS, OPENS, FoundBar
from fanlight.ui.panel.frame import MARGIN, WIDTH
from fanlight.ui.panel.panel_keys import COPY_PICTURE, REDACT_PICTURE, SAVE_PICTURE
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.panel.translated_sheet import TranslatedSheet
from fanlight.ui.widgets.annotation_painter import annotated
from fanlight.ui.widgets.detail_menu import add_details


class QuickPanel(SessionPanel):
    """Shows one CaptureSession."""

    form_wanted = Signal(object)
    """A FoundItem that has a form, which is shown while this is hidden, or beside it."""
    look_wanted = Signal()
    """The capture is to be looked at."""
    seen_wanted = Signal()
    """So is what the model sees of it."""
    region_wanted = Signal(int, str, object, int)
    """As `Transcript.region_wanted`."""

    session: CaptureSession

    def __init__(
        self,
        session: CaptureSession,
        settings_store: SettingsStore,
        loan: KeyboardLoan | None = None,
        read_trigger: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(session, settings_store, loan, read_trigger)
        self.found = FoundBar()
        self._column.insertWidget(self._column.indexOf(self.bar) + 1, self.found)
        self.found.chosen.connect(self._act_on)
        session.questions.items_found.connect(self._show_found)
        head = self.head
        head.show_picture(session.capture.image.qimage)
        session.picture_copy_wanted.connect(self._copy_picture)
        head.region_button.clicked.connect(session.repeat_wanted)
        head.region_button.setVisible(session.capture.place is not None)
        head.copy_button.clicked.connect(session.copy_picture)
        head.save_button.clicked.connect(session.save_picture)
        head.redact_button.clicked.connect(session.redaction_wanted)
        head.picture.opened.connect(self.look_wanted)
        head.picture.menu_wanted.connect(self._show_menu)
        more = head.more_button
        more.clicked.connect(lambda: self._show_menu(more.mapToGlobal(more.rect().bottomLeft())))
        self.transcript.region_wanted.connect(self.region_wanted)
        self._sheet: CaptureSheet | None = None
        self._changes: CaptureChanges | None = None
        self._asked = False
        session.changes_found.connect(self._offer_changes)
        self.found.changes_chosen.connect(self._ask_about_changes)
        session.closed.connect(self._hide_sheet)
        session.in_place.changed.connect(self._show_translation)
        self._apply_theme()

    def picture_menu(self) -> QMenu:
        """As that of a chip in the window."""
        menu, pictures = QMenu(self), self.session.questions.pictures
        menu.addAction(_("Look at It"), self.look_wanted.emit)
        if self.session.can_show_seen:
            menu.addAction(_("What the Model Sees"), self.seen_wanted.emit)
        if costs := pictures.costs:
            add_details(menu, pictures.detail, costs, self.session.choose_detail)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.picture_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _show_translation(self) -> None:
        """Over the rectangle, for as long as it is on."""
        session = self.session
        if session.in_place.is_on and not isinstance(self._sheet, TranslatedSheet):
            sheet = TranslatedSheet(session.capture, session.in_place, self._bypasses)
            sheet.copy_wanted.connect(session.copy_text)
            sheet.closed_by_user.connect(session.in_place.stop)
            self._show_sheet(sheet)
        elif not session.in_place.is_on and isinstance(self._sheet, TranslatedSheet):
            self._hide_sheet()

    def _offer_changes(self, changes: CaptureChanges) -> None:
        self._changes = changes
        count = len(changes.areas)
        text = ngettext("{count} place has changed since {time}", "{count} places have changed since {time}", count)
        self.found.show_changes(text.format(count=count, time=changes.earlier.time))
        self._fit()

    def _ask_about_changes(self) -> None:
        """Show them, and ask about them; once more takes the marks away."""
        if isinstance(self._sheet, ChangesSheet):
            self._hide_sheet()
            return
        changes, session = self._changes, self.session
        if changes is None:
            return
        session.in_place.stop()
        self._show_sheet(ChangesSheet(session.capture, changes, self._bypasses))
        if not self._asked:
            self._asked = True
            image = annotated(session.capture.image.qimage, changes.marks)
            session.ask_about(changes, CapturedImage(image))

    @property
    def _bypasses(self) -> bool:
        """The window manager."""
        return bool(self.windowFlags() & Qt.WindowType.X11BypassWindowManagerHint)

    def _show_sheet(self, sheet: CaptureSheet) -> None:
        """Over the rectangle."""
        self._hide_sheet()
        self._sheet = sheet
        sheet.show()
        self.raise_()

    def _hide_sheet(self, *_ended: object) -> None:
        if self._sheet is not None:
            self._sheet.hide()
            self._sheet.deleteLater()
            self._sheet = None

    def _show_found(self, items: Sequence[FoundItem]) -> None:
        self.found.show_items(items)
        self._fit()

    def _act_on(self, item: FoundItem) -> None:
        """Nothing is opened before it was shown, and the user agreed."""
        if item.kind in OPENS:
            self._open_link(QUrl(item.target))
        elif item.kind in FORMS:
            self.form_wanted.emit(item)
        else:
            self.session.copy_text(item.target)

    def _fit(self) -> None:
        if self._spot is not None:
            size = theme.on_desktop(self._settings_store.now.text_size)
            width = min(theme.scaled(WIDTH, size), self._spot.room.width)
            self.found.setFixedHeight(self.found.arrange(width - self._border - 2 * MARGIN))
        super()._fit()

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(self.session.capture.image.qimage)

    def _press(self, key: str) -> None:
        if key == COPY_PICTURE:
            self.session.copy_picture()
        elif key == SAVE_PICTURE:
            self.session.save_picture()
        elif key == REDACT_PICTURE:
            self.session.redaction_wanted.emit()
        else:
            super()._press(key)
