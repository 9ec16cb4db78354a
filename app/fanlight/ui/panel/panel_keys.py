"""The keys of a quick panel that has the keyboard. Letters go into its line, so that nothing typed by mistake acts:
what acts is held with Alt or Ctrl."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from fanlight.core.panel.panel_session import ESCAPE
from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.domain.actions import Subject
from fanlight.i18n import _

ASK, COPY, TALK, WINDOW, PIN, REGION = "acmops"
"""With Alt, as the letters and digits of the quick actions."""
COPY_PICTURE, SAVE_PICTURE, REDACT_PICTURE = "Ctrl+Shift+C", "Ctrl+S", "Ctrl+R"


def panel_key(event: QKeyEvent) -> str:
    """A letter or digit that is pressed with Alt, ESCAPE, or a key for the picture; "" for any other."""
    modifier = Qt.KeyboardModifier
    if event.key() == Qt.Key.Key_Escape:
        return ESCAPE
    match event.modifiers() & ~modifier.KeypadModifier:
        case modifier.AltModifier:
            return latin_key(event)
        case modifier.ControlModifier if latin_key(event) == "s":
            return SAVE_PICTURE
        case modifier.ControlModifier if latin_key(event) == "r":
            return REDACT_PICTURE
        case held if held == modifier.ControlModifier | modifier.ShiftModifier and latin_key(event) == "c":
            return COPY_PICTURE
    return ""


def is_talk_key(event: QKeyEvent) -> bool:
    """It is held to speak."""
    return panel_key(event) == TALK


def is_typed(event: QKeyEvent) -> bool:
    """Whether it writes something."""
    modifier = Qt.KeyboardModifier
    plain = not event.modifiers() & (modifier.ControlModifier | modifier.AltModifier | modifier.MetaModifier)
    return plain and event.text().isprintable() and bool(event.text())


def shown_key(key: str) -> str:
    """A combination, or a letter's with Alt, as this system writes it."""
    combination = key if "+" in key else f"Alt+{key}"
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(text: str, keys: Sequence[str]) -> str:
    """ "Explain (Alt+E or Alt+1)"."""
    match keys:
        case [key]:
            return _("{label} ({key})").format(label=text, key=shown_key(key))
        case [key, other]:
            return _("{label} ({key} or {other})").format(label=text, key=shown_key(key), other=shown_key(other))
    return text


def keys_description(keys: Sequence[str]) -> str:
    match keys:
        case [key]:
            return _("Key {key}").format(key=shown_key(key))
        case [key, other]:
            return _("Key {key} or {other}").format(key=shown_key(key), other=shown_key(other))
    return ""


def keyboard_text(about: Subject, *, is_here: bool, trigger: str) -> str:
    """Who has the keyboard, and what that means; `trigger` is the panel's shortcut, "" for none."""
    if is_here:
        text = (
            _("Type to ask, {alt} and a letter to act, Esc to forget the capture.")
            if about == "capture"
            else _("Type what to do with the text, {alt} and a letter to act, Esc to forget it.")
        )
        return text.format(alt=shown_key("A").rstrip("A+"))
    if trigger:
        return _("The program below has the keyboard. {shortcut}, or a click into the line, brings it here.").format(
            shortcut=trigger
        )
    return _("The program below has the keyboard. A click into the line brings it here.")
