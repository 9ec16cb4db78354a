"""The part of libpulse that hears an output, declared for ctypes. PulseAudio's server and PipeWire's answer it alike.
Standard library only."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

LIBRARY = "libpulse.so.0"

FLOAT32LE = 5
NO_AUTOSPAWN = 1
CONTEXT_READY, CONTEXT_FAILED = 4, 5
"""Of a context's states; greater ones are over, too."""
STREAM_READY, STREAM_FAILED = 2, 3
DONT_MOVE, ADJUST_LATENCY = 0x200, 0x2000
SINKS, SERVER = 0x01, 0x80
"""What a subscription is about."""
DEFAULT = 2**32 - 1

_CHANNELS = 32


class SampleSpec(Structure):
    _fields_ = (("format", c_int), ("rate", c_uint32), ("channels", c_uint8))


class ChannelMap(Structure):
    _fields_ = (("channels", c_uint8), ("map", c_int * _CHANNELS))


class Volume(Structure):
    _fields_ = (("channels", c_uint8), ("values", c_uint32 * _CHANNELS))


class BufferSizes(Structure):
    """In bytes."""

    _fields_ = tuple((name, c_uint32) for name in ("longest", "target", "prebuffer", "least", "fragment"))


class ServerInfo(Structure):
    _fields_ = (
        ("user", c_char_p), ("host", c_char_p), ("version", c_char_p), ("name", c_char_p), ("spec", SampleSpec),
        ("default_sink", c_char_p), ("default_source", c_char_p), ("cookie", c_uint32), ("map", ChannelMap),
    )  # fmt: skip


class SinkInfo(Structure):
    """The first of its fields."""

    _fields_ = (
        ("name", c_char_p), ("index", c_uint32), ("description", c_char_p), ("spec", SampleSpec), ("map", ChannelMap),
        ("module", c_uint32), ("volume", Volume), ("mute", c_int), ("monitor", c_uint32), ("monitor_name", c_char_p),
    )  # fmt: skip


ServerCallback = CFUNCTYPE(None, c_void_p, POINTER(ServerInfo), c_void_p)
SinkCallback = CFUNCTYPE(None, c_void_p, POINTER(SinkInfo), c_int, c_void_p)
SubscribeCallback = CFUNCTYPE(None, c_void_p, c_int, c_uint32, c_void_p)

_FUNCTIONS = {
    "pa_mainloop_new": (c_void_p,),
    "pa_mainloop_get_api": (c_void_p, c_void_p),
    "pa_mainloop_prepare": (c_int, c_void_p, c_int),
    "pa_mainloop_poll": (c_int, c_void_p),
    "pa_mainloop_dispatch": (c_int, c_void_p),
    "pa_context_new": (c_void_p, c_void_p, c_char_p),
    "pa_context_connect": (c_int, c_void_p, c_char_p, c_int, c_void_p),
    "pa_context_get_state": (c_int, c_void_p),
    "pa_context_errno": (c_int, c_void_p),
    "pa_strerror": (c_char_p, c_int),
    "pa_context_subscribe": (c_void_p, c_void_p, c_int, c_void_p, c_void_p),
    "pa_context_set_subscribe_callback": (None, c_void_p, SubscribeCallback, c_void_p),
    "pa_context_get_server_info": (c_void_p, c_void_p, ServerCallback, c_void_p),
    "pa_context_get_sink_info_by_name": (c_void_p, c_void_p, c_char_p, SinkCallback, c_void_p),
    "pa_operation_unref": (None, c_void_p),
    "pa_stream_new": (c_void_p, c_void_p, c_char_p, POINTER(SampleSpec), c_void_p),
    "pa_stream_connect_record": (c_int, c_void_p, c_char_p, POINTER(BufferSizes), c_int),
    "pa_stream_get_state": (c_int, c_void_p),
    "pa_stream_readable_size": (c_size_t, c_void_p),
    "pa_stream_peek": (c_int, c_void_p, POINTER(c_void_p), POINTER(c_size_t)),
    "pa_stream_drop": (c_int, c_void_p),
    "pa_stream_disconnect": (c_int, c_void_p),
    "pa_stream_unref": (None, c_void_p),
    "pa_usec_to_bytes": (c_size_t, c_uint64, POINTER(SampleSpec)),
}


def load() -> ctypes.CDLL:
    """Raises OSError where it is not installed."""
    library = ctypes.CDLL(LIBRARY)
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
