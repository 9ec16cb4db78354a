"""How each kind of block and of text looks in a QTextDocument, for a theme and a text size."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from fanlight.markdown.blocks import Block, TableRows
from fanlight.markdown.inline import FORMULA_STYLE
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.theme import Theme, body_font, code_font, scaled

if TYPE_CHECKING:
    from fanlight.core.chat.formula_typesetter import FormulaTypesetter

KIND = int(QTextFormat.Property.UserProperty) + 1
NEST = KIND + 1
MARKER = KIND + 2
"""Block properties that `BlockDecorations` paints from: the block's kind ("cell" where a table's line begins), nest and
marker."""
FORMULA, EM, HIDDEN = MARKER + 1, MARKER + 2, MARKER + 3
"""Properties of a formula's letters: its source, the size in which it is drawn, and whether that stands for them."""

CODE_HEAD, CODE_FOOT = 34, 11
CODE_SIDE = 14
CELL_PADDING = 7
ABOVE_FIRST = 2
"""What lies above the first line at least: the marks of capital letters reach into it."""
INDENT = 24

_X_HEIGHT = 0.473
"""Of the font of formulas (STIX Two Math), in em."""
_HEADING_SIZES = {1: 1.5, 2: 1.28, 3: 1.13}
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


def block_property(block: QTextBlock, name: int) -> str:
    """KIND, NEST or MARKER; "" where the block has none."""
    return str(block.blockFormat().property(name) or "")


