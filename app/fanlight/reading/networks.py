"""RapidOCR's two networks, from the files inside its wheel: PP-OCRv6 small, one that finds text and one that reads it.

RapidOCR fetches what it does not find. It never looks here: the sessions are opened by ourselves, on paths, and handed
over, which leaves it no file to miss (`OrtInferSession`: "support custom session"). Nor could it fetch anything: its
two modules that import `requests` are not loaded, others stand in their place. The third file of the wheel tells
upside-down lines from upright ones; screens have none.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Never

from fanlight.domain.errors import OcrBroken, OcrMissing
from fanlight.i18n import _

PACKAGE = "rapidocr"
FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
MIN_SIDE_OF_TEXT = 48
"""Pixels: the height the reading network looks at."""
MOST_THREADS = 4

_FINDER = {
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
"""As RapidOCR ships them, but for the scaling, and 0.4 instead of 0.5, which finds more faint lines. What else was
tried (other margins, thresholds and dilation) read worse."""
_READER = {
    "rec_batch_num": 1,
    "rec_img_shape": (3, MIN_SIDE_OF_TEXT, MIN_SIDE_OF_TEXT),
    "lang_type": "ch",             # the network knows Latin, Greek, Chinese and Japanese letters at once
    "font_path": None,
}  # fmt: skip
"""A line at a time, as wide as it is: shipped are batches of six, each as wide as its widest and no narrower than 320
pixels, which on a processor costs half as much again for the same letters."""


class _Told(dict[str, Any]):
    """What RapidOCR's parts ask for by attribute, by key and by `get`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def folder() -> Path:
    """Where the wheel keeps its networks. Imports nothing. Raises ReaderMissing."""
    found = importlib.util.find_spec(PACKAGE)
    places = [Path(place) / "models" for place in (found.submodule_search_locations or ())] if found else []
    if not places:
        raise OcrMissing(_("Text recognition is not installed."))
    return places[0]


def files(inside: Path) -> tuple[Path, Path]:
    """The network that finds and the one that reads. Raises ReaderMissing."""
    finder, reader = inside / FINDER, inside / READER
    for path in (finder, reader):
        if not path.is_file():
            raise OcrMissing(_("The text recognition file {file} is missing.").format(file=path.name))
    return finder, reader


def threads() -> int:
    """A quarter of the cores: meanwhile the model encodes the same picture on the others."""
    return max(1, min(MOST_THREADS, (os.cpu_count() or 1) // 4))


def load(inside: Path, count: int) -> tuple[Any, Any]:
    """RapidOCR's TextDetector and TextRecognizer. Slow: a second. Raises ReaderMissing, ReaderBroken."""
    finder, reader = files(inside)
    try:
        import cv2
        import onnxruntime
        from rapidocr import EngineType
        from rapidocr.ch_ppocr_det import TextDetector
        from rapidocr.ch_ppocr_rec import TextRecognizer
    except ImportError as error:
        raise OcrMissing(_("A part of text recognition is not installed ({error}).").format(error=error)) from error
    onnxruntime.disable_telemetry_events()  # Windows' builds leave traces for the system to collect otherwise
    cv2.setNumThreads(1)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # it tells its paths on stderr
    engine = EngineType.ONNXRUNTIME
    found = TextDetector(_Told(_FINDER, engine_type=engine, session=_session(finder, count)))
    session = _session(reader, count)
    try:
        return found, TextRecognizer(_Told(_READER, engine_type=engine, session=session))
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a network without its letters
        raise _broken(reader, error) from error


class _Refusing:
    """In the place of RapidOCR's downloader and its reader of addresses."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    @classmethod
    def run(cls, *_unused: object, **__: object) -> Never:
        raise OcrMissing(_("A text recognition file is missing, and Fanlight downloads none."))

    __call__ = run


def _keep_offline() -> None:
    """At once: before anything of RapidOCR's is imported."""
    names = {
        "download_file": ("DownloadFile", "DownloadFileInput", "DownloadFileException"),
        "load_image": ("LoadImage",),
    }
    for module, contents in names.items():
        stand_in = ModuleType(f"{PACKAGE}.utils.{module}")
        for name in contents:
            setattr(stand_in, name, _Refusing)
        sys.modules.setdefault(stand_in.__name__, stand_in)


_keep_offline()


def _session(path: Path, count: int) -> Any:
    """Waiting threads sleep: spinning ones would take the cores that the model encodes on."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    trouble = (
        errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument, errors.NoSuchFile,
        errors.NotImplemented, errors.RuntimeException, OSError, ValueError,
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = count, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # what a large picture took is given back
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
