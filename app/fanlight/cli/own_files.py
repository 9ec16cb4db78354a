"""What is said on stderr about the user's own folder and the files in it that people edit."""

from __future__ import annotations

from fanlight import compose, paths
from fanlight.cli.output import complain, complain_about
from fanlight.i18n import _
from fanlight.settings_file import FILE_NAME, read_settings


def complain_about_edited_files() -> None:
    """Each command that uses them goes on with what can be used."""
    _settings, problem = read_settings(paths.home() / FILE_NAME)
    for one in compose.edited_problems(problem):
        complain_about(one)


def complain_about_relative_home() -> None:
    complain(
        _("FANLIGHT_HOME is not a full path; this time it is {folder}.").format(folder=paths.home()),
        _("Set it to a full path, so that it is the same folder wherever Fanlight is started."),
    )
