"""Texts in the language chosen, English where it cannot be, and numbers as the language writes them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.i18n import _, ngettext, pgettext
from support.catalogs import compile_messages, script, write_catalog

BODY = """
#: somewhere.py
msgid "Settings"
msgstr "Einstellungen"

msgid "{count} picture"
msgid_plural "{count} pictures"
msgstr[0] "{count} Bild"
msgstr[1] "{count} Bilder"

msgctxt "a key"
msgid "Key"
msgstr "Taste"

#, fuzzy
msgid "Model"
msgstr "Muster"

msgid "Copy"
msgstr ""

msgid ""
"One line\\n"
"and \\"another\\""
msgstr ""
"Eine Zeile\\n"
"und „noch eine“"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """One catalog, German."""
    folder = tmp_path / "locale"
    write_catalog(folder, "de", BODY)
    compile_messages(folder)
    return folder


def test_texts_are_in_the_language_chosen(locale: Path) -> None:
    i18n.use("de", locale)
    assert i18n.language_in_use() == "de"
    assert _("Settings") == "Einstellungen"
    assert ngettext("{count} picture", "{count} pictures", 1) == "{count} Bild"
    assert ngettext("{count} picture", "{count} pictures", 0) == "{count} Bilder"
    assert (pgettext("a key", "Key"), _("Key")) == ("Taste", "Key")
    assert _('One line\nand "another"') == "Eine Zeile\nund „noch eine“"
    i18n.use("en", locale)
    assert (_("Settings"), i18n.language_in_use()) == ("Settings", "en")


def test_what_is_untranslated_or_doubtful_stays_english(locale: Path) -> None:
    i18n.use("de", locale)
    assert [_(text) for text in ("Copy", "Model", "Never marked", "")] == ["Copy", "Model", "Never marked", ""]


@pytest.mark.parametrize("language", ["it", "../de", "de\0", "C", "x" * 5000])
def test_a_language_without_a_catalog_is_english(language: str, locale: Path) -> None:
    i18n.use(language, locale)
    assert (_("Settings"), i18n.language_in_use()) == ("Settings", "en")


@pytest.mark.parametrize("cut", [0, 3, 20, 60, 200])
def test_a_damaged_catalog_is_logged_and_the_texts_are_english(
    cut: int, locale: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = locale / "de" / "LC_MESSAGES" / "fanlight.mo"
    broken = path.rename(path.parent / "whole").read_bytes()[:cut]
    path.write_bytes(broken)
    with caplog.at_level(logging.WARNING):
        i18n.use("de", locale)
    assert "cannot be read" in caplog.text
    assert _("Settings") == "Settings"
    assert i18n.languages(locale) == {"en": "English"}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de_AT"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE"}, "de_DE"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "it:de@euro:en"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "en_GB:de"}, "en"),
        ({"LANG": "it_IT.UTF-8"}, "en"),
        ({"LANG": "pt_BR.UTF-8", "LANGUAGE": "pt_BR:pt:de"}, "de"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": ":"}, "en"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "de_DE"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C", "LANGUAGE": "de:fr"}, "en"),  # a script that wants English
        ({"LC_ALL": "POSIX", "LANGUAGE": "de"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "de"}, "de"),  # a container
        ({}, "en"),
    ],
)
def test_without_a_choice_the_environment_chooses(
    environment: dict[str, str], language: str, locale: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    i18n.use("", locale)
    assert i18n.language_in_use() == language


def test_a_modifier_chooses_its_own_catalog_and_otherwise_that_of_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code, text in (("sr", "Подешавања"), ("sr@latin", "Podešavanja"), ("ca", "Configuració")):
        write_catalog(tmp_path, code, f'msgid "Settings"\nmsgstr "{text}"\n')
    compile_messages(tmp_path)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for system, text, language in (
        ("sr_RS.UTF-8@latin", "Podešavanja", "sr_RS"),
        ("sr_RS.UTF-8", "Подешавања", "sr_RS"),
        ("ca_ES@valencia", "Configuració", "ca_ES"),
    ):
        monkeypatch.setenv("LANG", system)
        i18n.use("", tmp_path)
        assert (_("Settings"), i18n.language_in_use()) == (text, language)


def test_languages_are_shown_by_their_own_names(catalogs: Path) -> None:
    assert list(i18n.languages(catalogs).items()) == [
        ("en", "English"),
        ("de", "Deutsch"),
        ("es", "Español"),
        ("fr", "Français"),
    ]


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", ("999", "1,234", "-1,234", "1,234,567", "0.5", "1,234.50", "25%")),
        ("de", ("999", "1.234", "-1.234", "1.234.567", "0,5", "1.234,50", "25\N{NO-BREAK SPACE}%")),
        ("es", ("999", "1234", "-1234", "1.234.567", "0,5", "1234,50", "25\N{NO-BREAK SPACE}%")),
        (
            "fr",
            ("999", "1 234", "-1 234", "1 234 567", "0,5", "1 234,50", "25 %"),
        ),
    ],
)
def test_numbers_are_written_as_the_language_does(language: str, numbers: tuple[str, ...], catalogs: Path) -> None:
    i18n.use(language, catalogs)
    written = (
        *(i18n.format_number(value) for value in (999, 1234, -1234, 1234567)),
        *(i18n.format_decimal(value, digits) for value, digits in ((0.5, 1), (1234.5, 2))),
        i18n.format_percent(0.25),
    )
    assert tuple(text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in written) == numbers


def test_accents_and_capitals_do_not_part_what_belongs_together() -> None:
    assert sorted(["Zebra", "éclair", "Apfel", "Éclair", "eclipse"], key=i18n.sort_key) == [
        "Apfel", "Éclair", "éclair", "eclipse", "Zebra",
    ]  # fmt: skip


def test_a_damaged_source_is_said_with_its_line(tmp_path: Path) -> None:
    path = write_catalog(tmp_path, "de", 'msgid "Settings"\nmsgstr "never closed\n')
    with pytest.raises(ValueError, match=r"fanlight\.po, line 7"):
        dict(script("compile_messages")["messages"](path))
