"""The Qt application around the window: its name, its log, uncaught exceptions, and how it ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QSocketNotifier, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from fanlight import i18n
from fanlight.core.app import Application
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.desktop.bus import APP_ID
from fanlight.domain.desktop_errors import FanlightReplaced
from fanlight.domain.errors import FanlightError
from fanlight.domain.installation import InstalledFiles
from fanlight.ipc.single_instance import SingleInstance
from fanlight.ui import theme
from fanlight.ui.app_icon import app_icon
from fanlight.ui.appearance import Appearance, kept_looks, on_platform
from fanlight.ui.controls import message_box
from fanlight.ui.language import apply_language, keep_decimal_point
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.wiring import Wiring

log = logging.getLogger(__name__)

PROGRAM = "fanlight"
"""As windows and programs are called."""
LOG_BYTES = 1_000_000
LOG_FILES = 3


def run(
    build: Callable[[], Application],
    argv: list[str],
    logs: Path | None,
    request: Mapping[str, Any] | None = None,
    *,
    hidden: bool = False,
) -> int:
    """Run until the window is closed for good; returns the exit code. `build` makes the application once Qt runs;
    `logs` is the folder of the log, if there is one; `request` is the command that started the program (`ipc.client`);
    `hidden` does not show the window."""
    if logs is not None:
        keep_log(logs)
    qInstallMessageHandler(_on_qt_message)
    application = _qt_application(argv)
    core = build()
    apply_language(core.settings_store.now.language)
    theme.follow(on_platform(kept_looks(core.window_state)))
    appearance = Appearance(core.settings_store, core)
    wiring = Wiring(core, appearance, lambda: Window(core, appearance))
    catch_bugs(tell_of_replaced_files(wiring.show_problem, application, InstalledFiles()), core)
    end_on_signals(wiring.close_unasked, core)
    wiring.closed.connect(application.quit)
    instance = SingleInstance(core)
    instance.listen()
    core.remote.serve(instance)
    wiring.closed.connect(instance.close)
    if hidden:
        QTimer.singleShot(0, wiring.start)
    else:
        wiring.window.show()
    if request is not None and request.get("do") != "show":
        QTimer.singleShot(0, lambda: core.remote.run_command(request))
    try:
        return application.exec()
    finally:
        qInstallMessageHandler(None)


def show_trouble(argv: list[str], trouble: FanlightError) -> None:
    """A window with that sentence alone, until it is closed."""
    application = _qt_application(argv)
    apply_language(i18n.language_in_use())
    box = message_box(None, "Fanlight", trouble.message, trouble.hint)
    box.setIcon(QMessageBox.Icon.Critical)
    box.exec()
    del application


def _qt_application(argv: list[str]) -> QApplication:
    QApplication.setDesktopFileName(APP_ID)  # before Qt connects to the session bus: portals read it first
    application = QApplication([PROGRAM, *argv[1:]])  # X11 names windows by it: not __main__.py
    keep_decimal_point()
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName("Fanlight")
    application.setWindowIcon(app_icon())
    application.setQuitOnLastWindowClosed(False)  # it may be hidden while other windows of ours come and go
    return application


def keep_log(folder: Path) -> None:
    """Log into a rotated file; none where it cannot be written."""
    root = logging.getLogger()
    try:
        handler = RotatingFileHandler(
            folder / "fanlight.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False


def catch_bugs(show_problem: Callable[[Exception], object], parent: QObject) -> None:
    """Log an uncaught exception with its trace and show it once; the program goes on."""
    dispatcher = MainThreadDispatcher(parent)

    def caught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        log.critical("a bug", exc_info=(kind, error, trace))
        dispatcher(lambda: show_problem(error))

    sys.excepthook = caught
    threading.excepthook = lambda args: caught(args.exc_type, args.exc_value, args.exc_traceback)


def tell_of_replaced_files(
    show_problem: Callable[[Exception], object], application: QGuiApplication, installed: InstalledFiles
) -> Callable[[Exception], object]:
    """Says it once, when a window comes to the front. What is returned shows a problem, and says it in place of a bug,
    which then most likely is none."""

    def on_state(state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive and installed.are_replaced():
            application.applicationStateChanged.disconnect(on_state)
            show_problem(FanlightReplaced())

    application.applicationStateChanged.connect(on_state)
    return lambda error: show_problem(FanlightReplaced() if installed.are_replaced() else error)


def end_on_signals(close: Callable[[], object], parent: QObject) -> None:
    """SIGINT, SIGTERM and SIGHUP call `close`. Python runs signal handlers only between its own instructions: a wakeup
    pipe that Qt watches lets it run at once."""
    if sys.platform == "win32":
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, parent)

    def woken() -> None:
        os.read(reader, 64)
        close()

    notifier.activated.connect(woken)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)


def _on_qt_message(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    logging.getLogger("qt").log(level, "%s", message)
