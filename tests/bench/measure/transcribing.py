"""Files transcribed under nine conditions: wrong words of Fanlight beside those of faster-whisper as it comes, and when
the first word behind each pause begins. Once with each kind of kernels that this processor has, in a process of their
own: int8 results differ. The table of conditions is in the measurement's log. What was heard is kept: a run that was
cut goes on at the next one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

import ctranslate2

from bench import places
from bench.accuracy import KERNELS, ConditionErrors
from bench.child import CanNotMeasure
from bench.readings import FEWEST, Notebook
from fanlight.speech.model_files import whisper_base

_ALL = ("AVX512", "AVX2", "GENERIC")


def measure(notebook: Notebook, quick: bool) -> None:
    folder = whisper_base(places.work("speech"))
    ratios, worst, late = [], -100.0, list[float]()
    for kernels in _supported()[: 1 if quick else None]:
        rows = list[ConditionErrors]()
        print(as_line(kernels, "Fanlight", "stock", "words"), flush=True)
        for row in _run(kernels, str(folder)):
            print(as_line(row.condition, row.wrong, row.stock_wrong, row.words), flush=True)
            rows.append(row)
        wrong, stock_wrong, words = sums(rows)
        print(as_line("all", wrong, stock_wrong, words), flush=True)
        ratios.append(wrong / max(1, stock_wrong))
        worst = max([worst, *(100 * (row.wrong - row.stock_wrong) / row.words for row in rows)])
        late += [seconds for row in rows for seconds in row.late]
    figures = {
        "wrong_words_ratio_stock": max(ratios),
        "wrong_words_more_worst": worst,
        "word_start_error_s": median(map(abs, late)),
        "word_start_error_s_max": max(map(abs, late)),
    }
    for name, value in figures.items():
        for _ in range(FEWEST):  # each is one number for all recordings
            notebook.write(name, value)


def _supported() -> list[str]:
    """The processor's best kernels come first."""
    flags = ctranslate2.get_supported_compute_types("cpu")
    if "int8" not in flags:
        raise CanNotMeasure("CTranslate2 has no int8 kernels for this processor")
    return [kernels for kernels in _ALL if _starts(kernels)]


def _starts(kernels: str) -> bool:
    command = [sys.executable, "-c", "import ctranslate2; ctranslate2.get_supported_compute_types('cpu')"]
    return subprocess.run(command, env={**os.environ, KERNELS: kernels}, capture_output=True).returncode == 0


def _run(kernels: str, folder: str) -> Iterator[ConditionErrors]:
    """Each condition as soon as it is heard."""
    heard = places.work("transcribing") / "heard.jsonl"
    command = [sys.executable, "-m", "bench.accuracy", folder, str(heard)]
    with subprocess.Popen(command, env={**os.environ, KERNELS: kernels}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            row = json.loads(line)
            yield ConditionErrors(**{**row, "late": tuple(row["late"])})
    if process.returncode:
        raise CanNotMeasure(f"{kernels}: the comparison ended with status {process.returncode}; its log says why")


def as_line(name: str, *values: object) -> str:
    """A line of the table."""
    return f"{name:24}" + "".join(f" {value!s:>9}" for value in values)


def sums(rows: list[ConditionErrors]) -> tuple[int, int, int]:
    """Wrong words of Fanlight, of faster-whisper, and words that were spoken."""
    return sum(row.wrong for row in rows), sum(row.stock_wrong for row in rows), sum(row.words for row in rows)
