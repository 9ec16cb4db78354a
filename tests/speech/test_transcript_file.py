"""A transcript is saved whole or not at all."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.domain.errors import InputError
from fanlight.speech.transcript_file import save_transcript

CHILD = """
import sys
from pathlib import Path
from fanlight.domain.errors import InputError
from fanlight.speech.transcript_file import save_transcript
folder = Path(sys.argv[1])
save_transcript(["before"], folder / "talk.txt")
try:
    save_transcript(["much of it\\n"] * 1_000_000, folder / "talk.txt")
except InputError as error:
    print(error.message, error.hint)
print((folder / "talk.txt").read_text(), *sorted(path.name for path in folder.iterdir()))
"""


def test_it_takes_the_place_of_what_was_there_in_one_step(tmp_path: Path) -> None:
    save_transcript(["Hello ", "thére.\n"], tmp_path / "talk.txt")
    save_transcript(["Again.\n"], tmp_path / "talk.txt")
    assert (tmp_path / "talk.txt").read_bytes() == b"Again.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["talk.txt"]


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file") as error:
        save_transcript(["text"], tmp_path / "nowhere" / "talk.txt")
    assert error.value.hint == "Choose another folder."


def test_on_a_real_full_disk_the_old_file_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    if not shutil.which("unshare"):
        pytest.skip("needs `unshare` to mount a small file system")
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    mount = f"mount -t tmpfs -o size=1m tmpfs {shlex.quote(str(tmp_path))}"
    if subprocess.run([*own, "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small file system")
    child = shlex.join([sys.executable, "-c", CHILD, str(tmp_path)])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [*own, "sh", "-c", f"{mount} && exec {child}"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    said, left = ran.stdout.splitlines()
    assert said == "There is not enough disk space for talk.txt. Free up disk space, or choose another folder."
    assert left == "before talk.txt"
