"""Where the answers of a command are kept until its output can be written."""

from __future__ import annotations

from pathlib import Path

from fanlight.batch.answer_journal import kept_places
from fanlight.cli.output_place import OutputPlace


def journal_places(output: OutputPlace, source: Path) -> list[Path]:
    """Those to `source` on their way to `output`, the best place first: beside it, if it is a file."""
    about = f"{output.shown}\0{'' if output.path else source}"
    return kept_places(about, output.path if output.path is not None and output.is_file else None)
