"""Finds texts for people in the sources that are not marked for translation, by looking at the syntax tree.

Two nets: any literal that looks like prose, wherever it stands, unless its place says that no person reads it (the log,
a programming error, a query); and any literal at all where widgets, errors and the command line take their texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MARKS = {"_", "N_", "ngettext", "pgettext"}

SINKS: dict[str, tuple[int, ...]] = {
    "setText": (0,), "setToolTip": (0,), "setStatusTip": (0,), "setWhatsThis": (0,), "setWindowTitle": (0,),
    "setAccessibleName": (0,), "setAccessibleDescription": (0,), "setPlaceholderText": (0,), "setTitle": (0,),
    "setPrefix": (0,), "setSuffix": (0,), "setSpecialValueText": (0,), "setInformativeText": (0,), "setLabelText": (0,),
    "addAction": (0, 1), "addMenu": (0,), "addItem": (0,), "addButton": (0,), "addRow": (0,), "addTab": (1,),
    "QLabel": (0,), "QPushButton": (0,), "QCheckBox": (0,), "QRadioButton": (0,), "QAction": (0, 1), "QMenu": (0,),
    "QGroupBox": (0,), "QMessageBox": (1, 2), "getOpenFileName": (1, 3), "getOpenFileNames": (1, 3),
    "getSaveFileName": (1, 3), "showMessage": (0, 1),
    "TranscriptButton": (3, 4), "_action": (2, 3), "KeyEditor": (0,), "_combo": (0,),
    "label": (0,), "push": (0,), "tool": (1, 2), "FieldLabel": (0,), "offer": (0, 1), "announce": (1,),
    "setting": (1,), "complain": (0, 1), "print": (0,),
}  # fmt: skip
"""Functions that show a text, with the positions of their arguments that are texts."""

KEYWORDS = {"help", "description", "epilog", "title", "tip", "hint", "label", "message", "needs"}
"""Keyword arguments that are texts, of any call."""

UNSEEN = {
    "debug", "info", "warning", "error", "exception", "critical", "log",  # the log
    "ValueError", "TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "KeyError", "IndexError",
    "OSError", "ConnectionError", "TimeoutError", "LookupError", "AttributeError", "ImportError", "BrokenPipeError",
    "WindowDeclined", "_require", "_drop_caller", "execute", "executemany", "executescript",  # queries
    "compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer",  # patterns
    "setStyleSheet", "setObjectName", "setProperty", "cast", "TypeVar", "NewType", "Literal", "Thread", "dumps",
    "QFont", "getattr", "Formatter", "startswith", "endswith", "removeprefix", "removesuffix",
}  # fmt: skip
"""What is called with texts that no person reads."""

_PROSE = re.compile(r"[A-Za-z’']{2,}[,;:.]? [A-Za-z’']{2,}|^[A-Z].*[a-z]{2,}[.!?…]$")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"\s*(SELECT|INSERT|DELETE|UPDATE|CREATE|ALTER|PRAGMA)\b|\{%|(\$ )?(fanlight|sudo|pip|sh) \S")
NAMES = {"Fanlight", "fanlight", "GPU", "CPU", "JSON", "HEIC"}


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """Lines and texts."""
    yield from _Finder().found(ast.parse(source))


def unmarked_in(path: Path) -> list[str]:
    return [f"{path.name}:{line}: {text!r}" for line, text in unmarked(path.read_text("utf-8"))]


class _Finder:
    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []

    def found(self, tree: ast.AST) -> list[tuple[int, str]]:
        self._visit(tree, sink=False)
        return self._lines

    def _visit(self, node: ast.AST, *, sink: bool) -> None:
        if (text := _literal(node)) is not None:
            bare = " ".join(re.sub(r"\{\}", "", text).split())
            with_names = " ".join(text.replace("{}", "Xx").split())
            letters = _LETTERS.search(re.sub(r"https?:\S+|`[^`]*`", "", bare))
            if bare not in NAMES and not _CODE.match(text) and (letters and (_PROSE.search(with_names) or sink)):
                self._lines.append((node.lineno, text))  # type: ignore[attr-defined]
            for filled in ast.walk(node):
                if isinstance(filled, ast.FormattedValue):
                    self._visit(filled.value, sink=False)
            return
        match node:
            case ast.Call():
                self._call(node)
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring
            case ast.arg() | ast.Assert():
                pass
            case ast.AnnAssign(value=value):
                if value is not None:
                    self._visit(value, sink=False)
            case ast.FunctionDef(name="__repr__"):
                pass
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default]
                for inner in [*node.decorator_list, *defaults, *node.body]:
                    self._visit(inner, sink=False)
            case ast.Compare():
                pass
            case ast.IfExp() | ast.BoolOp() | ast.BinOp():
                for child in ast.iter_child_nodes(node):
                    self._visit(child, sink=sink)
            case _:
                for child in ast.iter_child_nodes(node):
                    self._visit(child, sink=False)

    def _call(self, node: ast.Call) -> None:
        name = _name(node.func)
        self._visit(node.func, sink=False)
        if name in MARKS or name in UNSEEN:
            return
        error = name.endswith(("Error", "Missing", "Broken", "Denied", "Unavailable")) and name[0].isupper()
        sinks = (0, 1, 2) if error else SINKS.get(name, ())
        for position, part in enumerate(node.args):
            self._visit(part, sink=position in sinks)
        for keyword in node.keywords:
            self._visit(keyword.value, sink=keyword.arg in KEYWORDS)


def _name(function: ast.AST) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _literal(node: ast.AST) -> str | None:
    """The text of a literal, with "{}" for what an f-string fills in."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values)
    return None
