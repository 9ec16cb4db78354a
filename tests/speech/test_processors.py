"""CTranslate2 chooses its kernels by processor, and their int8 results differ: what is decoded near a tie differs, too.

The accuracy tests run in this process with the processor's best kernels, and here with each of the others. One that the
processor lacks is skipped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

KERNELS = ("AVX512", "AVX2", "GENERIC")
FORCED = "CT2_FORCE_CPU_ISA"
LOAD = "import sys, ctranslate2; ctranslate2.models.Whisper(sys.argv[1], compute_type='int8')"
SECONDS = 900


@dataclass(frozen=True, slots=True)
class Processor:
    """The kernels that CTranslate2 chooses, and all that it could use."""

    chosen: str
    supported: frozenset[str]


@pytest.fixture(scope="module")
def processor(model_folder: Path) -> Processor:
    environment = {**os.environ, "CT2_VERBOSE": "1"}
    environment.pop(FORCED, None)
    command = [sys.executable, "-c", LOAD, str(model_folder)]
    log = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stderr
    chosen = re.search(r"Selected ISA: (\w+)", log)
    assert chosen, log
    return Processor(chosen[1], frozenset(re.findall(r"(\w+)=true", log)) | {"GENERIC"})


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("kernels", KERNELS)
def test_speech_is_decoded_as_well_with_other_kernels(kernels: str, processor: Processor) -> None:
    if FORCED in os.environ:
        pytest.skip(f"{FORCED} chooses the kernels of all tests")
    if kernels not in processor.supported:
        pytest.skip(f"this processor has no {kernels}")
    if kernels == processor.chosen:
        pytest.skip("the accuracy tests themselves run with these kernels")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "accuracy and not slow"]
    environment = {**os.environ, FORCED: kernels}
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [*command, str(Path(__file__).parent)], env=environment, cwd=root, capture_output=True, text=True,
        timeout=SECONDS,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:]


def test_the_forced_kernels_are_the_ones_in_use(model_folder: Path) -> None:
    environment = {**os.environ, "CT2_VERBOSE": "1", FORCED: "GENERIC"}
    command = [sys.executable, "-c", LOAD, str(model_folder)]
    log = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stderr
    assert "Selected ISA: GENERIC" in log
