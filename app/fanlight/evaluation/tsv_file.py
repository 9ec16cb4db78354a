"""VLMEvalKit's tables: a case a line, its pictures as base64 in it, options in the columns A, B, C, …

By its docs/en/Development.md and vlmeval/dataset/image_base.py: `index` is a whole number; `image` is one picture, a
Python list of several, or, with at most 64 characters, the index of the line that has the same picture; `image_path`
stands in its place where there is none. `id`, `score` and `tolerance` are columns of Fanlight's own, which others leave
alone.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fanlight.batch.items import RejectedItem
from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import shortened
from fanlight.evaluation.cases import LETTERS, EvaluationCase, Scoring
from fanlight.i18n import N_, _

HINT = N_("The table has a line of names (index, image, question, answer, …), and tabs between its columns.")
_LONGEST_REFERENCE = 64
_WHOLE = re.compile(r"-?\d{1,18}")
_LISTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")

ReadPicture = Callable[[str, Path], bytes]
"""The file's content of a picture by its name, as seen from a folder. Raises FanlightError."""


def is_tsv(path: Path) -> bool:
    return path.suffix.lower() in (".tsv", ".tab")


def tsv_entries(data: bytes, path: Path) -> list[Any]:
    """Its lines as what a JSON file of cases lists. Raises InputError."""
    csv.field_size_limit(2**31 - 1)  # of the whole process: pictures are longer than its 128 kB
    shown = shortened(str(path))
    try:
        text = data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", restval=""))
    except UnicodeDecodeError as error:
        raise InputError(_("{path} is not UTF-8 text.").format(path=shown), _(HINT)) from error
    except csv.Error as error:
        raise InputError(_("{path} is no table: {error}.").format(path=shown, error=error), _(HINT)) from error
    if rows and "question" not in rows[0]:
        raise InputError(_("{path} has no column “question”.").format(path=shown), _(HINT))
    images = {row.get("index", "").strip(): row.get("image", "").strip() for row in rows}
    return [_entry(row, images, number) for number, row in enumerate(rows, 1)]


def _entry(row: dict[str, Any], images: Mapping[str, str], number: int) -> Any:
    if None in row:  # more cells than names
        return RejectedItem(row.get("index"), _("Line {number} has more cells than the table has names.").format(
            number=number + 1))  # fmt: skip
    cells = {name: (text or "").strip() for name, text in row.items()}
    index = cells.get("index", "")
    score = cells.get("score", "")
    entry: dict[str, Any] = {
        "id": _id(cells.get("id") or index or str(number)),
        "images": _images(cells, images),
        "question": cells["question"],
        "answer": _answer(cells.get("answer", ""), score),
        "options": {letter: cells[letter] for letter in LETTERS if cells.get(letter)},
    }
    return entry | {name: cells[name] for name in ("hint", "category", "score", "tolerance") if cells.get(name)}


def _id(text: str) -> str | int:
    """A whole number, or a text; one in quotation marks looks like a number and is a text."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return text[1:-1] if _WHOLE.fullmatch(text[1:-1]) else text


def _images(cells: Mapping[str, str], images: Mapping[str, str]) -> list[str]:
    text = cells.get("image", "")
    if text and len(text) <= _LONGEST_REFERENCE and text in images:
        text = images[text]
    if text:
        return [f"data:image/*;base64,{one}" for one in _listed(text)]
    return _listed(cells.get("image_path", ""))


def _listed(text: str) -> list[str]:
    if text.startswith("[") and text.endswith("]"):
        return [one or other for one, other in _LISTED.findall(text)]
    return [text] if text else []


def _answer(text: str, score: str) -> Any:
    """Of Fanlight's own tables fields are JSON, and so are several right answers."""
    if score == Scoring.FIELDS.value or (score and text.startswith("[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def tsv_text(
    cases: Sequence[EvaluationCase], read_picture: ReadPicture, columns: Mapping[str, Mapping[str | int, str]]
) -> str:
    """The cases with their pictures, and further `columns`: a cell by the id of its case. Raises FanlightError."""
    letters = [letter for letter in LETTERS if any(letter in case.options for case in cases)]
    names = ["index", "id", "image", "image_path", "question", "hint", *letters, "answer", "category", "score",
             "tolerance", *columns]  # fmt: skip
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, names, delimiter="\t", lineterminator="\n", restval="")
    writer.writeheader()
    own_numbers = all(isinstance(case.id, int) for case in cases)
    for number, case in enumerate(cases, 1):
        row = _row(
            case, int(case.id) if own_numbers else number, [read_picture(name, case.folder) for name in case.images]
        )
        writer.writerow(row | {name: cells.get(case.id, "") for name, cells in columns.items()})
    return made.getvalue()


def _row(case: EvaluationCase, index: int, pictures: Sequence[bytes]) -> dict[str, Any]:
    coded = [base64.b64encode(one).decode("ascii") for one in pictures]
    looks_whole = isinstance(case.id, str) and _WHOLE.fullmatch(case.id)
    return {
        "index": index,
        "id": f'"{case.id}"' if looks_whole else case.id,
        "image": coded[0] if len(coded) == 1 else str(coded) if coded else "",
        "image_path": str([f"{index}_{place}.jpg" for place in range(1, len(coded) + 1)]) if len(coded) > 1 else "",
        "question": case.question,
        "hint": case.hint,
        **case.options,
        "answer": _written(case),
        "category": case.category,
        "score": case.scoring.value,
        "tolerance": case.tolerance.written,
    }


def _written(case: EvaluationCase) -> str:
    if case.scoring is Scoring.FIELDS:
        return json.dumps(case.answers[0], ensure_ascii=False)
    return str(case.answers[0]) if len(case.answers) == 1 else json.dumps(case.answers, ensure_ascii=False)
