"""No text of people, files or models is taken for HTML, for a shortcut's mark, or for a mark of Qt's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QTextDocumentFragment
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from fanlight.domain.stored import ConversationRow
from fanlight.ui.controls import label, message_box, tool
from fanlight.ui.plain_text import plain_caption, plain_tip, plain_title
from fanlight.ui.window.conversation_list import ConversationModel

pytestmark = pytest.mark.gui

UI = Path(__file__).parents[2] / "app" / "fanlight" / "ui"
SOURCES = sorted(UI.rglob("*.py"))
MARKS = {"_", "N_", "ngettext", "pgettext"}

GUARDS: dict[str, tuple[str, int]] = {
    "setToolTip": ("plain_tip", 0), "setStatusTip": ("plain_tip", 0), "setWhatsThis": ("plain_tip", 0),
    "setToolTipText": ("plain_tip", 0), "showText": ("plain_tip", 1),
    "setWindowTitle": ("plain_title", 0),
    "addAction": ("plain_caption", 0), "addMenu": ("plain_caption", 0), "addTab": ("plain_caption", 1),
    "QCheckBox": ("plain_caption", 0), "QRadioButton": ("plain_caption", 0), "QGroupBox": ("plain_caption", 0),
    "QPushButton": ("plain_caption", 0), "push": ("plain_caption", 0),
}  # fmt: skip
"""What takes a text, by which function it has to come, and the place of the argument."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "QLabel": ("controls.py",),
    "QMessageBox": ("controls.py",),
    "setTextFormat": ("controls.py", "widgets/form.py"),
    "setMarkdown": ("help/page_view.py",),  # the manual, of which nothing is loaded
    **dict.fromkeys(
        ("QErrorMessage", "QInputDialog", "QProgressDialog", "QSplashScreen", "QWhatsThis", "QWizard", "setHtml",
         "insertHtml", "appendHtml", "fromHtml", "setDetailedText", "RichText", "MarkdownText", "AutoText"), (),
    ),
}  # fmt: skip
"""Where a class that guesses is made, or a text is said to be more than plain."""

SUBCLASSES = {"FieldLabel", "CapturePicture"}
"""Of QLabel: they say that their text is plain, or show a picture alone."""


