"""Dictated words in the composer. They belong to the conversation in which the dictation began: while another one is
shown, they go into its draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.domain.speech import LiveTranscript
from fanlight.ui.dictation.text import TextSpan, laid_out, pale, spaced, tint
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import Theme

Looks = tuple[QTextCursor, QTextCharFormat]


class ComposerTarget(QObject):
    """A `SpeechTarget`: the words appear at the cursor."""

    dictated = Signal(object, str, str)
    """A conversation's question has got these words, in that language."""

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
        session_manager.leaving.connect(self._move_to_draft)
        session_manager.shown.connect(self._move_to_composer)

    def begin_utterance(self) -> ComposerText:
        """At the cursor, after what is selected."""
        passage = ComposerText(self, self._session_manager.current)
        self._open.append(passage)
        self.place(passage)
        return passage

    def nearby_text(self) -> str:
        """The conversation, with what is written in the composer."""
        return f"{self._session_manager.current.recent_text}\n{self._field.toPlainText()}"

    # For the passages.

    @property
    def document(self) -> QTextDocument:
        return self._field.document()

    def place(self, passage: ComposerText) -> None:
        """Begin it where the cursor is now."""
        cursor = self._field.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        self._field.setTextCursor(cursor)
        passage.start_at(QTextCursor(cursor))

    def finish_passage(self, passage: ComposerText, unsure: Sequence[QTextCursor] = ()) -> None:
        """Its words are final."""
        self._open.remove(passage)
        if not passage.away:
            self._unsure += [(cursor, cursor.selectedText()) for cursor in unsure]
            self._field.ensureCursorVisible()
        self.paint()

    def submit_question(self) -> None:
        self._submit()

    def paint(self) -> None:
        """In the colors of the theme in use."""
        theme = self._theme()
        hypotheses = [
            passage.hypothesis for passage in self._open if passage.hypothesis is not None and not passage.away
        ]
        looks: list[Looks] = [(cursor, tint(theme)) for cursor, _text in self._unsure]
        shown = []
        for cursor, look in [*looks, *((span, pale(theme)) for span in hypotheses)]:
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

    def _move_to_draft(self) -> None:
        here = [passage for passage in self._open if passage.home is self._session_manager.current and not passage.away]
        if here:
            copy = QTextDocument(self._field.toPlainText())
            for passage in here:
                passage.move(copy, away=True)

    def _move_to_composer(self) -> None:
        """Passages that went on in the draft go on in the composer."""
        for passage in [
            passage for passage in self._open if passage.home is self._session_manager.current and passage.away
        ]:
            passage.move(self.document, away=False)
        self.paint()


class ComposerText:
    """A `TextTarget`: a passage of the composer or, while its conversation is not shown, of a copy of what is written
    there. A passage is its start and its text, so that two may be adjacent."""

    def __init__(self, target: ComposerTarget, home: Conversation) -> None:
        self._target, self.home, self.away = target, home, False
        self._document = target.document
        self._start = QTextCursor(self._document)
        self._lead = self._trail = self._shown = ""
        self.hypothesis: QTextCursor | None = None
        """What may change with the next transcript."""

    def start_at(self, place: QTextCursor) -> None:
        document, at = self._document, place.position()
        before = document.characterAt(at - 1) if at else ""
        after = document.characterAt(at) if at < document.characterCount() - 1 else ""
        self._lead, self._trail = spaced(_plain(before), _plain(after))
        self._start, self._shown, self.hypothesis = place, "", None

    def move(self, document: QTextDocument, *, away: bool) -> None:
        """Move to the same position in `document`, which has the same text; `away`: it is a copy, not the
        composer's."""
        at, self.hypothesis, self.away, self._document = self._start.position(), None, away, document
        self._start = QTextCursor(document)
        self._start.setPosition(min(at, document.characterCount() - 1))

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        text, hypothesis, _unsure = laid_out(transcript)
        self._put(text)
        self.hypothesis = self._span(text, hypothesis)
        self._target.paint()

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        text, _hypothesis, unsure = laid_out(transcript)
        self._put(text)
        if text:
            self.home.note_sound()
            self._target.dictated.emit(self.home, text, transcript.language)
        self.hypothesis = None
        self._target.finish_passage(self, [self._span(text, span) for span in unsure])

    def discard_transcript(self) -> None:
        self._put("")
        self.hypothesis = None
        self._target.finish_passage(self)

    def send_question(self) -> None:
        """Send the whole text of the field, or of its copy."""
        if not self.away:
            self._target.submit_question()
        elif text := self._document.toPlainText().strip():
            self.home.send(text)

    def _put(self, text: str) -> None:
        """In place of what was shown; only what differs is touched."""
        if not self.away and self._select(0, utf16_length(self._shown)).selectedText() != self._shown:
            self._target.place(self)  # the composer was emptied, or filled anew
        elif not self._shown:
            self.start_at(self._start)  # something may have been typed around it
        wanted = f"{self._lead}{text}{self._trail}" if text else ""
        if wanted == self._shown:
            return
        same = _common(self._shown, wanted)
        changed = self._select(utf16_length(self._shown[:same]), utf16_length(self._shown))
        at = self._start.position()
        if self._shown:
            changed.joinPreviousEditBlock()
        else:
            changed.beginEditBlock()
        changed.insertText(wanted[same:])
        changed.endEditBlock()
        self._start.setPosition(at)  # inserting text at a cursor moves it
        self._shown = wanted
        if self.away:
            self.home.set_draft_text(self._document.toPlainText())

    def _span(self, text: str, span: TextSpan) -> QTextCursor:
        lead = utf16_length(self._lead)
        return self._select(lead + utf16_length(text[: span.start]), lead + utf16_length(text[: span.end]))

    def _select(self, start: int, end: int) -> QTextCursor:
        """From the passage's start, as far as the document goes."""
        at, last = self._start.position(), self._document.characterCount() - 1
        cursor = QTextCursor(self._document)
        cursor.setPosition(min(at + start, last))
        cursor.setPosition(min(at + end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _common(one: str, other: str) -> int:
    """The length of the common prefix."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _plain(character: str) -> str:
    return "\n" if character in ("\u2029", "\u2028") else character
