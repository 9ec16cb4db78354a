"""The access token for the hub that the user has entered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, Signal

from fanlight.core.downloads.fetch_process import quiet_process
from fanlight.domain.downloads import is_token
from fanlight.domain.errors import FanlightError
from fanlight.domain.hub import TokenOrder, is_kept, token_order_line
from fanlight.fetch.launching import fetch_command


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
        self._process: QProcess | None = None

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
        self._start(order)
        return True

    def stop(self) -> None:
        """`kept` does not follow."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.kill()
            process.waitForFinished(1_000)

    def _start(self, order: TokenOrder) -> None:
        self.stop()
        process = self._process = quiet_process(self)
        process.finished.connect(self._on_finished)
        program, *arguments = fetch_command()
        process.start(program, arguments)
        process.write(token_order_line(order).encode() + b"\n")
        if not process.waitForStarted():
            self._on_finished()

    def _on_finished(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            answer = bytes(process.readAllStandardOutput().data())
            process.deleteLater()
            self.kept.emit(is_kept(answer))
