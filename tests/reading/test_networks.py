"""What is said when the reader's files or its package are not as they should be, and which files it takes."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest

from fanlight.domain.errors import OcrBroken, OcrError, OcrMissing
from fanlight.reading import networks
from fanlight.reading.ocr import RapidOcrReader
from support.written import drawn


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The wheel's networks, to be damaged."""
    folder = tmp_path / "networks"
    folder.mkdir()
    for name in (networks.DETECTOR, networks.RECOGNIZER):
        shutil.copy(networks.folder() / name, folder / name)
    return folder


def test_the_networks_are_files_inside_the_wheel() -> None:
    detector, reader = networks.files(networks.folder())
    assert (
        detector.parent == reader.parent == Path(sys.prefix).joinpath(*detector.parts[len(Path(sys.prefix).parts) : -1])
    )
    assert detector.stat().st_size > 5_000_000 < reader.stat().st_size


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "rapidocr" else real(name))
    with pytest.raises(OcrMissing, match="not installed") as said:
        RapidOcrReader.load()
    assert 'pip install "fanlight-core[ocr]"' in said.value.hint


@pytest.mark.parametrize("module", ["onnxruntime", "cv2", "rapidocr"])
def test_a_part_that_can_not_be_imported_is_named(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = networks.folder()
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OcrMissing, match=module):
        RapidOcrReader.load(place)


@pytest.mark.parametrize("name", [networks.DETECTOR, networks.RECOGNIZER])
def test_a_file_that_is_gone_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(OcrMissing, match=re.escape(name)):
        RapidOcrReader.load(copied)


@pytest.mark.parametrize("name", [networks.DETECTOR, networks.RECOGNIZER])
@pytest.mark.parametrize("damage", ["empty", "cut off", "something else", "zeros inside"])
def test_a_damaged_file_is_named_and_a_way_out_is_said(copied: Path, name: str, damage: str) -> None:
    data = (copied / name).read_bytes()
    half = len(data) // 2
    (copied / name).write_bytes(
        {
            "empty": b"",
            "cut off": data[:half],
            "something else": b"<html>Not found</html>" * 1000,
            "zeros inside": data[:200] + bytes(half) + data[200 + half :],
        }[damage]
    )
    with pytest.raises(OcrBroken, match=re.escape(name)) as said:
        RapidOcrReader.load(copied)
    assert "pip install" in said.value.hint


def test_the_two_networks_exchanged_are_refused(copied: Path) -> None:
    detector, reader = copied / networks.DETECTOR, copied / networks.RECOGNIZER
    detector.rename(copied / "other")
    reader.rename(detector)
    (copied / "other").rename(reader)
    with pytest.raises(OcrError):
        RapidOcrReader.load(copied)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (128, 4), (None, 1)])
def test_most_cores_are_left_to_the_model(cores: int | None, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert networks.threads() == threads


def test_rapidocr_is_never_asked_for_a_file_and_could_not_get_one(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its downloader begins by looking whether the file is there, so that any call is one too many."""
    reader = RapidOcrReader.load()
    from rapidocr.utils.download_file import DownloadFile

    asked: list[object] = []
    with pytest.raises(OcrMissing, match="downloads none"):
        DownloadFile.run("https://example.org/model.onnx")
    monkeypatch.setattr(DownloadFile, "run", asked.append)
    assert reader.read(drawn("dialog", 2).image)
    assert asked == []
    assert capfd.readouterr() == ("", "")  # nor does it print anything