class TextStyles:
    """Formats, made once and shared by all documents of one look."""

    def __init__(self, theme: Theme, text_size: int = 100, typesetter: FormulaTypesetter | None = None) -> None:
        """Without a `typesetter` formulas are shown as they were written."""
        self.theme, self.text_size, self.typesetter = theme, text_size, typesetter
        self._wrap_code = False
        self.body = body_font(text_size)
        self.code = code_font(text_size)
        self._chars: dict[tuple[str, int, bool, bool], QTextCharFormat] = {}
        self._blocks: dict[tuple[object, ...], QTextBlockFormat] = {}

    @property
    def wrap_code(self) -> bool:
        """Whether long lines of code are broken; otherwise they are scrolled."""
        return self._wrap_code

    @wrap_code.setter
    def wrap_code(self, wrap: bool) -> None:
        self._wrap_code = self.quiet._wrap_code = wrap
        for looks in (self, self.quiet):
            looks._blocks.clear()

    def px(self, pixels: float) -> int:
        return scaled(pixels, self.text_size)

    def char(self, style: str, op: Block | None = None, href: str = "", head: bool = False) -> QTextCharFormat:
        """The format of a run in block `op`, or in a table's cell (`head`: in its header)."""
        level, in_code = (op.level, op.kind in ("code", "code_end")) if op is not None else (0, False)
        key = (style, level, in_code, head)
        made = self._chars.get(key)
        if made is None:
            made = self._chars[key] = self._code_char(style) if in_code else self._text_char(style, level, head)
        if href:
            made = QTextCharFormat(made)
            made.setAnchor(True)
            made.setAnchorHref(href)
            made.setToolTip(plain_tip(href))
            made.setFontUnderline(True)
            made.setForeground(QColor(self.theme.link))
        return made

    @cached_property
    def _formula_pixels(self) -> float:
        """So that its small letters are about as tall as those of the text: fonts differ in them."""
        wanted = QFontMetricsF(self.body).xHeight() / _X_HEIGHT
        return min(max(wanted, self.body.pixelSize()), 1.2 * self.body.pixelSize())

    def _text_char(self, style: str, level: int, head: bool) -> QTextCharFormat:
        is_formula = style.endswith(FORMULA_STYLE)
        font = QFont(self.code if "c" in style or is_formula else self.body)
        larger = _HEADING_SIZES.get(level, 1.0) if level else 1.0
        font.setPixelSize(round(font.pixelSize() * larger))
        if "b" in style or level or head:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic("i" in style)
        font.setStrikeOut("s" in style)
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(QColor(self.theme.text))
        if "c" in style:
            made.setBackground(QColor(self.theme.code))
        if is_formula:
            made.setProperty(EM, self._formula_pixels * larger)
        return made

    def _code_char(self, style: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(self.code)
        made.setForeground(QColor(getattr(self.theme, f"code_{style}") if style else self.theme.text))
        return made

    def block(self, op: Block) -> QTextBlockFormat:
        key = (op.kind, op.nest, op.marker, op.gap, op.first)
        made = self._blocks.get(key)
        if made is None:
            made = self._blocks[key] = self._block(op)
        return made

    def _block(self, op: Block) -> QTextBlockFormat:
        made = QTextBlockFormat()
        made.setIndent(len(op.nest))
        made.setTopMargin(self.px(op.gap) if op.gap else 0)
        for name, value in ((KIND, op.kind), (NEST, op.nest), (MARKER, op.marker)):
            made.setProperty(name, value)
        proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        match op.kind:
            case "code":
                made.setLineHeight(125, proportional)
                made.setLeftMargin(self.px(CODE_SIDE))
                made.setRightMargin(self.px(CODE_SIDE))
                made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
                made.setNonBreakableLines(not self._wrap_code)  # CodeScrollBars
                made.setProperty(MARKER, op.marker if op.first else "")
                if op.first:
                    made.setTopMargin(made.topMargin() + self.px(CODE_HEAD))
                    made.setProperty(KIND, "code_first")
            case "code_end":
                made.setLineHeight(self.px(CODE_FOOT), fixed)
            case "rule":
                made.setLineHeight(self.px(3), fixed)
            case "heading":
                made.setLineHeight(115, proportional)
            case _:
                made.setLineHeight(112 if op.kind == "formula" else 132, proportional)
                if beyond := self._beyond_edge(op):
                    made.setLeftMargin(beyond)
                    made.setRightMargin(beyond)  # where the text runs from right to left
        return made

    def marker_edge(self, nest: str) -> int:
        """How far from the side the marker of an item ends."""
        return self.px(INDENT) * (nest.rindex("l") + 1) - self.px(6)

    def _beyond_edge(self, op: Block) -> int:
        """How much of an item's number would lie outside the text's column."""
        if "l" not in op.nest or not op.marker:
            return 0
        return max(0, ceil(QFontMetricsF(self.body).horizontalAdvance(op.marker)) - self.marker_edge(op.nest))

    @cached_property
    def blank(self) -> QTextBlockFormat:
        """For the empty block that a QTextDocument keeps after a table: almost no height."""
        made = QTextBlockFormat()
        made.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        return made

    @cached_property
    def lines(self) -> QTextBlockFormat:
        """For plain text."""
        made = QTextBlockFormat()
        made.setLineHeight(132, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        made.setProperty(KIND, "text")
        return made

    @cached_property
    def quiet(self) -> TextStyles:
        """For what is read beside the answer: smaller and muted."""
        return TextStyles(replace(self.theme, text=self.theme.muted), round(self.text_size * 0.93), self.typesetter)

    @cached_property
    def plain(self) -> QTextCharFormat:
        return QTextCharFormat()

    def cell(self, align: str, first: bool) -> QTextBlockFormat:
        """`first`: in the first column of a row that has a line above it."""
        made = QTextBlockFormat()
        made.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if align in _ALIGN:
            made.setAlignment(_ALIGN[align])
        made.setProperty(KIND, "cell" if first else "other_cell")
        return made

    def table(self, op: TableRows) -> QTextTableFormat:
        """No border-collapse: it lays out the whole table at every change (29 ms a row at 600 rows); `BlockDecorations`
        paints the lines between rows."""
        made = QTextTableFormat()
        made.setBorder(0)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        made.setCellSpacing(0)
        made.setCellPadding(self.px(CELL_PADDING))
        made.setLeftMargin(self.px(INDENT) * len(op.nest))
        made.setTopMargin(self.px(op.gap) if op.gap else 0)
        if op.head:
            made.setHeaderRowCount(1)
        if op.widths:
            made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            made.setColumnWidthConstraints(
                [QTextLength(QTextLength.Type.PercentageLength, width) for width in op.widths]
            )
        return made
