"""The access token for the hub that the user has entered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.core.downloads.order_process import OrderProcess
from fanlight.domain.downloads import is_token
from fanlight.domain.errors import FanlightError
from fanlight.domain.hub import TokenOrder, is_kept, token_order_line


class HubToken(QObject):
    """In memory for this run, and in the system's keyring where there is one. A process of its own writes it there: the
    packages of keyrings are not loaded here."""

    kept = Signal(bool)
    """Whether it is in the keyring; False: until Fanlight ends."""

    def __init__(self, endpoint: Callable[[], str], parent: QObject | None = None) -> None:
        """`endpoint` is that of the hub; it may raise FanlightError."""
        super().__init__(parent)
        self._endpoint = endpoint
        self._token = ""
        self._order = OrderProcess(self)
        self._order.answered.connect(self._on_answered)

    def read(self) -> str:
        """What was entered in this run; "" for nothing."""
        return self._token

    def enter(self, text: str) -> bool:
        """Whether it can be a token; then `kept` follows."""
        if not is_token(token := text.strip()):
            return False
        self._token = token
        try:
            order = TokenOrder(self._endpoint(), token)
        except (FanlightError, ValueError):
            self.kept.emit(False)
            return True
        self._order.start(token_order_line(order))
        return True

    def stop(self) -> None:
        """`kept` does not follow."""
        self._order.stop()

    def _on_answered(self, written: bytes) -> None:
        self.kept.emit(is_kept(written))
