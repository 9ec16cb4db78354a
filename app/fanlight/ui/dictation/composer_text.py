"""Dictated words in the box of the window. They belong to the conversation in which they were begun: when another one
is on the screen, they go on in its draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from fanlight.core.chat.session import ChatSession
from fanlight.core.chat.session_manager import SessionManager
from fanlight.domain.speech import LiveTranscript
from fanlight.ui.dictation.text import TextSpan, laid_out, pale, spaced, tint
from fanlight.ui.theme import Theme

Looks = tuple[QTextCursor, QTextCharFormat]


class ComposerTarget(QObject):
    """A `Target`: the words appear at the cursor."""

    def __init__(
        self,
        field: QPlainTextEdit,
        session_manager: SessionManager,
        theme: Callable[[], Theme],
        send: Callable[[], object],
    ) -> None:
        super().__init__(field)
        self._field, self._session_manager, self._theme, self._submit = field, session_manager, theme, send
        self._open: list[ComposerText] = []
        self._unsure: list[tuple[QTextCursor, str]] = []
        field.document().contentsChange.connect(self._edited)
        session_manager.leaving.connect(self._leave)
        session_manager.shown.connect(self._come_back)

    def begin(self) -> ComposerText:
        """At the cursor, after what is selected."""
        passage = ComposerText(self, self._session_manager.current)
        self._open.append(passage)
        self.place(passage)
        return passage

    def dress(self) -> None:
        """In the colours of the theme that is on now."""
        self.paint()

    # What passages need.

    @property
    def document(self) -> QTextDocument:
        return self._field.document()

    def place(self, passage: ComposerText) -> None:
        """Begin it where the cursor is now."""
        cursor = self._field.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        self._field.setTextCursor(cursor)
        passage.start_at(QTextCursor(cursor))

    def done(self, passage: ComposerText, unsure: Sequence[QTextCursor] = ()) -> None:
        """Its words are final."""
        self._open.remove(passage)
        if not passage.away:
            self._unsure += [(cursor, cursor.selectedText()) for cursor in unsure]
            self._field.ensureCursorVisible()
        self.paint()

    def submit(self) -> None:
        self._submit()

    def paint(self) -> None:
        theme = self._theme()
        tails = [passage.tail for passage in self._open if passage.tail is not None and not passage.away]
        looks: list[Looks] = [(cursor, tint(theme)) for cursor, _ in self._unsure]
        shown = []
        for cursor, look in [*looks, *((tail, pale(theme)) for tail in tails)]:
            if cursor.hasSelection():
                selection = QTextEdit.ExtraSelection()
                selection.cursor, selection.format = cursor, look
                shown.append(selection)
        self._field.setExtraSelections(shown)

    def _edited(self, _at: int, _removed: int, _added: int) -> None:
        kept = [(cursor, text) for cursor, text in self._unsure if cursor.selectedText() == text]
        if len(kept) != len(self._unsure):
            self._unsure = kept
            self.paint()

    # Another conversation is shown.

    def _leave(self) -> None:
        here = [passage for passage in self._open if passage.home is self._session_manager.current and not passage.away]
        if here:
            copy = QTextDocument(self._field.toPlainText())
            for passage in here:
                passage.move(copy, away=True)

    def _come_back(self) -> None:
        """What was on its way into the draft goes on in the box."""
        for passage in [
            passage for passage in self._open if passage.home is self._session_manager.current and passage.away
        ]:
            passage.move(self.document, away=False)
        self.paint()


class ComposerText:
    """The words of one hold: a stretch of the box, or, while its conversation is not on the screen, of a copy of what
    is written there. A stretch is its start and its text, so that two may touch."""

    def __init__(self, words: ComposerTarget, home: ChatSession) -> None:
        self._words, self.home, self.away = words, home, False
        self._document = words.document
        self._start = QTextCursor(self._document)
        self._lead = self._trail = self._shown = ""
        self.tail: QTextCursor | None = None
        """What may change with the next draft."""

    def start_at(self, place: QTextCursor) -> None:
        document, at = self._document, place.position()
        before = document.characterAt(at - 1) if at else ""
        after = document.characterAt(at) if at < document.characterCount() - 1 else ""
        self._lead, self._trail = spaced(_plain(before), _plain(after))
        self._start, self._shown, self.tail = place, "", None

    def move(self, document: QTextDocument, *, away: bool) -> None:
        """To the same place in `document`, where the same is written; it is not the box's while it is `away`."""
        at, self.tail, self.away, self._document = self._start.position(), None, away, document
        self._start = QTextCursor(document)
        self._start.setPosition(min(at, document.characterCount() - 1))

    def show(self, heard: LiveTranscript) -> None:
        text, tail, _ = laid_out(heard)
        self._put(text)
        self.tail = self._span(text, tail)
        self._words.paint()

    def take(self, heard: LiveTranscript) -> None:
        text, _, unsure = laid_out(heard)
        self._put(text)
        self.tail = None
        self._words.done(self, [self._span(text, span) for span in unsure])

    def drop(self) -> None:
        self._put("")
        self.tail = None
        self._words.done(self)

    def send(self) -> None:
        """All that is written there."""
        if not self.away:
            self._words.submit()
        elif text := self._document.toPlainText().strip():
            self.home.send(text, self.home.attached)

    def _put(self, text: str) -> None:
        """In place of what was shown; only what differs is touched."""
        if not self.away and self._stretch(0, _units(self._shown)).selectedText() != self._shown:
            self._words.place(self)  # the box was emptied, or filled anew
        elif not self._shown:
            self.start_at(self._start)  # something may have been typed around it
        wanted = f"{self._lead}{text}{self._trail}" if text else ""
        if wanted == self._shown:
            return
        same = _common(self._shown, wanted)
        changed = self._stretch(_units(self._shown[:same]), _units(self._shown))
        at = self._start.position()
        if self._shown:
            changed.joinPreviousEditBlock()
        else:
            changed.beginEditBlock()
        changed.insertText(wanted[same:])
        changed.endEditBlock()
        self._start.setPosition(at)  # what is put at a cursor pushes it on
        self._shown = wanted
        if self.away:
            self.home.set_draft(self._document.toPlainText())

    def _span(self, text: str, span: TextSpan) -> QTextCursor:
        lead = _units(self._lead)
        return self._stretch(lead + _units(text[: span.start]), lead + _units(text[: span.end]))

    def _stretch(self, start: int, end: int) -> QTextCursor:
        """From the passage's start, as far as the document goes."""
        at, last = self._start.position(), self._document.characterCount() - 1
        cursor = QTextCursor(self._document)
        cursor.setPosition(min(at + start, last))
        cursor.setPosition(min(at + end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _units(text: str) -> int:
    """As Qt counts: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _plain(character: str) -> str:
    return "\n" if character in ("\u2029", "\u2028") else character
