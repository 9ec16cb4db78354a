"""Markdown as it is spoken: an answer that arrives in pieces becomes sentences, each as soon as it is complete.

Where the pieces are cut makes no difference. A line counts as text from its first sentence on; what may still be a
table, a heading or code waits for the end of its line. Code and tables are announced, not read.

Inline marks are parsed by the parser of `markdown` (`spoken_inline`). Blocks are not: `markdown.stream` commits a
paragraph when it is closed, while its first sentence is spoken before that, for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fanlight.i18n import N_, texts_in
from fanlight.synthesis import sentences
from fanlight.synthesis.answer_language import LanguageOfAnswer
from fanlight.synthesis.spoken_formula import closes_formula, opens_formula, spoken_formula
from fanlight.synthesis.spoken_inline import SentenceReader
from fanlight.synthesis.spoken_lines import (
    DEFINITION,
    DELIMITERS,
    FENCE,
    HEADING,
    INDENTED,
    ITEM,
    RULE,
    MarkdownLine,
    unquoted,
)

ITEM_PAUSE, PARAGRAPH_PAUSE, HEADING_PAUSE = 0.25, 0.4, 0.6
"""Seconds of silence after the last sentence of each."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """The text that is synthesized at once, the silence after it in seconds, and its language ("de"; "" where that is
    not known)."""

    text: str
    pause_seconds: float = 0.0
    language: str = ""


class SpokenText:
    """`feed` returns the sentences that are complete now, `finish` the rest."""

    def __init__(self, language: str = "") -> None:
        """`language`: that of the question, which counts until the answer shows its own; "" where it is not known."""
        self._languages = LanguageOfAnswer(language)
        self._reader = SentenceReader()
        self._open = False  # a paragraph has begun and not ended
        self._indent = 0  # where the text of the item that is open begins in its line
        self._formula = ""  # of several lines, so far
        self._sentences: list[SpokenSentence] = []
        self._line = ""  # the line that is being written, or what of it is not in the paragraph yet
        self._running = False  # the line is known to be text, and its text goes into the paragraph as it comes
        self._text = ""  # of the open paragraph, from its first sentence that was not returned
        self._begun = ""  # goes before the paragraph's first sentence: an item's number
        self._item = self._after_blank = False
        self._in_list = False
        self._held: str | None = None  # a whole line that may be a table's header
        self._fence = ""
        self._lines = 0  # of the open code block
        self._blanks = 0  # at its end, which count only when more code follows
        self._block: Literal["", "fence", "indented", "table", "formula"] = ""

    def feed(self, text: str) -> list[SpokenSentence]:
        *lines, rest = text.replace("\r", "").split("\n")
        for line in lines:
            self._line += line
            self._end_line()
        self._line += rest
        self._peek_line()
        return self._pop_sentences()

    def finish(self) -> list[SpokenSentence]:
        """The last sentences; no more text will come."""
        if self._line or self._running:
            self._end_line()
        if self._held is not None:
            self._release_held()
        self._close_block()
        self._flush(PARAGRAPH_PAUSE)
        return self._pop_sentences()

    def _pop_sentences(self) -> list[SpokenSentence]:
        ready, self._sentences = self._sentences, []
        return ready

    # Lines.

    def _peek_line(self) -> None:
        """Read the complete sentences of the unfinished line, once it can be nothing but text."""
        if not self._running and not self._block_goes_on(self._line):
            line = self._classify(self._line)
            inner = self._classify(line.rest) if line.kind == "item" else line
            if inner.kind == "text" and _is_text(line.rest):
                self._begin_text(line)
                self._running, self._line = True, line.rest
        if self._running:
            self._text, self._line = self._text + self._line, ""
            self._split_sentences()

    def _end_line(self) -> None:
        line, self._line = self._line, ""
        if self._running:
            self._running = False
            self._text += line + "\n"
            self._split_sentences()
        elif not self._inside_block(line):
            self._read_line(line)

    def _block_goes_on(self, line: str) -> bool:
        """Whether this beginning of a line may belong to an open block."""
        match self._block:
            case "fence" | "formula":
                return True
            case "indented":
                return not line.strip() or bool(INDENTED.match(line))
            case "table":
                return not _is_text(line)
            case _:
                return False

    def _inside_block(self, line: str) -> bool:
        """Whether this line belongs to an open block, which it may end."""
        match self._block:
            case "fence":
                bare = line.strip().removeprefix(">").strip()
                if bare.startswith(self._fence) and set(bare) == {self._fence[0]}:
                    self._close_block()
                else:
                    self._lines += 1
                return True
            case "formula":
                self._formula += f"{unquoted(line)}\n"
                if not line.strip() or closes_formula(self._formula):
                    self._close_block()
                return bool(line.strip())
            case "indented" if not line.strip():
                self._blanks += 1
                return True
            case "indented" if INDENTED.match(line):
                self._lines, self._blanks = self._lines + self._blanks + 1, 0
                return True
            case "table" if "|" in line and not _is_text(line):
                self._lines += 1
                return True
        return False

    def _read_line(self, whole: str) -> None:
        """A line outside of any block."""
        if self._held is not None and DELIMITERS.fullmatch(unquoted(whole)):
            self._held = None
            self._flush(PARAGRAPH_PAUSE)
            self._block, self._lines = "table", 0
            return
        line = self._classify(whole)
        if line.kind == "text" and "|" in line.rest and not _is_text(line.rest):
            if self._held is not None:
                self._release_held()
            self._close_block()
            self._held = whole
            return
        self._begin(line)

    def _begin(self, line: MarkdownLine) -> None:
        if line.kind in ("text", "item"):
            self._begin_text(line)
            if line.kind == "item" and (inner := self._classify(line.rest)).kind in (
                "fence",
                "heading",
                "item",
                "formula",
            ):
                self._begin(inner)
            else:
                self._text += line.rest + "\n"
                self._split_sentences()
            return
        if self._held is not None:
            self._release_held()
        self._close_block()
        number = self._begun if line.kind == "formula" and not self._text.strip() else ""
        self._flush(PARAGRAPH_PAUSE)
        self._after_blank = line.kind == "blank"
        match line.kind:
            case "fence":
                self._block, self._fence, self._lines = "fence", line.mark, 0
            case "code":
                self._block, self._lines, self._blanks = "indented", 1, 0
            case "formula":
                self._block, self._formula, self._begun = "formula", f"{line.rest}\n", number
                if closes_formula(self._formula):
                    self._close_block()
            case "heading":
                self._in_list = False
                self._text = line.rest
                self._flush(HEADING_PAUSE)

    def _begin_text(self, line: MarkdownLine) -> None:
        """End what the line ends, and note its marker, before its text is added to the paragraph."""
        if self._held is not None:
            self._release_held()
        self._close_block()
        if line.kind == "item":
            self._flush(ITEM_PAUSE)
            self._begun, self._item, self._in_list, self._indent = line.mark, True, True, line.indent
        elif self._after_blank and not line.rest[:1].isspace():
            self._in_list = False
        self._after_blank, self._open = False, True

    def _release_held(self) -> None:
        """Treat the held line as text: it was not a table's header."""
        held, self._held = self._held or "", None
        line = self._classify(held)
        self._begin_text(line)
        self._text += line.rest + "\n"
        self._split_sentences()

    def _classify(self, whole: str) -> MarkdownLine:
        line = unquoted(whole)
        if not line.strip():
            return MarkdownLine("blank")
        fence = FENCE.fullmatch(line)
        if fence and not (fence[1][0] == "`" and "`" in fence[2]):
            return MarkdownLine("fence", mark=fence[1])
        if INDENTED.match(line) and not self._in_list and not self._open and self._held is None:
            return MarkdownLine("code")
        if heading := HEADING.fullmatch(line):
            return MarkdownLine("heading", heading[1])
        if RULE.fullmatch(line) or DELIMITERS.fullmatch(line):
            return MarkdownLine("rule")
        if DEFINITION.match(line):
            return MarkdownLine("definition")
        if opens_formula(line):
            return MarkdownLine("formula", line)
        if (item := ITEM.match(line)) and not self._goes_on_with(item):
            number = f"{item[1]}: " if item[1] else ""
            task = (item[2] or "").strip()
            text = N_("To do:") if task == "[ ]" else N_("Done:")
            mark = f"{number}{texts_in(self._languages.usual).gettext(text)} " if task else number
            return MarkdownLine("item", line[item.end() :], mark, item.end())
        return MarkdownLine("text", line)

    def _goes_on_with(self, item: re.Match[str]) -> bool:
        """Whether a number at a line's start goes on with the paragraph, as "1990." does: only 1 begins one there."""
        if not item[1] or int(item[1]) == 1 or not (self._open or self._held is not None):
            return False
        return not self._item or len(item[0]) - len(item[0].lstrip()) >= self._indent

    # Sentences.

    def _close_block(self) -> None:
        block, self._block = self._block, ""
        count, language = self._lines, self._languages.usual
        texts = texts_in(language)
        match block:
            case "":
                return
            case "table":
                text = texts.ngettext("Table, {count} row.", "Table, {count} rows.", count).format(count=count)
            case "formula":
                formula = spoken_formula(self._formula if closes_formula(self._formula) else "", texts)
                text, self._begun = self._begun + formula, ""
            case _:
                text = texts.ngettext("Code, {count} line.", "Code, {count} lines.", count).format(count=count)
        self._sentences.append(SpokenSentence(text, PARAGRAPH_PAUSE, language))

    def _split_sentences(self) -> None:
        while found := sentences.first_end(self._text):
            self._add_sentence(self._text[: found.end], 0.0)
            self._text = self._text[found.next :]

    def _flush(self, pause: float) -> None:
        """End the paragraph."""
        self._text = self._text.rstrip()
        while found := sentences.first_end(self._text, over=True):
            self._add_sentence(self._text[: found.end], 0.0)
            self._text = self._text[found.next :]
        text, self._text = self._text, ""
        self._add_sentence(text, ITEM_PAUSE if self._item and pause == PARAGRAPH_PAUSE else pause, last=True)
        self._begun, self._item, self._open = "", False, False
        self._reader = SentenceReader()

    def _add_sentence(self, raw: str, pause: float, last: bool = False) -> None:
        language = self._languages.of_sentence(raw)
        if words := self._reader.spoken_words(raw, last, texts_in(language)):
            self._sentences.append(SpokenSentence(self._begun + words, pause, language))
            self._begun = ""


def _is_text(line: str) -> bool:
    """Whether the beginning of a line cannot be a table's any more: it has a sentence before any bar."""
    found = sentences.first_end(line)
    return found is not None and "|" not in line[: found.end]
