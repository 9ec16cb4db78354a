"""The detail of a picture, in a menu that says what each takes: of its chip, and of the picture viewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from fanlight.catalog.download_requests import shown_about
from fanlight.core.chat.picture_costs import PictureCost, has_one_detail
from fanlight.domain.detail import Detail
from fanlight.i18n import N_, _, format_number, ngettext
from fanlight.ui.plain_text import plain_caption

_NAMES: dict[Detail, str] = {"low": N_("Low detail"), "normal": N_("Normal detail"), "high": N_("High detail")}


def add_details(
    menu: QMenu, current: Detail, costs: Mapping[Detail, PictureCost], choose: Callable[[Detail], object]
) -> None:
    """The current one is marked. Where the model has one detail, that is said instead."""
    menu.addSeparator()
    if has_one_detail(costs):
        tokens = costs[current].tokens
        text = ngettext(
            "This model sees each picture with {count} token",
            "This model sees each picture with {count} tokens",
            tokens,
        )
        menu.addAction(plain_caption(text.format(count=format_number(tokens)))).setEnabled(False)
        return
    group = QActionGroup(menu)
    for detail in _NAMES:
        action = menu.addAction(plain_caption(detail_text(detail, costs[detail])))
        action.setCheckable(True)
        action.setChecked(detail == current)
        action.setData(detail)
        group.addAction(action)
    group.triggered.connect(lambda action: choose(action.data()))


def detail_text(detail: Detail, cost: PictureCost) -> str:
    """Such as "Low detail: 512 × 384, 192 tokens, about 2 s"; what is not known is left out."""
    name, size = _(_NAMES[detail]), f"{format_number(cost.width)} × {format_number(cost.height)}"
    if not cost.tokens:
        return _("{detail}: {size}").format(detail=name, size=size)
    tokens = ngettext("{count} token", "{count} tokens", cost.tokens).format(count=format_number(cost.tokens))
    if not cost.seconds:
        text = _("{detail}: {size}, {tokens}")
        return text.format(detail=name, size=size, tokens=tokens)
    text = _("{detail}: {size}, {tokens}, about {time}")
    return text.format(detail=name, size=size, tokens=tokens, time=shown_about(cost.seconds))
