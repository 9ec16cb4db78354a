"""Takes out of PySide6-Essentials what Fanlight does not use: QML, Quick, the designer, and the tools of developers.

Nothing of Qt is changed in what stays, and each of its libraries is a file of its own: they can be replaced, as the
LGPL asks.
"""

from __future__ import annotations

import fnmatch
import shutil
from pathlib import Path

from system import folder_bytes

MODULES = ("QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")
"""QtDBus, and the libraries below it, are what Qt's own platform plugins use."""
LIBRARIES = ("Core", "DBus", "Gui", "Network", "OpenGL", "Svg", "WaylandClient",
             "WaylandEglClientHwIntegration", "Widgets", "WlShellIntegration", "XcbQpa")  # fmt: skip
PLUGINS = ("iconengines", "imageformats", "platforminputcontexts", "platforms", "platformthemes",
           "wayland-decoration-client", "wayland-graphics-integration-client", "wayland-shell-integration",
           "xcbglintegrations")  # fmt: skip
UNUSED = ("imageformats/libqpdf.so", "imageformats/libqicns.so", "imageformats/libqtga.so", "imageformats/libqtiff.so",
          "imageformats/libqwbmp.so", "platforminputcontexts/libqtvirtualkeyboardplugin.so")  # fmt: skip
"""Plugins whose libraries are among those taken out, and formats of files, which Pillow decodes."""
PLATFORMS = ("libqoffscreen.so", "libqwayland*.so", "libqxcb.so")
LANGUAGES = ("de", "es", "fr")
FOLDERS = ("Qt/qml", "Qt/metatypes", "Qt/libexec", "doc", "glue", "include", "scripts", "support/__pycache__",
           "typesystems")  # fmt: skip


def take_out_unused(pyside: Path) -> int:
    """The bytes that were taken out of the folder `PySide6`."""
    before = folder_bytes(pyside)
    for name in FOLDERS:
        shutil.rmtree(pyside / name, ignore_errors=True)
    for module in pyside.glob("Qt*.abi3.so"):
        if module.name.partition(".")[0] not in MODULES:
            module.unlink()
    for path in [*pyside.glob("*.pyi"), *pyside.glob("libpyside6qml*")]:
        path.unlink()
    for path in pyside.iterdir():
        if path.is_file() and not path.suffix:  # programs: qmlls, designer, linguist …
            path.unlink()
    for library in (pyside / "Qt" / "lib").glob("libQt6*"):
        if library.name.removeprefix("libQt6").partition(".")[0] not in LIBRARIES:
            library.unlink()
    for plugins in (pyside / "Qt" / "plugins").iterdir():
        if plugins.name not in PLUGINS:
            shutil.rmtree(plugins)
    for plugin in UNUSED:
        (pyside / "Qt" / "plugins" / plugin).unlink(missing_ok=True)
    for platform in (pyside / "Qt" / "plugins" / "platforms").iterdir():
        if not any(fnmatch.fnmatch(platform.name, pattern) for pattern in PLATFORMS):
            platform.unlink()
    for catalog in (pyside / "Qt" / "translations").iterdir():
        if catalog.stem not in {f"qtbase_{language}" for language in LANGUAGES}:
            catalog.unlink()
    return before - folder_bytes(pyside)
