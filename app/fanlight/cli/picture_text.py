"""`fanlight ask --ocr`: a model that does not support pictures gets the text that is read in them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from fanlight import compose
from fanlight.cli.output import complain
from fanlight.domain.errors import ImagesUnsupported
from fanlight.domain.messages import Image
from fanlight.domain.models import ModelSpec
from fanlight.domain.reading import layout_text, with_text_read
from fanlight.i18n import _, ngettext


def question_with_text(question: str, images: Sequence[Image], spec: ModelSpec) -> str:
    """Raises ImagesUnsupported where no text is found, OcrError."""
    with closing(compose.load_reader()) as reader:
        texts = [text for image in images if (text := layout_text(reader.read(image)))]
    if not texts:
        raise ImagesUnsupported(
            _("{model} does not support pictures, and no text was found in what it was asked about.").format(
                model=spec.name
            )
        )
    told = ngettext(
        "{model} does not support pictures: it gets the text that was read in {count} picture.",
        "{model} does not support pictures: it gets the text that was read in {count} pictures.",
        len(texts),
    )
    complain(told.format(model=spec.name, count=len(texts)))
    return with_text_read(question.strip(), "\n\n".join(texts))
