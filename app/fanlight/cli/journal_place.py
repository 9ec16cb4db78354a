"""Where the answers of a command are kept until its output can be written, and what is said of those."""

from __future__ import annotations

from pathlib import Path

from fanlight.batch.answer_journal import AnswerJournal, kept_places
from fanlight.cli.output import complain
from fanlight.cli.output_place import OutputPlace
from fanlight.i18n import _, ngettext


def journal_places(output: OutputPlace, source: Path) -> list[Path]:
    """Those to `source` on their way to `output`, the best place first: beside it, if it is a file."""
    about = f"{output.shown}\0{'' if output.path else source}"
    return kept_places(about, output.path if output.path is not None and output.is_file else None)


def tell_known_answers(journal: AnswerJournal) -> None:
    """That answers of an earlier run are taken over."""
    if journal.known:
        text = ngettext(
            "An earlier run has left {count} answer; it is taken over if its question has not changed.",
            "An earlier run has left {count} answers; those to unchanged questions are taken over.",
            len(journal.known),
        )
        complain(text.format(count=len(journal.known)), _("With --restart everything is answered again."))
