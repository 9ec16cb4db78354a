"""The language that quick actions ask for."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from fanlight.core.settings_store import SettingsStore
from fanlight.i18n import language_in_use


def language_of_answers(settings_store: SettingsStore) -> str:
    """Its English name, for the model; where the system has the C locale, that of the texts."""
    system = QLocale.system().language()
    language = QLocale(language_in_use()).language() if system == QLocale.Language.C else system
    return settings_store.now.translate_to.strip() or QLocale.languageToString(language)
