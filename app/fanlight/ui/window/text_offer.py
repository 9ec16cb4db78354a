"""A picture for a model that does not support pictures: the offer to ask with the text in it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.chat.attachment_loader import AttachmentLoader
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.picture_texts import PictureTexts
from fanlight.i18n import _
from fanlight.ui.widgets.banner import Banner


class TextOffer(QObject):
    """Shown in `banner` until it is accepted or dismissed, or another model is open."""

    def __init__(self, loader: AttachmentLoader, texts: PictureTexts, host: ModelHost, banner: Banner) -> None:
        super().__init__(banner)
        self._texts, self._host, self._banner = texts, host, banner
        self._text = ""
        loader.images_unsupported.connect(self._offer)
        host.changed.connect(self._on_host_changed)

    def _offer(self, conversation: Conversation) -> None:
        self._text = _("This model does not support pictures. It can have the text that is read in them.")
        self._banner.offer(self._text, _("Read the Text"), lambda: self._texts.read_into(conversation.attachments))

    def _on_host_changed(self) -> None:
        if self._host.supports_images and self._text in self._banner.lines:
            self._banner.dismiss()
