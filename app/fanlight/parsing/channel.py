"""Packets between Fanlight and a parsing process: a small JSON object, byte strings, and open files.

On Linux over a socket that keeps packets apart, byte strings in anonymous memory (memfd) whose descriptor is passed:
the receiver copies them once, into the object it needs. Elsewhere over `multiprocessing`'s pipes, everything inline,
and files by their paths.
"""

from __future__ import annotations

import json
import os
import select
import socket
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PACKET_BYTES = 65_536
"""Largest JSON object."""
BLOB_BYTES = 512 * 2**20
"""Largest byte string."""
MOST_DESCRIPTORS = 4
SPARE_MEMORIES, SPARE_BYTES = 2, 8 * 2**20


@dataclass(frozen=True, slots=True)
class Written:
    """A byte string of `size` that is never whole on this side: `write` puts it straight into the memory that is
    sent."""

    size: int
    write: Callable[[BinaryIO], object]


@dataclass(frozen=True, slots=True)
class Packet:
    """`values` is a JSON object. `files` are descriptors that the receiver closes. `written` arrives as the first of
    its `blobs`."""

    values: Mapping[str, Any]
    blobs: Sequence[bytes] = ()
    files: Sequence[int] = ()
    written: Written | None = None

    @property
    def strings(self) -> list[Written]:
        own = [Written(len(blob), partial(_write, blob)) for blob in self.blobs]
        return own if self.written is None else [self.written, *own]


class ChannelClosed(Exception):
    """The other end is gone."""


class BadPacket(Exception):
    """What came is no packet: the other end is not to be trusted any more."""


class Channel(Protocol):
    def send(self, packet: Packet) -> None:
        """Raises ChannelClosed."""

    def wait(self, seconds: float) -> bool:
        """Whether `receive` has something, or the other end is gone."""

    def receive(self) -> Packet:
        """Raises ChannelClosed and BadPacket."""

    def close(self) -> None: ...


class SocketChannel:
    """Implements `Channel` on a Unix socket of type SOCK_SEQPACKET.

    An answer means that what was sent before it has been read: a few of those memories are written again, which spares
    the kernel clearing new ones."""

    reuses_memory = True
    """Off where answers do not follow their requests one by one."""

    def __init__(self, own: socket.socket) -> None:
        self._socket = own
        self._sent: list[int] = []
        self._spare: list[int] = []

    @classmethod
    def pair(cls) -> tuple[SocketChannel, SocketChannel]:
        """Two ends. Raises OSError."""
        own, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(own), cls(theirs)

    @classmethod
    def inherited(cls, number: int) -> SocketChannel:
        return cls(socket.socket(fileno=number))

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, packet: Packet) -> None:
        memories: list[int] = []
        try:
            for string in packet.strings:
                memories.append(self._spare.pop() if self._spare else os.memfd_create("fanlight", os.MFD_CLOEXEC))
                os.ftruncate(memories[-1], string.size)
                with open(memories[-1], "wb", buffering=0, closefd=False) as file:
                    _fill(file, string)
            head = _head_of(packet)
            socket.send_fds(self._socket, [head], [*memories, *packet.files])
        except ConnectionError as error:
            raise ChannelClosed from error
        finally:
            for descriptor in memories:
                small = os.fstat(descriptor).st_size <= SPARE_BYTES
                if small and self.reuses_memory and len(self._sent) < SPARE_MEMORIES:
                    self._sent.append(descriptor)
                else:
                    os.close(descriptor)

    def wait(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(1000 * seconds))

    def receive(self) -> Packet:
        try:
            head, descriptors, flags, _address = socket.recv_fds(
                self._socket, PACKET_BYTES, MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
        except ConnectionError as error:
            raise ChannelClosed from error
        if not head:
            raise ChannelClosed
        memories, files = descriptors, list[int]()
        try:
            if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
                raise BadPacket("cut off")
            values, sizes = _parsed(head)
            memories, files = descriptors[: len(sizes)], descriptors[len(sizes) :]
            if len(memories) != len(sizes):
                raise BadPacket("a descriptor is missing")
            packet = Packet(values, [_content(*pair) for pair in zip(memories, sizes, strict=True)], files)
            files = []  # they belong to the receiver now
            self._reuse()
            return packet
        finally:
            for descriptor in (*memories, *files):
                os.close(descriptor)

    def _reuse(self) -> None:
        self._spare += self._sent
        self._sent = []
        while len(self._spare) > SPARE_MEMORIES:
            os.close(self._spare.pop())

    def close(self) -> None:
        self._socket.close()
        for descriptor in (*self._sent, *self._spare):
            os.close(descriptor)
        self._sent, self._spare = [], []


class PipeChannel:
    """Implements `Channel` where descriptors cannot be passed: files are not sent, the receiver opens their paths."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, packet: Packet) -> None:
        try:
            self._connection.send_bytes(_head_of(packet))
            for string in packet.strings:
                file = BytesIO()
                _fill(file, string)
                self._connection.send_bytes(file.getvalue())
        except OSError as error:
            raise ChannelClosed from error

    def wait(self, seconds: float) -> bool:
        try:
            return self._connection.poll(seconds)
        except OSError:
            return True

    def receive(self) -> Packet:
        try:
            values, sizes = _parsed(self._connection.recv_bytes(PACKET_BYTES))
            blobs = [self._connection.recv_bytes(max(1, size)) for size in sizes]
        except (EOFError, OSError) as error:
            raise ChannelClosed from error
        if [len(blob) for blob in blobs] != sizes:
            raise BadPacket("a byte string of another size")
        return Packet(values, blobs)

    def close(self) -> None:
        self._connection.close()


def passes_descriptors() -> bool:
    return sys.platform == "linux"


def _head_of(packet: Packet) -> bytes:
    return json.dumps({"values": packet.values, "sizes": [string.size for string in packet.strings]}).encode()


def _parsed(head: bytes) -> tuple[dict[str, Any], list[int]]:
    try:
        found = json.loads(head)
        values, sizes = found["values"], found["sizes"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadPacket("no JSON object") from error
    right = isinstance(values, dict) and isinstance(sizes, list) and len(sizes) <= MOST_DESCRIPTORS
    if not right or not all(type(size) is int and 0 <= size <= BLOB_BYTES for size in sizes):
        raise BadPacket("an unknown head")
    return values, sizes


def _fill(file: BinaryIO, string: Written) -> None:
    """Make `string` the content of this memory."""
    file.seek(0)
    string.write(file)
    if file.tell() != string.size:
        raise ValueError(f"{file.tell()} bytes instead of {string.size}")


def _write(blob: bytes, file: BinaryIO) -> None:
    """A raw file may take a part at a time."""
    view = memoryview(blob)
    while view:
        view = view[file.write(view) :]


def _content(descriptor: int, size: int) -> bytes:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size != size:
        raise BadPacket("memory of another size")
    content = os.pread(descriptor, size, 0)
    if len(content) != size:
        raise BadPacket("memory that shrank")
    return content
