"""What the header of an embedding model's file says about its vectors."""

from __future__ import annotations

import hashlib

from fanlight.domain.errors import ModelBroken, ModelError
from fanlight.domain.os_errors import os_reason
from fanlight.gguf.check import Checked
from fanlight.gguf.header import Header
from fanlight.i18n import _

LEAST_SIMILARITY = "fanlight.least_similarity"
"""Key of the similarity of words and a picture from which on the picture counts as found; other models have none."""
_READ = 65_536
_POOLINGS = ("none", "mean", "cls", "last", "rank")
"""By llama.cpp's numbers."""


def space_of(checked: Checked) -> str:
    """The name of the space of its vectors: those of other files cannot be compared with them. Raises ModelError."""
    headers = [header for header in (checked.model, checked.projector) if header is not None]
    return " ".join([checked.model.name, *(_fingerprint(header) for header in headers)])


def least_similarity_of(header: Header) -> float:
    return header.get(LEAST_SIMILARITY, -1.0)


def check_pooling(header: Header) -> None:
    """Raises ModelError for a model whose vectors are pooled in another way than by the last token: a picture and its
    words are evaluated in several steps, and only the last token has seen all of them."""
    kind = header.own("pooling_type", -1)
    name = _POOLINGS[kind] if 0 <= kind < len(_POOLINGS) else ""
    if name in ("mean", "cls", "rank"):
        raise ModelError(
            _("{file} pools its vectors by “{kind}”, which Fanlight cannot use for pictures.").format(
                file=header.path.name, kind=name
            ),
            no_embedder_hint(),
        )


def _fingerprint(header: Header) -> str:
    """Of its last weights, and its size: a file of gigabytes is not read for this."""
    try:
        with header.path.open("rb") as file:
            file.seek(max(0, header.file_bytes - _READ))
            return hashlib.sha256(file.read() + str(header.file_bytes).encode()).hexdigest()[:16]
    except OSError as error:
        raise ModelBroken(
            _("{file} cannot be read: {reason}.").format(file=header.path.name, reason=os_reason(error))
        ) from error


def no_embedder_hint() -> str:
    return _("Choose a multimodal embedding model in the settings, or none: pictures are found by their words then.")
