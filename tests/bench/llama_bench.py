"""llama.cpp's own benchmark, compiled from the llama-cpp-python source distribution and linked to the libraries of the
installed llama-cpp-python: kernels and build flags are the same bytes on both sides."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from bench import places
from bench.child import CanNotMeasure

_PACKAGE = "llama-cpp-python"
_FOLDERS = ("common/", "include/", "ggml/include/", "tools/llama-bench/")


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
    version = importlib.metadata.version(_PACKAGE)
    folder = places.work(f"llama-bench-{version}")
    program = folder / "llama-bench"
    if not program.is_file() or program.stat().st_mtime < _libraries()[0].stat().st_mtime:
        _compile(_sources(version, folder), program)
    return LlamaBench(program)


def _libraries() -> tuple[Path, Path]:
    """The folder the engine loads its libraries from, and the one that holds llama.cpp's `common`."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise CanNotMeasure("llama-cpp-python is not installed")
    package = Path(spec.origin).parent
    engine, common = package / "lib", package.parent / "lib"
    if not (common / "libllama-common.so").is_file():
        raise CanNotMeasure(
            "the installed llama-cpp-python has no libllama-common.so to link llama-bench to; "
            f"build it here: pip install --no-binary {_PACKAGE} --force-reinstall {_PACKAGE}"
        )
    return engine, common


def _sources(version: str, folder: Path) -> Path:
    """The parts of llama.cpp that llama-bench includes, from the source distribution (pip's cache, or the index)."""
    tree = folder / "llama.cpp"
    if not tree.is_dir():
        archive = folder / f"llama_cpp_python-{version}.tar.gz"
        if not archive.is_file():
            _download(version, folder)
        draft = folder / "unpacking"
        shutil.rmtree(draft, ignore_errors=True)
        head = f"llama_cpp_python-{version}/vendor/llama.cpp/"
        with tarfile.open(archive) as tar:
            wanted = [m for m in tar if m.name.startswith(tuple(head + part for part in _FOLDERS))]
            tar.extractall(draft, wanted, filter="data")
        (draft / head).rename(tree)
        shutil.rmtree(draft)
        archive.unlink()
    return tree


def _download(version: str, folder: Path) -> None:
    wanted = f"{_PACKAGE}=={version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", _PACKAGE, wanted]
    ran = subprocess.run([*command, "--dest", str(folder)], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        lines = ran.stderr.strip().splitlines() or ["no words"]
        raise CanNotMeasure(f"pip cannot get the source distribution of {wanted}: {lines[-1]}")


def _compile(tree: Path, program: Path) -> None:
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        raise CanNotMeasure("no C++ compiler: apt-get install g++")
    engine, common = _libraries()
    parts = ("common", "include", "ggml/include", "tools/llama-bench")
    draft = program.with_suffix(".new")
    command = [
        compiler, "-O3", "-DNDEBUG", "-std=c++17", *(f"-I{tree / part}" for part in parts),
        *(str(tree / "tools" / "llama-bench" / name) for name in ("llama-bench.cpp", "main.cpp")),
        "-o", str(draft), f"-L{engine}", f"-L{common}", f"-Wl,-rpath,{engine}", f"-Wl,-rpath,{common}",
        *(f"-l{name}" for name in ("llama", "ggml", "ggml-base", "llama-common", "pthread")),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        errors = [line for line in ran.stderr.splitlines() if "error" in line] or ["no words"]
        raise CanNotMeasure(f"llama-bench does not compile: {errors[0]}")
    draft.replace(program)
