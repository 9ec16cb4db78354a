"""What another program offers, as Qt hands it over: bytes that nobody has looked at. (`QMimeData.setData` reads
addresses and writes them anew.)"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QMetaType, QMimeData


class ForeignMime(QMimeData):
    """`transferred`: the formats whose bytes were asked for."""

    def __init__(self, formats: Mapping[str, bytes]) -> None:
        super().__init__()
        self._formats = dict(formats)
        self.transferred: list[str] = []

    def formats(self) -> list[str]:
        return list(self._formats)

    def hasFormat(self, kind: str) -> bool:
        return kind in self._formats

    def retrieveData(self, kind: str, _type: QMetaType | QMetaType.Type) -> object:
        if kind not in self._formats:
            return None
        self.transferred.append(kind)
        return QByteArray(self._formats[kind])
