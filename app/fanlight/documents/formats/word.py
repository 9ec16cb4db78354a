"""Texts of Word (.docx), which mammoth converts."""

from __future__ import annotations

import io

from fanlight.documents.formats.markup import markdown_of
from fanlight.documents.formats.pages import TextPages
from fanlight.domain.document_errors import DocumentPartMissing


def add_word(data: bytes, pages: TextPages) -> None:
    """Raises DocumentPartMissing, and whatever mammoth raises for what is damaged."""
    try:
        import mammoth
    except ImportError as error:
        raise DocumentPartMissing(str(error)) from error
    converted = mammoth.convert_to_html(
        io.BytesIO(data), convert_image=mammoth.images.img_element(lambda _image: {}), include_embedded_style_map=False
    )
    pages.add_text(markdown_of(converted.value))
