"""The scripts behind `make run` and `make test`, on systems that are made up: a folder of programs is all there is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALWAYS = ("sh", "dirname", "tr", "grep", "find", "uname")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the scripts look at Linux systems")


class System:
    """Programs by name, as shell scripts; everything they were called with is in `calls`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "calls"
        self.log.touch()
        for name in ALWAYS:
            (folder / name).symlink_to(shutil.which(name) or "")

    def has(self, name: str, does: str = "") -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\n{does}\n', "utf-8")
        path.chmod(0o755)

    def libraries(self, job: str, **env: str) -> subprocess.CompletedProcess[str]:
        script = ["sh", "packaging/system-libraries.sh", job]
        env = {"PATH": str(self.folder), "HOME": str(self.folder), **env}
        return subprocess.run(script, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    @property
    def calls(self) -> str:
        return self.log.read_text("utf-8")


@pytest.fixture
def bare(tmp_path: Path) -> System:
    """A Debian with nothing on it, and a user who is not root."""
    folder = tmp_path / "bin"
    folder.mkdir()
    system = System(folder)
    system.has("id", "echo 1000")
    system.has("ldconfig")
    system.has("apt-get")
    system.has("sudo")
    return system


def test_a_user_is_told_one_line_and_nothing_is_installed(bare: System) -> None:
    ran = bare.libraries("run", DISPLAY=":0")
    assert ran.returncode == 1
    (line,) = [line for line in ran.stdout.splitlines() if "sudo" in line]
    assert line.strip().startswith("sudo apt-get install")
    assert {"g++", "libxcb-cursor0", "libegl1"} <= set(line.split())
    assert "apt-get" not in bare.calls
    assert "sudo" not in bare.calls


def test_root_gets_it_installed(bare: System) -> None:
    bare.has("id", "echo 0")
    ran = bare.libraries("test")
    assert ran.returncode == 0
    (call,) = [call for call in bare.calls.splitlines() if call.startswith("apt-get")]
    assert {"install", "g++", "libxcb-cursor0", "xvfb", "strace"} <= set(call.split())
    assert "sudo" not in bare.calls


def test_apt_get_that_fails_is_said(bare: System) -> None:
    bare.has("id", "echo 0")
    bare.has("apt-get", "exit 100")
    ran = bare.libraries("run")
    assert ran.returncode == 1
    assert "could not install" in ran.stdout


def test_a_system_without_apt_get_is_told_what_is_missing(bare: System) -> None:
    (bare.folder / "apt-get").unlink()
    ran = bare.libraries("run", DISPLAY=":0")
    assert ran.returncode == 1
    assert "libxcb-cursor" in ran.stdout
    assert "apt-get" not in ran.stdout


def test_without_a_screen_only_the_compiler_is_needed_to_run(bare: System) -> None:
    bare.has("c++")
    assert bare.libraries("run").returncode == 0
    assert bare.libraries("run", DISPLAY=":0").returncode == 1
    assert bare.libraries("test").returncode == 1


def test_where_all_is_there_nothing_is_said_or_called() -> None:
    script = ["sh", str(ROOT / "packaging" / "system-libraries.sh"), "test"]
    if shutil.which("Xvfb") is None:
        pytest.skip("this system lacks programs for the tests")
    ran = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    for name, does in (("python3", "exit 1"), ("python3.12", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    sh = shutil.which("sh") or "sh"
    look = [sh, "packaging/find-python.sh"]
    ran = subprocess.run(look, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, "python3.12\n")
    (tmp_path / "python3.12").unlink()
    ran = subprocess.run(look, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (1, "")


def test_the_python_that_is_named_is_the_one_that_is_used() -> None:
    look, env = ["sh", "packaging/find-python.sh"], {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}
    ran = subprocess.run(look, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == sys.executable


def test_llama_cpp_is_built_without_amx_beside_the_flags_the_user_has_set() -> None:
    values = "print:; @echo $$CFLAGS = $$CXXFLAGS"
    make = ["make", "--no-print-directory", "--eval", values, "print"]
    told = subprocess.run(
        make, cwd=ROOT, env={**os.environ, "CXXFLAGS": "-O3"}, capture_output=True, text=True, timeout=60
    )
    c, _, cxx = told.stdout.partition(" = ")
    assert "-U__AMX_INT8__" in c
    assert cxx.split() == ["-O3", "-U__AMX_INT8__"]


class TestLlamaForACard:
    """`make run GPU=...`: what is missing is said before anything is compiled, and nothing is compiled twice."""

    @staticmethod
    def build(system: System, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        script = ["sh", "packaging/gpu-build.sh", *words]
        env = {"PATH": str(system.folder), "SYSTEM": str(system.folder / "usr"), **env}
        return subprocess.run(script, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    @staticmethod
    def sdk(folder: Path, version: int, minor: int = 3) -> str:
        headers = folder / "sdk" / "include" / "vulkan"
        headers.mkdir(parents=True)
        (headers / "vulkan_core.h").write_text(
            f"#define VK_HEADER_VERSION {version}\n"
            f"#define VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION(0, 1, {minor}, VK_HEADER_VERSION)\n",
            "utf-8",
        )
        return str(folder / "sdk")

    @pytest.fixture
    def system(self, bare: System) -> System:
        (bare.folder / "sed").symlink_to(shutil.which("sed") or "")
        return bare

    def test_one_line_says_what_vulkan_needs(self, system: System) -> None:
        ran = self.build(system, "vulkan", "check")
        assert ran.returncode == 1
        (line,) = [line for line in ran.stdout.splitlines() if "sudo" in line]
        assert {"glslc", "libvulkan-dev", "spirv-headers"} <= set(line.split())

    @pytest.mark.parametrize(("offered", "old"), [("1.3.239.0-1", True), ("1.4.309.0-1", False), ("(none)", False)])
    def test_a_system_that_offers_old_headers_is_not_told_to_install_them(
        self, system: System, offered: str, old: bool
    ) -> None:
        system.has("apt-get")
        system.has("apt-cache", f'echo "libvulkan-dev:"; echo "  Candidate: {offered}"')
        ran = self.build(system, "vulkan", "check")
        assert ran.returncode == 1
        (line,) = [line for line in ran.stdout.splitlines() if line.startswith("    ")]
        assert ("vulkan_tools.sh" in line) == old
        assert ("install -y glslc" in line) == (not old)
        assert ("debian-archive-keyring" in line) == old  # it is not there
        keys = system.folder / "usr" / "share" / "keyrings"
        keys.mkdir(parents=True)
        (keys / "debian-archive-keyring.gpg").touch()
        assert "debian-archive-keyring" not in self.build(system, "vulkan", "check").stdout

    def test_a_folder_beside_the_build_is_found_from_elsewhere(self, system: System, tmp_path: Path) -> None:
        asks = 'case "$1" in *has_backend.py) exit 1 ;; esac; echo "$VULKAN_SDK $PATH" >> '
        system.has("python", f"{asks}{system.log}")
        sdk = os.path.relpath(self.sdk(tmp_path, 309, 4), ROOT)
        assert self.build(system, "vulkan", "build", "python", SDK=sdk).returncode == 0
        assert system.calls.splitlines()[-1].startswith(f"{tmp_path}/sdk {tmp_path}/sdk/bin:")
        assert "not there" in self.build(system, "vulkan", "check", SDK="nowhere").stdout

    @pytest.mark.parametrize(("version", "minor", "status"), [(239, 3, 1), (261, 3, 0), (309, 4, 0), (5, 4, 0)])
    def test_headers_that_are_too_old_are_said(
        self, system: System, tmp_path: Path, version: int, minor: int, status: int
    ) -> None:
        system.has("glslc")
        system.has("c++")
        ran = self.build(system, "vulkan", "check", SDK=self.sdk(tmp_path, version, minor))
        assert ran.returncode == status, ran.stdout + ran.stderr
        assert ("too old" in ran.stdout and f"1.{minor}.{version}" in ran.stdout) == bool(status)

    @pytest.mark.parametrize(
        ("kind", "word"), [("cuda", "nvcc"), ("hip", "hipconfig"), ("metal", "Mac"), ("gpu", "vulkan,")]
    )
    def test_other_kinds_say_what_they_need(self, system: System, kind: str, word: str) -> None:
        ran = self.build(system, kind, "check")
        assert ran.returncode == 1
        assert word in ran.stdout

    def test_what_is_built_already_needs_nothing_more(self, system: System) -> None:
        """Also in a terminal that does not know of the headers beside it."""
        system.has("python")
        assert self.build(system, "vulkan", "check", "python").returncode == 0
        assert self.build(system, "vulkan", "build", "python").returncode == 0
        assert "pip" not in system.calls
        system.has("python", "exit 1")
        assert "glslc" in self.build(system, "vulkan", "check", "python").stdout

    def test_it_is_built_once_from_its_sources_and_a_failure_is_said(self, system: System, tmp_path: Path) -> None:
        asks = 'case "$1" in *has_backend.py) exit 1 ;; esac; echo "CMAKE_ARGS=$CMAKE_ARGS" >> '
        system.has("python", f"{asks}{system.log}")
        assert self.build(system, "vulkan", "build", "python", SDK=self.sdk(tmp_path, 309, 4)).returncode == 0
        assert "--no-binary llama-cpp-python" in system.calls
        assert "llama-cpp-python==0." in system.calls
        assert "CMAKE_ARGS=-DGGML_VULKAN=on" in system.calls
        system.has("python", 'case "$1" in *has_backend.py) exit 1 ;; esac; exit 1')
        failed = self.build(system, "cuda", "build", "python")
        assert failed.returncode == 1
        assert "could not be built for cuda" in failed.stdout
        system.log.write_text("", "utf-8")
        system.has("python")
        assert self.build(system, "vulkan", "build", "python").returncode == 0
        assert "pip" not in system.calls

    def test_a_backend_is_found_among_the_files_of_the_package(self, tmp_path: Path) -> None:
        def status(*asked: str) -> int:
            command = [sys.executable, "packaging/has_backend.py", *asked]
            before = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
            environment = os.environ | {"PYTHONPATH": before}
            return subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False).returncode

        version = metadata.version("llama-cpp-python")
        assert status("cpu", version) == 0
        assert status("cuda", version) == 1
        assert status("cpu", "0.0.1") == 1
        folder = tmp_path / f"llama_cpp_python-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: llama-cpp-python\nVersion: {version}\n", "utf-8"
        )
        for library, found in (("libggml-base.so", 1), ("libggml-cpu-haswell.so", 1), ("libggml-vulkan.so", 0)):
            (folder / "RECORD").write_text(f"llama_cpp/lib/{library},,\n", "utf-8")
            assert status("any") == found
