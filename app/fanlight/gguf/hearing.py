"""The sound encoder of a projector: how much it hears at once, and checks of its shapes, which clip.cpp hardly makes.

A projector that sees may hear, too; one that hears alone is refused (`vision.projector_type`).
"""

from __future__ import annotations

from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.gguf.header import Header, read
from fanlight.gguf.projectors import HEARING
from fanlight.gguf.refusal import expect, misfit, needed, text, unusable, whole, wrong_storage
from fanlight.i18n import _, format_number

A = "clip.audio."
USUAL_SECONDS = 30
"""What a family hears that says nothing else: Gemma 4, Qwen2-Audio, Ultravox."""
MOST_SECONDS = 600
"""Of families that were trained on longer recordings, which are cut into windows: beside it the context has to have
room for their tokens."""
_LONGEST = {"voxtral": MOST_SECONDS, "qwen3a": MOST_SECONDS, "musicflamingo": MOST_SECONDS, "meralion": 300}
_WHISPER = frozenset(("ultravox", "qwen2a", "voxtral", "musicflamingo", "meralion", "glma"))
_STACKED = frozenset(("ultravox", "voxtral", "meralion", "glma"))
_CHAINS = {
    "qwen2a": ("mm.a.fc.weight",),
    "voxtral": ("mm.a.mlp.1.weight", "mm.a.mlp.2.weight"),
    "musicflamingo": ("mm.a.mlp.1.weight", "mm.a.mlp.2.weight"),
}
"""The matrices that a token goes through, in order."""
_VOICES = frozenset(("qwen3tts_spkenc", "qwen3tts_gen", "pockettts_spkenc", "pockettts_gen"))
"""They take the sound of a voice to speak with."""
_DEAF = frozenset(("gemma3nv",))
"""mtmd loads no sound encoder beside it."""
_POSITIONS = 1500
_OTHERS_BYTES = 160 * 2**20
_POOLED = frozenset(("qwen2a", "voxtral", "musicflamingo"))
"""Two positions become one."""


def sound_type(header: Header | None) -> str:
    """Of its sound encoder; "" where it has none, or none that Fanlight knows."""
    if header is None or header.metadata.get("clip.has_audio_encoder") is not True:
        return ""
    shared = text(header, "clip.projector_type", "")
    kind = shared or text(header, "clip.audio.projector_type", "")
    if shared in _DEAF or header.metadata.get("clip.vision.projector_type") in _DEAF:
        return ""
    kind = "qwen2a" if kind == "qwen2.5o" else kind
    return kind if kind in HEARING - _VOICES else ""


def longest_heard(header: Header | None) -> int:
    """Seconds of the longest sound that a projector hears; 0: it hears none."""
    kind = sound_type(header)
    return _LONGEST.get(kind, USUAL_SECONDS) if kind else 0


def longest_heard_by(spec: ModelSpec) -> int:
    """As `longest_heard`, of a model that is not loaded; 0 also where its projector cannot be read, which is said when
    it is loaded."""
    projector = spec.source.projector if isinstance(spec.source, ModelFiles) else None
    if projector is None:
        return 0
    try:
        return longest_heard(read(projector))
    except ModelError:
        return 0


def hearing_bytes(header: Header) -> int:
    """About what encoding a window of 30 s takes, rather too much: a frame of 10 ms in Whisper's first layers, and what
    other encoders take for their first convolutions."""
    if not (kind := sound_type(header)):
        return 0
    width, inner = header.get(A + "embedding_length", 0), header.get(A + "feed_forward_length", 0)
    frames = 4 * 2 * _POSITIONS * (inner + 2 * width)
    return frames if kind in _WHISPER else max(frames, _OTHERS_BYTES)


def check_hearing(header: Header) -> None:
    """Whether what is like Whisper's encoder has Whisper's shapes: a wrong one aborts the process. Raises
    ModelBroken."""
    kind = sound_type(header)
    if kind not in _WHISPER:
        return
    width = whole(header, A + "embedding_length", 1, 1 << 16)
    heads, bands = whole(header, A + "attention.head_count", 1, 1024), whole(header, A + "num_mel_bins", 1, 1024)
    inner = whole(header, A + "feed_forward_length", 1, 1 << 20)
    if width % heads:
        raise unusable(
            header,
            _("A width of {width} cannot be split into {count} heads.").format(width=format_number(width), count=heads),
        )
    stack = whole(header, A + "projector.stack_factor", 1, 64, default=None if kind in _STACKED else 1)
    _check_front(header, width, bands)
    if kind in _STACKED and kind != "glma":
        _check_stack(header, kind, width, stack)
    for layer in range(whole(header, A + "block_count", 1, 512)):
        _check_layer(header, f"a.blk.{layer}.", width, inner)
    into = width * (stack if kind in _STACKED else 1)
    for name in _CHAINS.get(kind, ()):
        matrix = needed(header, name)
        if len(matrix.shape) != 2 or matrix.shape[0] != into:
            raise misfit(header, matrix, width)
        into = matrix.shape[1]


def _check_stack(header: Header, kind: str, width: int, stack: int) -> None:
    """clip.cpp counts the tokens in one way and computes them in another; where these differ it aborts the process.
    GGML_PAD is meant for powers of two, and is used with other numbers."""
    pooled = 2 if kind in _POOLED else 1
    numbers, stride = _POSITIONS // pooled * width, width * stack
    computed = ((numbers + stride - 1) & ~(stride - 1)) // stride
    if computed != -(-2 * _POSITIONS // stack) // 2 // pooled:
        raise unusable(header, _("Its sound encoder does not make the number of tokens that it should."))


def _check_front(header: Header, width: int, bands: int) -> None:
    places = needed(header, "a.position_embd.weight")
    if len(places.shape) != 2 or places.shape[0] != width or places.shape[1] < _POSITIONS:
        raise misfit(header, places, width)
    if places.type != "f32":
        raise wrong_storage(header, places)
    for number, into in ((1, bands), (2, width)):
        expect(header, needed(header, f"a.conv1d.{number}.weight"), (3, into, width))
        expect(header, needed(header, f"a.conv1d.{number}.bias"), (1, width))


def _check_layer(header: Header, start: str, width: int, inner: int) -> None:
    for name in ("ln1", "ln2", "attn_q", "attn_v"):
        expect(header, needed(header, f"{start}{name}.bias"), (width,))
    for name in ("ln1", "ln2"):
        expect(header, needed(header, f"{start}{name}.weight"), (width,))
    for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
        expect(header, needed(header, f"{start}{name}.weight"), (width, width))
    if f"{start}attn_k.bias" in header.named:
        raise unusable(header, _("Its sound encoder is none that Fanlight knows."))
    expect(header, needed(header, f"{start}ffn_up.weight"), (width, inner))
    expect(header, needed(header, f"{start}ffn_down.weight"), (inner, width))
