"""Items of a batch that stand for several: one for each page, or for each file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fanlight.batch.items import BatchItem, RejectedItem
from fanlight.batch.picture_sources import PictureSource, find_pictures
from fanlight.domain.errors import FanlightError


def expanded(items: Sequence[BatchItem | RejectedItem]) -> Iterator[BatchItem | RejectedItem]:
    """With an item for each page of a document, or for each file, where an item asks for that: its id is that of the
    item, and which page or file it is. Documents are read for it; slow."""
    for item in items:
        if isinstance(item, RejectedItem) or item.each == "":
            yield item
            continue
        try:
            sources = [found for name in item.images for found in find_pictures(name, item.folder)]
        except FanlightError as error:
            yield RejectedItem(item.id, error.text)
            continue
        for number, source in enumerate(sources, 1):
            name = f"{item.id}/{number}" if len(sources) > 1 else str(item.id)
            yield from _of_source(item, source, name)


def _of_source(item: BatchItem, source: PictureSource, name: str) -> Iterator[BatchItem | RejectedItem]:
    from fanlight.documents.files import is_document, read_document

    written = str(source.path) if source.path is not None else ""
    if not written:  # a data: address, which is one picture
        yield replace(item, id=name, each="")
    elif source.page is not None:
        yield replace(item, id=f"{name}#{source.page}", images=(f"{written}#{source.page}",), each="")
    elif item.each == "page" and source.path is not None and is_document(source.path, source.name):
        try:
            count = read_document(source.path).page_count
        except FanlightError as error:
            yield RejectedItem(name, error.text)
            return
        for page in range(1, count + 1):
            yield replace(item, id=f"{name}#{page}", images=(f"{written}#{page}",), each="")
    else:
        yield replace(item, id=name, images=(written,), each="")
