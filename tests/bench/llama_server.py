"""llama.cpp's own server, on this computer alone: the peer of a whole conversation, and a server to ask in tests."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.child import CanNotMeasure
from bench.llama_programs import LlamaProgram, build, built
from bench.talk import greedy
from fanlight.domain.messages import Message
from fanlight.fetch.served_body import chat_body

_NO_PAGES = """#pragma once
#include <array>
#include <string>
struct llama_ui_asset { std::string name; const unsigned char * data; std::size_t size; std::string etag, type; };
inline const llama_ui_asset * llama_ui_find_asset(const std::string &) { return nullptr; }
inline bool llama_ui_use_gzip() { return false; }
inline const std::array<llama_ui_asset, 0> & llama_ui_get_assets() {
    static const std::array<llama_ui_asset, 0> none{};
    return none;
}
"""
"""What its build writes without web pages."""

_PROGRAM = LlamaProgram(
    "llama-server",
    ("tools/server/*.cpp", "vendor/cpp-httplib/httplib.cpp"),
    ("mtmd", "llama", "ggml", "ggml-base"),
    written=(("ui.h", _NO_PAGES),),
    # Hidden: llama.cpp's `common` has an HTTP library with other flags in itself.
    flags=("-fvisibility=hidden", "-fvisibility-inlines-hidden", "-DLLAMA_SUBPROCESS"),
)
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class LlamaServer:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, messages: Sequence[Message], tokens: int) -> tuple[float, str]:
        """Seconds from the request to the first piece of the answer, and all of it. Raises ContextFull."""
        body = json.dumps(chat_body("any", messages, greedy(tokens)))
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)) as connection:
            start, first, pieces = perf_counter(), 0.0, list[str]()
            connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status == 400:
                error = json.loads(response.read())["error"]
                raise ContextFull(error["n_prompt_tokens"], error["n_ctx"], perf_counter() - start)
            for line in response:
                if line.startswith(b"data: {") and (said := _piece(json.loads(line[6:]))):
                    first = first or perf_counter() - start
                    pieces.append(said)
        return first or perf_counter() - start, "".join(pieces)


@dataclass
class ContextFull(Exception):
    need: int
    have: int
    seconds: float


def _piece(chunk: dict[str, Any]) -> str:
    choices = chunk.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    return delta.get("content") or delta.get("reasoning_content") or ""


def llama_server() -> Path:
    """The program, built when there is none for the installed version yet: minutes. Raises CanNotMeasure."""
    return build(_PROGRAM)


def built_llama_server() -> Path | None:
    return built(_PROGRAM)


@contextmanager
def serving(program: Path, log: Path, *arguments: str) -> Iterator[LlamaServer]:
    """A server that answers, until the block ends. What it says goes into `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(program), "--offline", "--host", "127.0.0.1", "--port", str(port), *arguments]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        _wait_until_ready(process, port, log)
        yield LlamaServer(port, process)
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            lines = log.read_text("utf-8", "replace").strip().splitlines() or ["no words"]
            raise CanNotMeasure(f"llama-server ended with {process.returncode}: {lines[-1]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise CanNotMeasure(f"llama-server was not ready after {_PATIENCE_SECONDS:.0f} s")


if __name__ == "__main__":
    print(llama_server())