def unguarded(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls that show a text which is neither written here nor guarded."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or (name := _called(call)) not in GUARDS:
            continue
        guard, place = GUARDS[name]
        if place < len(call.args) and not _is_safe(call.args[place], guard):
            yield call.lineno, f"{name}({ast.unparse(call.args[place])})"


def _is_safe(text: ast.expr, guard: str) -> bool:
    match text:
        case ast.Constant():
            return True
        case ast.IfExp(body=one, orelse=other):
            return _is_safe(one, guard) and _is_safe(other, guard)
        case ast.BoolOp(values=all_of_them):
            return all(_is_safe(one, guard) for one in all_of_them)
        case ast.Call():
            return _called(text) in {guard, *MARKS}
        case ast.Name(id="action"):  # a QAction
            return True
    return False


def misplaced(tree: ast.AST, file: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        name = _called(node) if isinstance(node, ast.Call) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in ONLY_IN and file not in ONLY_IN[name] and (isinstance(node, ast.Call) or name.endswith("Text")):
            yield getattr(node, "lineno", 0), name
        if isinstance(node, ast.ClassDef) and node.name not in SUBCLASSES:
            yield from ((node.lineno, f"class {node.name}") for base in node.bases if "QLabel" in ast.unparse(base))


def _called(call: ast.Call) -> str:
    """The name alone; of a static method of a message box, the box."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="QMessageBox")):
            return "QMessageBox"
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _all_found(rule: Any) -> list[str]:
    found = []
    for path in SOURCES:
        file = path.relative_to(UI).as_posix()
        if file != "plain_text.py":
            found += [f"{file}:{line}: {what}" for line, what in rule(ast.parse(path.read_text("utf-8")), file)]
    return found


def test_every_text_that_is_not_written_in_the_sources_is_guarded() -> None:
    assert _all_found(lambda tree, file: unguarded(tree) if file != "controls.py" else ()) == []


def test_labels_and_message_boxes_are_made_where_their_text_is_made_plain() -> None:
    assert _all_found(misplaced) == []


def test_a_models_tooltips_are_guarded() -> None:
    """What an item view takes from `data`."""
    bare = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.If) and "ToolTipRole" in ast.unparse(node.test)
        for inner in ast.walk(node.body[-1])
        if isinstance(inner, ast.Return)
        and not (isinstance(inner.value, ast.Call) and _called(inner.value) == "plain_tip")
    ]
    assert bare == []


def test_the_net_catches_what_it_is_for() -> None:
    source = """
x.setToolTip(name)
x.setToolTip(_("Words {a}").format(a=name))
x.setToolTip(f"{name}")
x.setToolTip(plain_tip(name))
x.setToolTip(_("Words"))
x.setWindowTitle(title)
menu.addAction(title)
menu.addAction(action)
y = QLabel(name)
QMessageBox.question(self, "a", text)
class Mine(QLabel): pass
z.setTextFormat(Qt.TextFormat.RichText)
"""
    tree = ast.parse(source)
    assert [line for line, _what in unguarded(tree)] == [2, 3, 4, 7, 8]
    assert sorted(line for line, _what in misplaced(tree, "a.py")) == [10, 11, 12, 13, 13]


@pytest.fixture
def red_file(tmp_path: Path) -> Path:
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(tmp_path / "red.png"))
    return tmp_path / "red.png"


def is_red(widget: QWidget) -> bool:
    image = widget.grab().toImage()
    red = QColor("red")
    return any(image.pixelColor(x, y) == red for x in range(0, image.width(), 3) for y in range(0, image.height(), 3))


NASTY = (
    "<h1>BIG</h1> and <img src='{file}'>",
    "<img src='{file}'>",
    "a < b & c > d",
    "&lt;b&gt; &amp;",
    "<?xml version='1.0'?><b>x</b>",
    "<b>bold</b>\nsecond <i>line</i>",
    "<!-- not shown -->",
    "vector<int> & <int>",
    "<a href='https://example.org'>link</a>",
    "[*] & && [*]",
)


@pytest.mark.parametrize("text", NASTY)
def test_a_tip_shows_the_text_as_it_is_written(text: str) -> None:
    shown = plain_tip(text)
    if GuiQt.mightBeRichText(shown):
        assert QTextDocumentFragment.fromHtml(shown).toPlainText() == text
    else:
        assert shown == text


@pytest.mark.parametrize("text", NASTY)
def test_titles_and_captions_are_shown_as_they_are_written(qtbot: QtBot, text: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setWindowTitle(plain_title(text))
    window.show()
    assert window.windowHandle().title() == " ".join(text.split())
    assert plain_caption(text).replace("&&", "\0").count("&") == 0


def test_a_title_that_names_a_picture_loads_none_in_the_list(qtbot: QtBot, red_file: Path, qapp: QApplication) -> None:
    model = ConversationModel()
    title = f"<h1>BIG</h1><img src='{red_file}'>"
    model.show([ConversationRow(1, title, 0.0, "")])
    tip = model.data(model.index_of(1), Qt.ItemDataRole.ToolTipRole)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    QToolTip.showText(QPoint(50, 50), tip, parent)
    shown = next(one for one in qapp.topLevelWidgets() if one.objectName() == "qtooltip_label")
    assert not is_red(shown)
    QToolTip.showText(QPoint(50, 50), title, parent)  # as it was
    assert is_red(
        next(one for one in qapp.topLevelWidgets() if one.objectName() == "qtooltip_label" and one.isVisible())
    )
    QToolTip.hideText()


def test_labels_boxes_and_buttons_load_no_picture(qtbot: QtBot, red_file: Path) -> None:
    text = f"<img src='{red_file}'>"
    parent = QWidget()
    qtbot.addWidget(parent)
    box = message_box(parent, "title", text, text)
    box.addButton(QMessageBox.StandardButton.Cancel)
    shown = label(text)
    qtbot.addWidget(shown)
    for widget in (box, shown):
        widget.show()
        assert not is_red(widget)
    assert {one.textFormat() for one in box.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    button = tool("copy", "name", text)
    qtbot.addWidget(button)
    assert QTextDocumentFragment.fromHtml(button.toolTip()).toPlainText() == text
