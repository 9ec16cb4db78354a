"""What adds or replaces a part of Fanlight, by how it was installed."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.audio import portaudio
from fanlight.cli import doctor_checks
from fanlight.domain import installation
from fanlight.domain.errors import OcrBroken, OcrMissing, PictureError, SpeechMissing
from fanlight.domain.installation import how_to_add, how_to_add_packages, how_to_replace, package_name
from fanlight.pictures import decode

APP = Path(__file__).parents[2] / "app" / "fanlight"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """As the package of that name, in `tmp_path`."""

    def install(name: str) -> None:
        (tmp_path / installation.MARKER).write_text(f"{name}\n", "utf-8")
        monkeypatch.setattr(sys, "prefix", str(tmp_path))

    return install


def test_pip_adds_what_pip_has_installed() -> None:
    assert package_name() == ""
    assert how_to_add("ocr") == 'Install it with: pip install "fanlight-core[ocr]".'
    assert how_to_replace("Pillow") == "Reinstall it with: pip install --force-reinstall Pillow."


def test_programs_that_keep_each_other_apart_are_told_by_their_own_commands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The pip of the shell would install into another Python."""
    home = tmp_path / "of mine" / "fanlight"
    home.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(home))
    (home / "uv-receipt.toml").touch()
    assert how_to_add("ocr") == f"Install it with: uv pip install --python '{home}' \"fanlight-core[ocr]\"."
    (home / "uv-receipt.toml").rename(home / "pipx_metadata.json")
    assert how_to_add("ocr") == 'Install it with: pipx runpip fanlight install "fanlight-core[ocr]".'
    assert how_to_replace("a", alone=True) == (
        "Reinstall it with: pipx runpip fanlight install --force-reinstall --no-deps a."
    )
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PictureError, match="HEIC") as caught:
        decode._heic_reader("It")
    assert "`pipx runpip fanlight install pillow-heif`" in caught.value.hint


def test_a_package_is_replaced_as_a_whole(
    installed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed("fanlight")
    for told in (how_to_add("ocr"), how_to_add_packages("PySocks"), how_to_replace("Pillow")):
        assert told == "Unpack Fanlight's archive again."
    monkeypatch.setattr(installation, "OF_DEBIAN", tmp_path)
    assert "sudo apt install --reinstall" in how_to_replace("Pillow")


def test_what_the_small_package_lacks_is_in_the_other(installed: Callable[[str], None]) -> None:
    installed("fanlight-small")
    assert how_to_add("speech") == "Install Fanlight's package with all its parts, fanlight, instead of fanlight-small."
    assert how_to_replace("numpy") == how_to_add("audio") == "Unpack Fanlight's archive again."


def test_the_small_package_misses_nothing(installed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was made without is said once; in the other package the same is damage."""
    real = importlib.util.find_spec
    gone = ("rapidocr", "faster_whisper", "hibari")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in gone else real(name))
    monkeypatch.setattr(portaudio, "check_package", lambda: None)
    reports = []
    for name in ("fanlight-small", "fanlight"):
        installed(name)
        report = doctor_checks.DoctorReport()
        checks = (doctor_checks._text_reader, doctor_checks._speech, doctor_checks._voice, doctor_checks._left_out)
        for check in checks:
            check(report)
        reports.append(report)
    small, whole = reports
    assert small.missing == []
    told = [note for note in small.notes if "fanlight-small" in note]
    assert told == [
        "This package neither recognizes speech, nor reads the text in pictures, nor has a voice of its own. Install "
        "Fanlight's package with all its parts, fanlight, instead of fanlight-small."
    ]
    assert len(whole.missing) == 3
    assert not any("neither" in note for note in whole.notes)


def test_no_hint_of_a_package_names_pip(installed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    installed("fanlight-small")
    errors = [SpeechMissing("x"), OcrMissing("x"), OcrBroken("x"), portaudio._not_installed()]
    hints = [error.hint for error in errors]
    assert all("Everything else works without it." in hint for hint in hints)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(Exception, match="HEIC") as caught:
        decode._heic_reader("It")
    hints.append(caught.value.hint)  # type: ignore[attr-defined]
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    report = doctor_checks.DoctorReport()
    for check in (doctor_checks._pictures, doctor_checks._fetching, doctor_checks._speech):
        check(report)
    hints += report.missing + report.notes
    assert len(hints) > 8
    assert [hint for hint in hints if "pip " in hint or "make " in hint] == []


def test_commands_of_pip_are_told_by_one_module() -> None:
    """Others would tell them in a package, too, where there is no pip."""
    found = [path for path in APP.rglob("*.py") if re.search(r"\bpip\W+install\b", path.read_text("utf-8"))]
    assert found == [APP / "domain" / "installation.py"]
