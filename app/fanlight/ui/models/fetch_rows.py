"""One model that can be fetched, and one that is being fetched, each in a row."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fanlight.catalog.download_requests import shown_progress, shown_setback
from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.download import Download, DownloadState
from fanlight.domain.amounts import size
from fanlight.domain.downloads import (
    DownloadChecking,
    DownloadProgress,
    DownloadRequest,
    DownloadSwitched,
    DownloadWaiting,
    FailureReason,
)
from fanlight.i18n import _, format_percent
from fanlight.ui.controls import label, push

_STEPS = 1000


class OfferRow(QFrame):
    """`speed`: a sentence, how soon it answers; `recommended`: the one to take without reading on."""

    get_requested = Signal(object)
    """The KnownModel."""

    def __init__(
        self,
        model: KnownModel,
        request: DownloadRequest,
        speed: str,
        recommended: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        name = label(_("{name} (recommended)").format(name=model.name) if recommended else model.name, "heading")
        self.words = label(f"{model.shown_good_at} {speed}".strip(), "muted", wrap=True)
        amount = size(request.size_bytes) if request.size_bytes is not None else _("size not known")
        where = _("{size} from {host}; {license}").format(size=amount, host=request.hosts[0], license=model.licence)
        self.button = push(_("Get"), kind="primary" if recommended else "")
        self.button.setAccessibleName(_("Get {name}: {where}").format(name=model.name, where=where))
        self.button.clicked.connect(lambda: self.get_requested.emit(self.model))
        _lay_out(self, [name, self.words, label(where, "muted", wrap=True)], [self.button])


class DownloadRow(QFrame):
    """Follows its download by itself."""

    pause_requested = Signal(object)
    resume_requested = Signal(object)
    cancel_requested = Signal(object)
    token_requested = Signal(object)
    use_requested = Signal(object)
    """Each with the Download."""

    def __init__(self, download: Download, is_part: bool = False, parent: QWidget | None = None) -> None:
        """`is_part`: it is no model that answers, and a setting uses it."""
        super().__init__(parent)
        self.download, self._is_part = download, is_part
        self.name, self.state = label(download.request.name, "heading"), label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(_("Fetching {name}").format(name=download.request.name))
        self.pause_button, self.resume_button = push(_("Pause")), push(_("Go On"))
        self.token_button = push(_("Enter a Token…"))
        self.cancel_button, self.use_button = push(_("Cancel")), push(_("Use It"), kind="primary")
        buttons = {
            self.token_button: self.token_requested,
            self.pause_button: self.pause_requested,
            self.resume_button: self.resume_requested,
            self.cancel_button: self.cancel_requested,
            self.use_button: self.use_requested,
        }
        for button, signal in buttons.items():
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self.download))
        _lay_out(self, [self.name, self.bar, self.state], list(buttons))
        download.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        download, state = self.download, self.download.state
        self.bar.setVisible(state is not DownloadState.DONE)
        self.bar.setValue(round(_STEPS * (download.share or 0.0)))
        self.state.setText(shown_download(download))
        self.pause_button.setVisible(state in (DownloadState.WAITING, DownloadState.RUNNING))
        self.token_button.setVisible(wants_token(download))
        self.resume_button.setVisible(state in (DownloadState.PAUSED, DownloadState.FAILED))
        self.cancel_button.setVisible(state not in (DownloadState.ADDING, DownloadState.DONE, DownloadState.CANCELED))
        self.use_button.setVisible(state is DownloadState.DONE and (self._is_part or download.spec is not None))


def wants_token(download: Download) -> bool:
    """Whether its files are for people who say who they are."""
    failed = download.failed if download.state is DownloadState.FAILED else None
    return failed is not None and failed.reason is FailureReason.SIGN_IN


def shown_download(download: Download) -> str:
    """What happens to it, in a line."""
    match download.state:
        case DownloadState.WAITING:
            return _("Waits for another download to end.")
        case DownloadState.PAUSED:
            return _("Paused at {share}; what is here is kept.").format(share=_share(download))
        case DownloadState.FAILED:
            return download.failure.text if download.failure else ""
        case DownloadState.ADDING:
            return _("Being put into the list of models…")
        case DownloadState.DONE:
            return _("Ready.") if download.spec else _("It is in {folder}.").format(folder=download.request.folder)
        case DownloadState.CANCELED:
            return ""
        case DownloadState.RUNNING:
            return _shown_step(download)


def _shown_step(download: Download) -> str:
    match download.step:
        case DownloadProgress() as progress if progress.total_bytes:
            of_all = _("{share} of {size}").format(share=_share(download), size=size(progress.total_bytes))
            return f"{of_all} – {shown_progress(progress)}"
        case DownloadProgress() as progress:
            return shown_progress(progress)
        case DownloadChecking(file=file):
            return _("Checking what is here of {file}…").format(file=file)
        case DownloadWaiting() | DownloadSwitched() as setback:
            return shown_setback(setback)
        case None:
            return _("Connecting to {host}…").format(host=download.request.hosts[0])


def shown_shortly(download: Download) -> str:
    """The same for a line with little room."""
    if not isinstance(download.step, DownloadProgress) or download.share is None:
        return shown_download(download)
    return f"{_share(download)} – {shown_progress(download.step)}"


def _share(download: Download) -> str:
    return format_percent(download.share or 0.0)


def _lay_out(row: QFrame, lines: list[QLabel | QProgressBar], buttons: list[QPushButton]) -> None:
    column = QVBoxLayout()
    column.setSpacing(3)
    for line in lines:
        policy = line.sizePolicy()  # with what it says of heights for widths
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        line.setSizePolicy(policy)
        column.addWidget(line)
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 4, 0, 4)
    across.setSpacing(12)
    across.addLayout(column, 1)
    for button in buttons:
        across.addWidget(button)
