"""Pictures of the help window, light and dark: `python -m support.help_screenshots FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fanlight.ui import theme
from fanlight.ui.help.pages import PageLink
from fanlight.ui.help.window import HelpWindow
from support import shots


def main(folder: Path) -> None:
    app = QApplication([])
    for look in (theme.LIGHT, theme.DARK):
        theme.apply(app, look)
        window = HelpWindow()
        window.show()
        for name, link in (("manual", PageLink("manual")), ("keys", PageLink("manual", "keyboard-shortcuts"))):
            window.open_page(link)
            shots.save(shots.grabbed(window), folder / f"help-{name}-{look.name}.png")
        window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
