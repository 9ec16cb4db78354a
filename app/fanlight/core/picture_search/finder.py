"""What the thread of picture search owns: the index, and the embedder as long as it is needed."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.domain.errors import FanlightError, ModelError, PictureError
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import (
    IndexProgress,
    KnownPicture,
    PicturePlace,
    PictureResult,
    UnreadPicture,
    Vector,
)
from fanlight.domain.ports import Embedder
from fanlight.domain.search import QUOTES, parse_query
from fanlight.domain.search_filters import split_filters
from fanlight.domain.stop import StopFlag

if TYPE_CHECKING:
    from fanlight.store.picture_index import PictureIndex

log = logging.getLogger(__name__)

MOST_HITS = 60
_NO_QUOTES = dict.fromkeys(map(ord, QUOTES), " ")


def shown_words(text: str) -> str:
    """What a picture is to show: the search without filters, quotation marks, and words that are not wanted."""
    words = split_filters(text)[0].translate(_NO_QUOTES).split()
    return " ".join(word for word in words if not (word.startswith("-") and len(word) > 1))


@dataclass(frozen=True)
class EmbedderSource:
    """An embedder that can be loaded. `name` is its own, known without loading it."""

    name: str
    load: Callable[[StopFlag | None], Embedder]
    """Slow. Raises ModelError."""


class PictureFinder:
    """One thread opens, uses, and closes it. Without an embedder pictures are found by their words alone."""

    def __init__(
        self, index: PictureIndex, source: EmbedderSource | None, problem: FanlightError | None = None
    ) -> None:
        """`problem`: why the embedder cannot be used. Raises StoreError."""
        self._index, self._source, self.problem = index, source, problem
        self._embedder: Embedder | None = None

    @property
    def can_see(self) -> bool:
        return self._source is not None and self.problem is None

    def find(self, text: str, stop: StopFlag | None = None) -> PictureResult:
        """The best for these words, and filters of time. Raises StoreError."""
        query = parse_query(text)
        filters = query.filters
        of_conversations = (
            filters.wants_model or filters.wants_tag
            or any(one is not None for one in (filters.is_pinned, filters.is_archived, filters.has_sound))
        )  # fmt: skip
        if not query.wanted or of_conversations:
            return PictureResult(progress=self.progress())
        words = shown_words(text)
        vector, least = self._vector_of(lambda embedder: embedder.embed_text(words, stop))
        hits = self._index.find(query, vector, least, MOST_HITS)
        return PictureResult(tuple(hits), self.progress(), by_sight=vector is not None)

    def find_similar(self, place: PicturePlace) -> PictureResult:
        """Raises StoreError."""
        return PictureResult(tuple(self._index.find_similar(place, MOST_HITS)), self.progress(), by_sight=True)

    def progress(self, *, reads_text: bool = False, reads_kept: bool = True) -> IndexProgress:
        """As `next_unread`."""
        return self._index.progress(vectors=self.can_see, texts=reads_text, kept_texts=reads_kept)

    def next_unread(self, *, reads_text: bool, reads_kept: bool = True) -> UnreadPicture | None:
        """`reads_text`: there is OCR; `reads_kept`: it may read kept pictures too. With another embedder
        than before, all pictures are unread."""
        if self.can_see and self._source is not None:
            self._index.use_space(self._source.name)
        return self._index.next_unread(vectors=self.can_see, texts=reads_text, kept_texts=reads_kept)

    def read(self, unread: UnreadPicture, image: Image | None, text: str | None, stop: StopFlag) -> bool:
        """Keep what is to be known of a picture; `image` is None for one that cannot be read. False when it was
        stopped: nothing is kept then."""
        if image is None and not unread.place.kept and not Path(unread.place.where).is_file():
            self._index.forget(unread.place)  # with a disk that is not there now; it is found again with it
            return True
        vector: Vector | None = None
        if unread.wants_vector:
            if image is None:
                vector = array("f")
            else:
                vector, _least = self._vector_of(lambda embedder: self._seen(embedder, image, stop))
            if vector is None and self.can_see:
                return False
        self._index.write(unread.place, vector, text)
        return True

    def forget(self, place: PicturePlace) -> None:
        """Until it is found again with what it belongs to."""
        self._index.forget(place)

    def sync(self, origin: str, pictures: Iterable[KnownPicture]) -> None:
        self._index.sync(origin, pictures)

    def keep_origins(self, origins: Iterable[str]) -> None:
        self._index.keep_origins(origins)

    def clear(self) -> None:
        self._index.clear()

    def close(self) -> None:
        if self._embedder is not None:
            self._embedder.close()
        self._index.close()

    def _seen(self, embedder: Embedder, image: Image, stop: StopFlag) -> Vector | None:
        try:
            return embedder.embed_picture(image, stop)
        except PictureError as error:  # this one alone
            log.info("a picture is left out: %s", error)
            return array("f")

    def _vector_of(self, embed: Callable[[Embedder], Vector | None]) -> tuple[Vector | None, float]:
        """And the similarity from which on something is found."""
        if not self.can_see:
            return None, 0.0
        assert self._source is not None
        try:
            if self._embedder is None:
                self._index.use_space(self._source.name)
                self._embedder = self._source.load(None)
            return embed(self._embedder), self._embedder.least_similarity
        except ModelError as error:
            log.warning("pictures are found by their words alone: %s", error)
            self.problem = error
            return None, 0.0
