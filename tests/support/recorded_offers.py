"""What programs offered when it was tried under X11: Firefox 140 ESR, Chromium 150, LibreOffice 7.4, Thunar 4.18,
PCManFM 1.3, Dolphin 22.12, GTK 3. All of their formats, in their order, but for those that X itself adds; long contents
are shortened, and pictures are those of the other offers."""

from __future__ import annotations

import json
from pathlib import Path

from support.offers import BMP, OFFERS, PNG, Offer

_PICTURES = {"PNG": PNG, "BMP": BMP}


def recorded() -> tuple[Offer, ...]:
    found = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return tuple(
        Offer(
            one["program"],
            {kind: _bytes_of(content) for kind, content in one["formats"].items()},
            one["taken"],
            tuple(one["content"]),
        )
        for one in found
    )


def _bytes_of(content: str | dict[str, str]) -> bytes | str:
    match content:
        case {"picture": name}:
            return _PICTURES[name]
        case {"utf-16": text}:
            return text.encode("utf-16-le")
        case {"bytes": text}:
            return text.encode("latin-1")
    assert isinstance(content, str)
    return content


EVERY_OFFER = OFFERS + recorded()
