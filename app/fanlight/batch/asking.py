"""What every command that asks shares: a question turned into messages, and how its answer has ended."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from fanlight.domain.errors import ImagesUnsupported, InputError
from fanlight.domain.events import Finished
from fanlight.domain.messages import DocumentPart, ImagePart, Message, TextPart
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.unicode import well_formed
from fanlight.gguf.pair import choose_projector
from fanlight.i18n import _

Tell = Callable[[str, str], object]
"""Called with a sentence and a hint, which may be "": what a person should know, and no error."""


def untold(_sentence: str, _hint: str = "") -> None:
    """A `Tell` for where nobody listens."""


def question_message(
    text: str, pictures: Sequence[ImagePart], spec: ModelSpec, sounds: Sequence[DocumentPart] = ()
) -> Message:
    """Raises InputError for an empty question, ImagesUnsupported for pictures that `spec` could not look at."""
    words = well_formed(text).strip()
    if not words:
        raise InputError(_("The question is empty."), _("Type what you want to know."))
    if pictures and not spec.supports_images:
        raise ImagesUnsupported(
            _("{model} does not support pictures, and the question has one.").format(model=spec.name),
            _projector_doubt(spec)
            or _("Choose a vision model. With `ask --ocr` a model gets the text that is read in pictures."),
        )
    return Message("user", (*sounds, *pictures, TextPart(words)))


def _projector_doubt(spec: ModelSpec) -> str:
    """Why a projector that fits is not used; ""."""
    return choose_projector(spec.source.model).doubt if isinstance(spec.source, ModelFiles) else ""


def system_messages(text: str | None) -> list[Message]:
    """The standing instruction as a message, or none."""
    return [Message.of("system", well_formed(text).strip())] if text and text.strip() else []


def is_complete(end: Finished | None) -> bool:
    """Whether the model ended the answer itself."""
    return end is not None and end.reason in ("end", "stop_string")


def timings(end: Finished) -> dict[str, Any]:
    """Seconds to the tenth of a millisecond, tokens as they are, and how the answer ended."""
    figures = dataclasses.asdict(end.timings) | {"tokens_per_second": end.timings.tokens_per_second}
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}
    return rounded | {"finished": end.reason}
