"""Whether a text that another program offers as selected can be used."""

from __future__ import annotations

from fanlight.domain.desktop_errors import SelectionError
from fanlight.domain.selected_text import LONGEST_SELECTION
from fanlight.domain.unicode import well_formed
from fanlight.i18n import _, format_number


def nothing_selected() -> SelectionError:
    return SelectionError(
        _("No text is selected in the program you are in."), _("Select some text there, and press the key again.")
    )


def checked_text(text: str) -> str:
    """As it is used. Raises SelectionError."""
    text = well_formed(text.replace("\r\n", "\n").replace("\0", ""))
    if not text.strip():
        raise nothing_selected()
    if len(text) > LONGEST_SELECTION:
        raise SelectionError(
            _("The selected text has {count} characters; Fanlight takes up to {most}.").format(
                count=format_number(len(text)), most=format_number(LONGEST_SELECTION)
            ),
            _("Select less of it. Files can be dropped on Fanlight's window."),
        )
    return text
