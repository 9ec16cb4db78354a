"""The language of each sentence of an answer, from the sentence alone or from those before it."""

from __future__ import annotations

from collections import Counter

from fanlight.domain.written_language import language_of


class LanguageOfAnswer:
    """`usual` is the language of most of the answer so far; at its beginning, that of the question."""

    def __init__(self, question: str) -> None:
        """`question`: the code of its language, "" where it is not known."""
        self._question = question
        self._letters = Counter[str]()

    @property
    def usual(self) -> str:
        return self._letters.most_common(1)[0][0] if self._letters else self._question

    def of_sentence(self, sentence: str) -> str:
        """Its code, the usual one where the sentence does not tell, "" where none does."""
        language = language_of(sentence, self.usual)
        if language:
            self._letters[language] += len(sentence)
        return language or self.usual
