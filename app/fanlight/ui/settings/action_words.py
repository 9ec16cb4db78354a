"""How the editor of the quick actions names them and their fields."""

from __future__ import annotations

from fanlight.domain.actions import RESERVED, Action
from fanlight.i18n import N_, _

PLACES = {
    "panel": N_("Panel"),
    "clipboard": N_("Panel and clipboard"),
    "window": N_("Fanlight's window"),
    "place": N_("The place of the text"),
}
ABOUT = {"capture": N_("Captures"), "selection": N_("Selected text")}
NEW = Action("", N_("New action"), prompt="What is in this picture?", reads_text=True)


def action_title(action: Action) -> str:
    """As a row of the list."""
    label = f"{action.shown_label}  ({action.key.upper()})" if action.key else action.shown_label
    if action.about == "selection":
        label = _("{label}, selected text").format(label=label)
    return _("{label}, hidden").format(label=label) if action.hidden else label


def key_hint() -> str:
    return _("One letter; the panel itself uses {keys}.").format(keys=", ".join(RESERVED))
