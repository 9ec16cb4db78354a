"""`python fetching_window.py NAME`: Fanlight's window as it is, in which somebody clicks to fetch the model NAME; says
its name in the list of models, and quits."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QTimer

from fanlight import compose, paths
from fanlight.core.app import Application
from fanlight.core.downloads.download import Download
from fanlight.ui import application


def build() -> Application:
    core = compose.build()
    known = compose.known_models().find(sys.argv[1])
    assert known is not None

    def say(download: Download) -> None:
        print(download.state.value, download.spec.name if download.spec else download.failure, flush=True)
        QCoreApplication.quit()

    core.downloads.finished.connect(say)
    QTimer.singleShot(0, lambda: core.downloads.start(compose.download_request(known)))
    return core


if __name__ == "__main__":
    sys.exit(application.run(build, sys.argv[:1], paths.logs(), hidden=True))
