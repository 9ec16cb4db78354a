"""The offer to load the model again, after a change of settings that takes effect only then."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.chat.model_host import ModelHost
from fanlight.i18n import _
from fanlight.ui.widgets.banner import Banner


class ReloadOffer(QObject):
    """Shown in `banner` while it is needed, unless it was dismissed or another offer took its place."""

    def __init__(self, host: ModelHost, banner: Banner) -> None:
        super().__init__(banner)
        self._host, self._banner = host, banner
        self._text = ""
        host.needs_reload_changed.connect(self._on_needs_reload_changed)
        self._on_needs_reload_changed(host.needs_reload)

    def _on_needs_reload_changed(self, needs_reload: bool) -> None:
        if needs_reload:
            self._text = _("The new settings take effect when the model is loaded again.")
            self._banner.offer(self._text, _("Load Again"), self._host.reload)
        elif self._text in self._banner.lines:
            self._banner.dismiss()
