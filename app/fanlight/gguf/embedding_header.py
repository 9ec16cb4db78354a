"""What the header of an embedding model's file says about its vectors."""

from __future__ import annotations

from fanlight.domain.errors import ModelError
from fanlight.gguf.header import Header
from fanlight.i18n import _

LEAST_SIMILARITY = "fanlight.least_similarity"
"""Key of the similarity of words and a picture from which on the picture counts as found; other models have none."""
_POOLINGS = ("none", "mean", "cls", "last", "rank")
"""By llama.cpp's numbers."""


def space_of(header: Header) -> str:
    """The name of the space of its vectors: those of another file cannot be compared with them."""
    return f"{header.name} {header.tensor_bytes}"


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


def no_embedder_hint() -> str:
    return _("Choose a multimodal embedding model in the settings, or none: pictures are found by their words then.")
