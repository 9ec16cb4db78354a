"""Decoders of strangers' files are called in parsing processes alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

APP = Path(__file__).parents[2] / "app" / "fanlight"
MODULES = {
    "fanlight.pictures.decode": {"pictures/parser_task.py"},
    "fanlight.speech.media": {"speech/media_task.py"},
    "fanlight.video.clip_reading": {"video/parser_task.py"},
    "fanlight.video.frames": {"video/parser_task.py", "video/clip_reading.py"},
    "fanlight.video.containers": {"speech/media.py", "video/frames.py"},
    "fanlight.documents.pdf": {"documents/parser_task.py"},
    "fanlight.documents.formats.converting": {"documents/parser_task.py"},
    "fanlight.markdown.formula_rows": {"markdown/formula_task.py"},
}
"""Modules that decode, and the files that may import them."""
LIBRARIES = (
    "pillow_heif", "wave", "aifc", "soundfile", "imageio", "pyvips", "imagecodecs", "tifffile",
    "ziamath", "latex2mathml", "pypdfium2", "mammoth",
)  # fmt: skip
CALLS = {
    ("Image", "open"), ("ImageFile", "Parser"), ("QImage", "fromData"), ("QPixmap", "loadFromData"),
    ("av", "open"), ("cv2", "imread"), ("cv2", "imdecode"),
}  # fmt: skip
CLASSES = ("QImageReader", "QMovie", "QMediaPlayer")
ALLOWED = {
    "pictures/decode.py",
    "video/containers.py",
    "video/camera_child.py",  # a process of its own, confined as a parsing process is
    "documents/pdf.py",
    "documents/formats/word.py",
    "markdown/formula_task.py",
    "markdown/formula_rows.py",
    "domain/sounds.py",  # writes WAV files, and takes those alone that it has written
    "pictures/png.py",
    "pictures/tiff.py",
    "pictures/jpeg.py",
    "pictures/thumbnails.py",  # what it has coded itself
    "desktop/capture/portal.py",  # QImageReader: the screenshot that the desktop itself has just written
}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def renamed(tree: ast.AST) -> dict[str, str]:
    """Names that an import gives something else than its own."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {name.asname: name.name for node in imports for name in node.names if name.asname}


def decoding(tree: ast.AST) -> Iterator[str]:
    own_names = renamed(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            owner = own_names.get(owner, owner)
            if (owner, node.attr) in CALLS or node.attr in ("loadFromData", "fromData"):
                yield f"{owner}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in CLASSES:
            yield node.id
    for name in imported(tree):
        package, _dot, inner = name.partition(".")
        if package in LIBRARIES or (package == "PIL" and inner.partition(".")[0].endswith("ImagePlugin")):
            yield name


@cache
def sources() -> dict[str, ast.AST]:
    return {str(path.relative_to(APP)): ast.parse(path.read_text("utf-8")) for path in sorted(APP.rglob("*.py"))}


def test_no_decoder_is_called_elsewhere() -> None:
    found = {file: sorted(set(decoding(tree))) for file, tree in sources().items() if file not in ALLOWED}
    assert {file: names for file, names in found.items() if names} == {}


def test_each_file_that_may_decode_does() -> None:
    trees = sources()
    assert [file for file in ALLOWED if not any(decoding(trees[file]))] == []


def test_what_decodes_is_imported_by_the_tasks_alone() -> None:
    for module, allowed in MODULES.items():
        users = {file for file, tree in sources().items() if module in set(imported(tree))}
        assert users == allowed


def test_such_a_call_would_be_found() -> None:
    for code in (
        "from PIL import Image\nImage.open(path)", "from PIL import Image as Pillow\nPillow.open(path)",
        "QImage.fromData(data)", "pixmap.loadFromData(data)",
        "QImageReader(path)", "from PIL import GifImagePlugin", "import pillow_heif",
    ):  # fmt: skip
        assert list(decoding(ast.parse(code))), code
