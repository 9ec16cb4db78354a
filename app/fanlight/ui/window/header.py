"""The bar above the conversation: the model, the conversation's menu and the window's buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from fanlight.core.chat.model_host import ModelHost
from fanlight.domain.models import ModelSpec
from fanlight.i18n import _
from fanlight.ui.controls import label, push, tool
from fanlight.ui.models.menu import ModelMenu
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.widgets.shortcuts import shown_keys


class HeaderBar(QFrame):
    sidebar = Signal()
    settings = Signal()
    rename = Signal()
    export = Signal()
    copy = Signal()
    """The conversation, as Markdown."""
    tags = Signal()
    """To be chosen."""
    archive = Signal()
    """Or bring back."""
    delete = Signal()
    not_kept_clicked = Signal()

    def __init__(
        self, host: ModelHost, models: Callable[[], Sequence[ModelSpec]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.model_menu = ModelMenu(host, models)
        self.sidebar_button = tool(
            "sidebar", _("Show or hide conversations"), _("Conversations ({keys})").format(keys=shown_keys("sidebar"))
        )
        self.more_button = tool("more", _("Rename, tag, export, archive, or delete this conversation; notes"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.settings_button = tool(
            "settings", _("Settings"), _("Settings ({keys})").format(keys=shown_keys("settings"))
        )
        self.not_kept_button = push(_("Not Being Kept"), "warning", "danger")
        self.not_kept_button.setAccessibleDescription(_("Says why conversations are not being kept, and tries again"))
        self.not_kept_button.clicked.connect(self.not_kept_clicked)
        self.not_kept_button.hide()
        self.private_label = label(_("Private"), "private")
        self.private_label.setToolTip(
            plain_tip(_("Nothing of this conversation is kept; it is gone when Fanlight ends."))
        )
        self.private_label.hide()
        self.archived_label = label(_("Archived"), "private")
        self.archived_label.setToolTip(plain_tip(_("It is not in the list. A new question brings it back.")))
        self.archived_label.hide()
        self.menu = self._make_menu()
        self.more_button.setMenu(self.menu)
        self.sidebar_button.clicked.connect(self.sidebar)
        self.settings_button.clicked.connect(self.settings)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 10, 6)
        row.addWidget(self.sidebar_button)
        row.addWidget(self.model_menu)
        row.addStretch(1)
        row.addWidget(self.private_label)
        row.addWidget(self.archived_label)
        row.addWidget(self.not_kept_button)
        row.addWidget(self.more_button)
        row.addWidget(self.settings_button)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self.more_button)
        rename, tags, export, copy = (
            menu.addAction(plain_caption(text))
            for text in (_("Rename"), _("Tags…"), _("Export…"), _("Copy as Markdown"))
        )
        menu.addSeparator()
        self.notes_switch = menu.addAction(_("Put Notes Before It"))
        self.notes_switch.setCheckable(True)
        self.notes_action = menu.addAction(_("Edit Notes…"))
        menu.addSeparator()
        self.archive_action = menu.addAction(_("Archive"))
        delete = menu.addAction(_("Delete"))
        self._saved_actions = (rename, tags, export, copy, self.archive_action, delete)
        signals = (self.rename, self.tags, self.export, self.copy, self.archive, self.delete)
        for action, signal in zip(self._saved_actions, signals, strict=True):
            action.triggered.connect(signal)
        return menu

    def show_archived(self, archived: bool) -> None:
        self.archived_label.setVisible(archived)
        self.archive_action.setText(_("Unarchive") if archived else _("Archive"))

    @property
    def has_saved(self) -> bool:
        """Whether what needs a saved conversation can be chosen."""
        return all(action.isEnabled() for action in self._saved_actions)

    def show_saved(self, saved: bool) -> None:
        for action in self._saved_actions:
            action.setEnabled(saved)
