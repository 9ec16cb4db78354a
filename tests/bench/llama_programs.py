"""llama.cpp's own programs, compiled from the llama-cpp-python source distribution and linked to the libraries of the
installed llama-cpp-python: kernels and build flags are the same bytes on both sides."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench import places
from bench.child import CanNotMeasure

_PACKAGE = "llama-cpp-python"
_FOLDERS = (
    "common/", "include/", "ggml/include/", "vendor/", "tools/llama-bench/", "tools/server/server", "tools/server/main",
    "tools/mtmd/mtmd",
)  # fmt: skip
_INCLUDED = ("common", "include", "ggml/include", "vendor", "tools/mtmd")


@dataclass(frozen=True, slots=True)
class LlamaProgram:
    """`sources` are patterns of llama.cpp's tree; `written` are files beside them (name, text) that its own build
    makes. `flags` are the compiler's."""

    name: str
    sources: tuple[str, ...]
    libraries: tuple[str, ...]
    written: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


def built(program: LlamaProgram) -> Path | None:
    """The program for the installed version, where it has been built."""
    try:
        path, engine = _folder() / program.name, _libraries()[0]
    except (CanNotMeasure, importlib.metadata.PackageNotFoundError):
        return None
    return path if path.is_file() and path.stat().st_mtime >= engine.stat().st_mtime else None


def build(program: LlamaProgram) -> Path:
    """The program, built when there is none for the installed version yet. Raises CanNotMeasure."""
    there = built(program)
    if there:
        return there
    path = places.work(_folder().name) / program.name
    _compile(program, _sources(path.parent), path)
    return path


def _folder() -> Path:
    return places.WORK / f"llama-programs-{importlib.metadata.version(_PACKAGE)}"


def _libraries() -> tuple[Path, Path]:
    """The folder the engine loads its libraries from, and the one that holds llama.cpp's `common`."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise CanNotMeasure("llama-cpp-python is not installed")
    package = Path(spec.origin).parent
    engine, common = package / "lib", package.parent / "lib"
    if not (common / "libllama-common.so").is_file():
        raise CanNotMeasure(
            "the installed llama-cpp-python has no libllama-common.so to link llama.cpp's programs to; "
            f"build it here: pip install --no-binary {_PACKAGE} --force-reinstall {_PACKAGE}"
        )
    return engine, common


def _sources(folder: Path) -> Path:
    """What the programs are made of, from the source distribution (pip's cache, or the index)."""
    tree = folder / "llama.cpp"
    if not tree.is_dir():
        version = importlib.metadata.version(_PACKAGE)
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


def _compile(program: LlamaProgram, tree: Path, path: Path) -> None:
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        raise CanNotMeasure("no C++ compiler: apt-get install g++")
    objects = path.with_suffix(".objects")
    objects.mkdir(exist_ok=True)
    for name, text in program.written:
        (objects / name).write_text(text, "utf-8")
    units = [unit for pattern in program.sources for unit in sorted(tree.glob(pattern))]
    units += [objects / name for name, _ in program.written if name.endswith(".cpp")]
    folders = dict.fromkeys((objects, *(tree / part for part in _INCLUDED), *(unit.parent for unit in units)))
    flags = ["-O3", "-DNDEBUG", "-std=c++17", "-w", *program.flags, *(f"-I{folder}" for folder in folders)]

    def compiled(unit: Path) -> Path:
        target = objects / f"{unit.stem}.o"
        _call([compiler, *flags, "-c", str(unit), "-o", str(target)], program.name)
        return target

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(compiled, units))
    engine, common = _libraries()
    draft = path.with_suffix(".new")
    linked = [f"-L{engine}", f"-L{common}", f"-Wl,-rpath,{engine}", f"-Wl,-rpath,{common}"]
    linked += [f"-l{name}" for name in (*program.libraries, "llama-common", "pthread")]
    _call([compiler, *map(str, made), "-o", str(draft), *linked], program.name)
    shutil.rmtree(objects)
    draft.replace(path)


def _call(command: Sequence[str], name: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        errors = [line for line in ran.stderr.splitlines() if "error" in line or "undefined" in line] or ["no words"]
        raise CanNotMeasure(f"{name} does not compile: {errors[0]}")
