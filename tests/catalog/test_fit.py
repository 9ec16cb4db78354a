"""Whether a model fits is said before it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog import fit
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelSpec
from fanlight.gguf.check import check
from support.gguf_drafts import text_model


def test_words_for_a_person(tmp_path: Path) -> None:
    spec = ModelSpec.of_files("tiny", text_model().write(tmp_path / "tiny.gguf"))
    needs = fit.judge(check(spec), 10**12).needs_bytes
    roomy, tight, small = (fit.judge(check(spec), free) for free in (10 * needs, needs, needs - 1))
    assert roomy.fits
    assert roomy.words == f"needs {fit.size(needs)}, {fit.size(10 * needs)} free: fits"
    assert tight.fits
    assert tight.words.endswith("fits, with little to spare")
    assert not small.fits
    assert small.words.startswith("does not fit: needs ")


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0.0 MB"), (1_234_567, "1.2 MB"), (312_400_000, "312 MB"), (999_600_000, "1.0 GB"), (8_650_000_000, "8.7 GB")],
)
def test_sizes_as_a_person_reads_them(count: int, words: str) -> None:
    assert fit.size(count) == words


def test_abilities_follow_from_the_projector(tmp_path: Path) -> None:
    model, eye = tmp_path / "m.gguf", tmp_path / "p.gguf"
    assert fit.abilities(ModelSpec.of_files("blind", model)) == "text"
    assert fit.abilities(ModelSpec.of_files("seeing", model, eye)) == "text, pictures"


def test_a_broken_model_is_not_judged(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        fit.judge(check(ModelSpec.of_files("gone", tmp_path / "gone.gguf")), 10**9)
