"""Keys of servers of the user's own, which the user has entered."""

from __future__ import annotations

from collections.abc import MutableMapping

from PySide6.QtCore import QObject, Signal

from fanlight.core.downloads.order_process import OrderProcess
from fanlight.domain.hub import TokenOrder, is_kept, token_order_line


class ServerKeys(QObject):
    """In memory for this run, and in the system's keyring where there is one; a process of its own writes it there."""

    kept = Signal(bool)
    """Whether the last one is in the keyring; False: until Fanlight ends."""

    def __init__(self, entered: MutableMapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entered = entered
        self._order = OrderProcess(self)
        self._order.answered.connect(lambda written: self.kept.emit(is_kept(written)))

    def enter(self, address: str, key: str) -> None:
        """`kept` follows. Raises ValueError for what is no key."""
        order = TokenOrder(address, key)
        self._entered[address] = key
        self._order.start(token_order_line(order))

    def stop(self) -> None:
        """`kept` does not follow."""
        self._order.stop()
