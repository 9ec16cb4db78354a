"""What adds or replaces a part of Fanlight, by how it was installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.audio import portaudio
from fanlight.cli import doctor_checks
from fanlight.domain import installation
from fanlight.domain.errors import OcrBroken, OcrMissing, SpeechMissing
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
    assert how_to_replace("numpy") == "Unpack Fanlight's archive again."


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
    """Others would tell them in a package, too, where there is no pip; but where they ask for it."""
    asking = {"domain/installation.py", "pictures/decode.py", "cli/doctor_checks.py"}
    found = {str(path.relative_to(APP)) for path in APP.rglob("*.py") if "pip install" in path.read_text("utf-8")}
    assert found <= asking
