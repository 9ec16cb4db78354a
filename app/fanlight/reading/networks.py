"""RapidOCR's two networks, from the files inside its wheel: PP-OCRv6 small, a text detector and a text recognizer.

RapidOCR downloads files it does not find. Here the sessions are opened on given paths and handed over
(`OrtInferSession`: "support custom session"), and its two modules that import `requests` are replaced, so it cannot
download anything. The third file of the wheel detects upside-down lines; screens have none."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any, Never

from fanlight.domain.errors import OcrBroken, OcrMissing
from fanlight.domain.installation import and_the_rest_works, how_to_replace
from fanlight.domain.packages import package_imports
from fanlight.i18n import _

PACKAGE = "rapidocr"
DETECTOR, RECOGNIZER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
LINE_HEIGHT = 48
"""Pixels: the recognizer's input height."""
MOST_THREADS = 4

_DETECTOR = {
    "limit_type": "max",
    "limit_side_len": 100_000,     # sizes are chosen before, here nothing is scaled
    "mean": (0.5, 0.5, 0.5),
    "std": (0.5, 0.5, 0.5),
    "thresh": 0.3,
    "box_thresh": 0.4,
    "max_candidates": 1500,
    "unclip_ratio": 1.6,
    "use_dilation": True,
    "score_mode": "fast",
}  # fmt: skip
"""RapidOCR's values, except for the scaling, and 0.4 instead of 0.5, which detects more faint lines. Other margins,
thresholds and dilation read worse."""
_RECOGNIZER = {
    "rec_batch_num": 1,
    "rec_img_shape": (3, LINE_HEIGHT, LINE_HEIGHT),
    "lang_type": "ch",             # the network reads Latin, Greek, Chinese and Japanese letters at once
    "font_path": None,
}  # fmt: skip
"""One line at a time, at its own width: RapidOCR's default is batches of six, each as wide as its widest line and at
least 320 pixels, which takes half as long again on a processor."""


class _Config(dict[str, Any]):
    """Configuration that RapidOCR reads by attribute, by key and by `get`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def folder() -> Path:
    """The folder of the networks inside the wheel. Imports nothing. Raises OcrMissing."""
    found = importlib.util.find_spec(PACKAGE)
    places = [Path(place) / "models" for place in (found.submodule_search_locations or ())] if found else []
    if not places:
        raise OcrMissing(_("Text recognition is not installed."))
    return places[0]


def files(inside: Path) -> tuple[Path, Path]:
    """The files of the detector and the recognizer. Raises OcrMissing."""
    detector, recognizer = inside / DETECTOR, inside / RECOGNIZER
    for path in (detector, recognizer):
        if not path.is_file():
            raise OcrMissing(_("The text recognition file {file} is missing.").format(file=path.name))
    return detector, recognizer


def threads() -> int:
    """A quarter of the cores: the model encodes the same picture on the others at the same time."""
    return max(1, min(MOST_THREADS, (os.cpu_count() or 1) // 4))


def load(inside: Path, count: int) -> tuple[Any, Any]:
    """RapidOCR's TextDetector and TextRecognizer. Slow: a second. Raises OcrMissing, OcrBroken."""
    detector, recognizer = files(inside)
    with _imports():
        import cv2
        import onnxruntime
        from rapidocr import EngineType
        from rapidocr.ch_ppocr_det import TextDetector
        from rapidocr.ch_ppocr_rec import TextRecognizer
    onnxruntime.disable_telemetry_events()  # builds for Windows send telemetry otherwise
    cv2.setNumThreads(1)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # it logs its paths to stderr
    engine = EngineType.ONNXRUNTIME
    found = TextDetector(_Config(_DETECTOR, engine_type=engine, session=_session(detector, count)))
    session = _session(recognizer, count)
    try:
        return found, TextRecognizer(_Config(_RECOGNIZER, engine_type=engine, session=session))
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a network without its letters
        raise _broken(recognizer, error) from error


def _imports() -> AbstractContextManager[None]:
    return package_imports(
        lambda error: OcrMissing(_("A part of text recognition is not installed ({error}).").format(error=error)),
        lambda error: OcrBroken(
            _("Text recognition cannot be loaded ({reason}).").format(reason=error),
            and_the_rest_works(how_to_replace('"fanlight-core[ocr]"')),
        ),
    )


class _NoDownload:
    """Replaces RapidOCR's downloader and its loader of URLs."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    @classmethod
    def run(cls, *_unused: object, **__: object) -> Never:
        raise OcrMissing(_("A text recognition file is missing, and Fanlight downloads none."))

    __call__ = run


def _replace_downloader() -> None:
    """Must run before anything of RapidOCR is imported."""
    names = {
        "download_file": ("DownloadFile", "DownloadFileInput", "DownloadFileException"),
        "load_image": ("LoadImage",),
    }
    for module, contents in names.items():
        stand_in = ModuleType(f"{PACKAGE}.utils.{module}")
        for name in contents:
            setattr(stand_in, name, _NoDownload)
        sys.modules.setdefault(stand_in.__name__, stand_in)


_replace_downloader()


def _session(path: Path, count: int) -> Any:
    """An onnxruntime session. Its threads do not spin, which would take the cores that the model encodes on."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    trouble = (
        errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument, errors.NoSuchFile,
        errors.NotImplemented, errors.RuntimeException, OSError, ValueError,
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = count, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # memory of a large picture is returned
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except trouble as error:  # they share no base
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> OcrBroken:
    reason = (str(error).splitlines() or [""])[0][:200]
    return OcrBroken(
        _("The text recognition file {file} cannot be used: {reason}").format(file=path.name, reason=reason)
    )
