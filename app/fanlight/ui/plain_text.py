"""Text that people, files and models wrote, for the parts of Qt that guess what a text is.

A tooltip, a QLabel and a QMessageBox take a text that looks like HTML for HTML, and load the pictures it names; a
button and a menu take "&" for the mark of a shortcut, a window's title "[*]" for that of a change.
tests/ui/test_plain_text.py finds texts that reach them in other ways than by these functions, `controls.label` and
`controls.message_box`.
"""

from __future__ import annotations

import re

from PySide6.QtGui import Qt

from fanlight.i18n import _


def plain_tip(text: str) -> str:
    """For `setToolTip` and its like: shown as it is written."""
    if not Qt.mightBeRichText(text):
        return text
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal)


def plain_caption(text: str) -> str:
    """For a button, a menu's line, a check box, a tab."""
    return text.replace("&", "&&")


def plain_title(text: str) -> str:
    """For `setWindowTitle`: one line."""
    return " ".join(text.split()).replace("[*]", "[*][*]")


def with_quoted_code(text: str) -> str:
    """For a text that marks commands with backticks, as a terminal's reader expects: in quotation marks."""
    return re.sub(r"`([^`\n]+)`", lambda found: _("“{command}”").format(command=found[1]), text)
