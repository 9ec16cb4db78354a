"""llama.cpp's own benchmark."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.child import CanNotMeasure
from bench.llama_programs import LlamaProgram, build

_PROGRAM = LlamaProgram("llama-bench", ("tools/llama-bench/*.cpp",), ("llama", "ggml", "ggml-base"))


@dataclass(frozen=True, slots=True)
class LlamaBench:
    program: Path

    def decode(self, model: Path, tokens: int, depth: int, threads: int, times: int) -> list[float]:
        """Tokens per second of each of so many decodes of `tokens` at `depth`, flash attention off, on the CPU; it
        warms up first."""
        return self._speeds(model, ["-p", "0", "-n", str(tokens), "-d", str(depth)], threads, times)

    def prefill(self, model: Path, tokens: int, threads: int, times: int) -> list[float]:
        """Tokens per second of each of so many evaluations of a prompt of `tokens`, as `decode`."""
        return self._speeds(model, ["-p", str(tokens), "-n", "0"], threads, times)

    def _speeds(self, model: Path, what: list[str], threads: int, times: int) -> list[float]:
        command = [
            str(self.program), "--offline", "-m", str(model), *what,
            "-t", str(threads), "-fa", "0", "-ngl", "0", "-r", str(times), "-o", "json",
        ]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        if ran.returncode != 0:
            lines = ran.stderr.strip().splitlines() or ["no words"]
            raise CanNotMeasure(f"llama-bench ended with {ran.returncode}: {lines[-1]}")
        return [float(speed) for speed in json.loads(ran.stdout)[0]["samples_ts"]]


def llama_bench() -> LlamaBench:
    """The program, built when there is none for the installed version yet. Raises CanNotMeasure."""
    return LlamaBench(build(_PROGRAM))
