"""Where the question is written: pictures above, text that grows, send and stop below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fanlight.core.chat.attachments import AttachmentItem
from fanlight.core.chat.clip_items import one_a_clip
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.turns import Attachment
from fanlight.i18n import N_, _, ngettext
from fanlight.ui.composer.chips import ChipRow
from fanlight.ui.composer.question_input import QuestionInput
from fanlight.ui.composer.strips import NoticeStrips
from fanlight.ui.composer.thinking_menu import ThinkingMenu
from fanlight.ui.controls import repolish, tool
from fanlight.ui.dictation.voice_bar import VoiceBar
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.shortcuts import shown_keys

DESCRIBE = N_("Describe the picture.")
DESCRIBE_ALL = N_("Describe the pictures.")
SUMMARIZE = N_("Summarize the document.")
TELL = N_("Say what happens in the video.")
HEAR = N_("Say what is to be heard in the recording.")


class Composer(QFrame):
    send = Signal(str)
    remove_attachment = Signal(int)
    """Its key."""
    page_chosen = Signal(int, int)
    """The key of an attachment, and the number of the page that is wanted."""
    stop = Signal()
    continue_requested = Signal()
    """Enter in an empty field, after an answer that stopped before its end."""
    edit_last = Signal()
    leave_edit = Signal()
    attach = Signal()
    scan_wanted = Signal()
    camera_wanted = Signal()
    values_wanted = Signal()
    """Of a file that is in no conversation."""
    many_pictures_wanted = Signal()
    """A folder of pictures is to be asked about."""
    pasted = Signal(QMimeData)
    text_changed = Signal()
    unqueue = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.chips, self.input = ChipRow(), QuestionInput()
        self.attach_button = tool(
            "attach",
            _("Attach pictures, documents, or recordings"),
            _("Attach pictures, documents, or recordings ({keys})").format(keys=shown_keys("attach")),
        )
        self.voice_bar = VoiceBar()
        self.stop_button = tool("stop", _("Stop the answer"), _("Stop (Esc)"), "primary")
        self.send_button = tool("send", _("Send"), _("Send (Enter)"), "primary")
        self.thinking_menu = ThinkingMenu()
        self.before_submit: Callable[[], bool] = lambda: False
        """Called before sending; True if the question is sent later, because it is still being dictated."""
        self.strips = NoticeStrips()
        self._answering = self._editing = self._has_rest = self._sends_when_read = False
        self._english_only, self._supports_images = False, True
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.attach_button)
        below.addWidget(self.thinking_menu)
        below.addWidget(self.voice_bar, 1)
        below.addWidget(self.stop_button)
        below.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        for line in (self.voice_bar.hands_free_status, self.strips, self.chips, self.input):
            column.addWidget(line)
        column.addLayout(below)

    def offer_devices(self, *, camera: bool, scanner: bool) -> None:
        """Beside files, in the attach button's menu: what takes pictures otherwise, and what else reads them."""
        menu = QMenu(self.attach_button)
        menu.addAction(_("Files…"), self.attach.emit)
        if camera:
            menu.addAction(_("Take a Picture…"), self.camera_wanted.emit)
        if scanner:
            menu.addAction(_("From a Scanner…"), self.scan_wanted.emit)
        menu.addSeparator()
        menu.addAction(_("Read Values from a Picture or a Page…"), self.values_wanted.emit)
        menu.addAction(_("Many Pictures…"), self.many_pictures_wanted.emit)
        self.attach_button.setMenu(menu)
        self.attach_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.attach_button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)  # the arrow is for the mouse
        self.attach_button.customContextMenuRequested.connect(lambda: self.attach_button.showMenu())
        self.attach_button.setAccessibleDescription(_("The menu key offers what is not a file, too."))

    def _connect(self) -> None:
        self.input.installEventFilter(self)
        self.input.entered.connect(self._enter)
        self.input.escaped.connect(self._escape)
        self.input.up_when_empty.connect(self._up)
        self.input.pasted.connect(self.pasted)
        self.input.textChanged.connect(self._changed)
        self.attach_button.clicked.connect(self.attach)
        self.stop_button.clicked.connect(self.stop)
        self.send_button.clicked.connect(self.submit)
        self.strips.leave_edit.connect(self.leave_edit)
        self.strips.unqueue.connect(self.unqueue)
        self.chips.remove_requested.connect(self.remove_attachment)
        self.chips.page_chosen.connect(self.page_chosen)

    @property
    def text(self) -> str:
        return self.input.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text and put the cursor at its end."""
        self.input.setPlainText(text)
        self.input.moveCursor(self.input.textCursor().MoveOperation.End)

    @property
    def waits_to_send(self) -> bool:
        """Whether the question is sent as soon as its pictures are read."""
        return self._sends_when_read and self.chips.reading

    def show_microphone_open(self, microphone_open: bool) -> None:
        """Hands-free: highlight the composer while the microphone is open."""
        if self.property("listening") != microphone_open:
            self.setProperty("listening", microphone_open)
            repolish(self)

    def use_model(self, host: ModelHost) -> None:
        """Where it understands only English, the default question about pictures is not translated; where it reads only
        text, no picture is asked for."""
        self._english_only, self._supports_images = host.english_only, host.supports_images
        self.refresh()

    def submit(self) -> None:
        """Send what is there, as soon as its pictures are read; pictures alone are described, documents summarized."""
        if self.before_submit():
            return
        self._sends_when_read = self.chips.reading
        text = self.text.strip()
        if not text and self.chips.attachments:
            question = _usual_question(self.chips.attachments)
            text = question if self._english_only else _(question)
        if text and not self.chips.reading:
            self.send.emit(text)

    def show_question(self, text: str, attachments: Sequence[AttachmentItem]) -> None:
        """Show another conversation's draft."""
        self._sends_when_read = False
        self.set_text(text)
        self.show_attachments(attachments)

    def show_attachments(self, attachments: Sequence[AttachmentItem]) -> None:
        """These pictures; once all are read, what waits for them is sent."""
        was_reading = self.chips.reading
        self.chips.show_items(one_a_clip(attachments))
        self.refresh()
        if was_reading and self._sends_when_read and not self.chips.reading:
            self.submit()

    def show_state(self, answering: bool, editing: bool, queued: Sequence[str], has_rest: bool) -> None:
        """`has_rest`: the last answer stopped before its end."""
        self._answering, self._editing, self._has_rest = answering, editing, has_rest
        self.strips.show_notices(editing=editing, queued=queued)
        self.refresh()

    def refresh(self) -> None:
        """Update the buttons and the placeholder."""
        self.stop_button.setVisible(self._answering)
        can_send = bool(self.text.strip() or self.chips.chips)
        self.send_button.setEnabled(can_send)
        self.send_button.setVisible(can_send or not self._answering)
        name, tip = (
            (_("Ask next"), _("Ask when this answer is done (Enter)"))
            if self._answering
            else (_("Send"), _("Send (Enter)"))
        )
        self.send_button.setAccessibleName(name)
        self.send_button.setToolTip(plain_tip(tip))
        if self.chips.attachments:
            words = _invitation(self.chips.attachments)
        elif self._answering:
            words = _("Ask your next question")
        elif self._has_rest:
            words = _("Press Enter to continue the answer, or ask your next question")
        else:
            words = (
                _("Ask anything, or drop a picture or document here")
                if self._supports_images
                else _("Ask anything, or drop a document here")
            )
        self.input.invite(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.input and isinstance(event, QFocusEvent):
            self.setProperty("focused", "true" if event.gotFocus() else "false")
            repolish(self)
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        if not self._has_rest or self.text.strip() or self.chips.chips:
            self.submit()
        elif not self.before_submit():
            self.continue_requested.emit()

    def _changed(self) -> None:
        self.refresh()
        self.text_changed.emit()

    def _escape(self) -> None:
        if self._editing and not self._answering:
            self.leave_edit.emit()
        elif self._answering:
            self.stop.emit()

    def _up(self) -> None:
        if not self.chips.chips:
            self.edit_last.emit()


def _invitation(attachments: Sequence[Attachment]) -> str:
    if clips := len({attachment.clip for attachment in attachments if attachment.clip is not None}):
        return ngettext(
            "Ask about the video, or press Enter to be told what happens in it",
            "Ask about the videos, or press Enter to be told what happens in them",
            clips,
        )
    if attachments and all(map(_is_recording, attachments)):
        return ngettext(
            "Ask about the recording, or press Enter to be told what is to be heard",
            "Ask about the recordings, or press Enter to be told what is to be heard",
            len(attachments),
        )
    documents = sum(attachment.document is not None for attachment in attachments)
    if documents:
        return ngettext(
            "Ask about the document, or press Enter to have it summarized",
            "Ask about the documents, or press Enter to have them summarized",
            documents,
        )
    return ngettext(
        "Ask about the picture, or press Enter to have it described",
        "Ask about the pictures, or press Enter to have them described",
        len(attachments),
    )


def _usual_question(attachments: Sequence[Attachment]) -> str:
    """For what is attached without a question."""
    if any(attachment.clip is not None for attachment in attachments):
        return TELL
    if attachments and all(map(_is_recording, attachments)):
        return HEAR
    if any(attachment.document is not None for attachment in attachments):
        return SUMMARIZE
    return DESCRIBE if len(attachments) == 1 else DESCRIBE_ALL


def _is_recording(attachment: Attachment) -> bool:
    return attachment.document is not None and attachment.document.kind == "sound"
