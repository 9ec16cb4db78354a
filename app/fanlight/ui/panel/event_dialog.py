"""An event that was found on the screen, to be corrected before it goes into a calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QLocale, QTime, Signal
from PySide6.QtWidgets import QDateEdit, QGridLayout, QLineEdit, QTimeEdit, QWidget

from fanlight.domain.event_details import EventDetails
from fanlight.domain.event_times import CalendarEvent, EventTime
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.entry_dialog import EntryDialog
from fanlight.ui.widgets.form import WrappingCheckBox

_LONGEST_TITLE, _LONGEST_NOTES = 200, 280


class EventDialog(EntryDialog):
    """Writes nothing itself; `suggest` fills what the user has not written in."""

    save_wanted = Signal(object)
    """A CalendarEvent, to be written into a file."""
    open_wanted = Signal(object)
    """The same, for the program of the user's that has a calendar."""

    def __init__(self, when: EventTime, details: EventDetails, notes: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Add to the Calendar"), parent)
        self._notes = notes
        self.title = _line(_("Title"), details.title)
        self.place = _line(_("Place"), details.place)
        self.all_day = WrappingCheckBox(_("All day"))
        self.begin_day, self.begin_time = _day(_("First day"), when.begin), _time(_("Beginning"), when.begin)
        self.end_day, self.end_time = _day(_("Last day"), when.end), _time(_("End"), when.end)
        self.reading = label("", "muted", wrap=True)
        self.reading.hide()
        self.save_button = push(_("Save as File…"))
        self.open_button = push(_("Open in the Calendar"), kind="primary")
        cancel = push(_("Cancel"))
        shown = " ".join(notes.split())
        quoted = label(_("Read: {text}").format(text=shown[:_LONGEST_NOTES]), "muted", wrap=True)
        zone = label(_("Times are those of this computer's time zone."), "muted", wrap=True)
        self.lay_out_entry(
            (self._fields(), quoted, zone, self.reading, self.wrong), self.save_button, cancel, self.open_button
        )
        self._length = when.end - when.begin
        self.all_day.toggled.connect(self._show_times)
        self.all_day.setChecked(when.is_all_day)
        for editor in (self.begin_day, self.begin_time):
            editor.dateTimeChanged.connect(self._move_end)
        for editor in (self.end_day, self.end_time):
            editor.dateTimeChanged.connect(self._note_length)
        self.save_button.clicked.connect(lambda: self._emit(self.save_wanted))
        self.open_button.clicked.connect(lambda: self._emit(self.open_wanted))
        cancel.clicked.connect(self.reject)
        self.open_button.setDefault(True)
        self.title.setFocus()
        self.title.selectAll()

    def show_reading(self) -> None:
        """The model reads what takes place."""
        self.reading.setText(_("The model is reading title and place…"))
        self.reading.show()

    def suggest(self, details: EventDetails | None) -> None:
        """What the model has read; None: nothing."""
        self.reading.hide()
        for field, text in ((self.title, details.title), (self.place, details.place)) if details else ():
            if text and not field.isModified():
                field.setText(text)

    @property
    def event_time(self) -> EventTime | None:
        """None where it ends before it begins."""
        begin, end = _moment(self.begin_day, self.begin_time), _moment(self.end_day, self.end_time)
        if self.all_day.isChecked():
            begin, end = (datetime.combine(moment.date(), time()) for moment in (begin, end))
        return EventTime(begin, end, self.all_day.isChecked()) if begin <= end else None

    def _fields(self) -> QWidget:
        fields = QWidget()
        grid = QGridLayout(fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for row, (name, editors) in enumerate(
            (
                (_("Title"), (self.title,)),
                (_("Place"), (self.place,)),
                ("", (self.all_day,)),
                (_("Begins"), (self.begin_day, self.begin_time)),
                (_("Ends"), (self.end_day, self.end_time)),
            )
        ):
            grid.addWidget(label(name), row, 0)
            for column, editor in enumerate(editors, 1):
                grid.addWidget(editor, row, column, 1, 3 - len(editors))
        return fields

    def _show_times(self, is_all_day: bool) -> None:
        for editor in (self.begin_time, self.end_time):
            editor.setVisible(not is_all_day)
        self._note_length()

    def _move_end(self) -> None:
        """It stays as long as it is."""
        end = _moment(self.begin_day, self.begin_time) + self._length
        for editor in (self.end_day, self.end_time):
            editor.blockSignals(True)
        self.end_day.setDate(QDate(end.year, end.month, end.day))
        self.end_time.setTime(QTime(end.hour, end.minute))
        for editor in (self.end_day, self.end_time):
            editor.blockSignals(False)

    def _note_length(self) -> None:
        length = _moment(self.end_day, self.end_time) - _moment(self.begin_day, self.begin_time)
        if length >= timedelta():
            self._length = length

    def _emit(self, signal: object) -> None:
        when = self.event_time
        if when is None:
            self.show_wrong(_("It ends before it begins."))
            return
        self.wrong.hide()
        event = CalendarEvent(when, self.title.text().strip(), self.place.text().strip(), self._notes)
        (self.save_wanted if signal is self.save_wanted else self.open_wanted).emit(event)


def _line(name: str, text: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setMaxLength(_LONGEST_TITLE)
    field.setAccessibleName(name)
    return field


def _day(name: str, moment: datetime) -> QDateEdit:
    """With the day of the week and the month by name: nobody takes one number for the other."""
    editor = QDateEdit(QDate(moment.year, moment.month, moment.day))
    editor.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.LongFormat))
    editor.setAccessibleName(name)
    editor.setMinimumDate(QDate(1970, 1, 2))
    return editor


def _time(name: str, moment: datetime) -> QTimeEdit:
    editor = QTimeEdit(QTime(moment.hour, moment.minute))
    editor.setDisplayFormat(QLocale().timeFormat(QLocale.FormatType.ShortFormat))
    editor.setAccessibleName(name)
    return editor


def _moment(day: QDateEdit, at: QTimeEdit) -> datetime:
    return datetime.combine(
        date(day.date().year(), day.date().month(), day.date().day()), time(at.time().hour(), at.time().minute())
    )
