"""Checks of a model's vocabulary: llama.cpp asserts some of it at load and some at the first token."""

from __future__ import annotations

from fanlight.gguf.architectures import TOKENIZERS
from fanlight.gguf.header import Header
from fanlight.gguf.refusal import no_entry, unusable, wrong_type
from fanlight.i18n import _, format_number, ngettext

TOKENS = "tokenizer.ggml.tokens"
NONE = -1

# bos and eos when the file does not say: by tokenizer (llama-vocab.cpp).
_DEFAULTS = {"llama": (1, 2), "gpt2": (11, 11), "hybriddna": (11, 11), "whitespace": (11, 11), "plamo2": (1, 2)}
_NO_BOS = frozenset(("chatglm-bpe", "glm4", "glm5"))


def check_vocabulary(header: Header) -> int:
    """The number of tokens. Raises ModelBroken."""
    kind = header.metadata.get("tokenizer.ggml.model")
    if not isinstance(kind, str):
        raise unusable(header, _("It has no vocabulary."))
    if kind not in TOKENIZERS:
        raise unusable(header, _("Its tokenizer ({name}) cannot be used for a conversation.").format(name=kind[:40]))
    count = _length_of(header, TOKENS, ("[str]",))
    if not count:
        raise unusable(header, _("Its vocabulary is empty."))
    for key, kinds in (("scores", ("[f32]", "[i32]")), ("token_type", ("[i32]",))):
        if f"tokenizer.ggml.{key}" in header.metadata and _length_of(header, f"tokenizer.ggml.{key}", kinds) != count:
            raise unusable(
                header,
                _("Its vocabulary has {count} tokens, but not as many entries in {key}.").format(
                    count=format_number(count), key=key
                ),
            )
    if kind in ("gpt2", "hybriddna", "whitespace", "gemma4") and header.get("tokenizer.ggml.pre", "") != "kimi-k2":
        _length_of(header, "tokenizer.ggml.merges", ("[str]",))
    _check_tokens(header, kind, count)
    _check_ends(header, kind, count)
    return count


def _length_of(header: Header, key: str, kinds: tuple[str, ...]) -> int:
    count = header.length(key)
    if count is None:
        raise no_entry(header, key)
    if header.kinds[key] not in kinds:
        raise wrong_type(header, key)
    return count


def _check_tokens(header: Header, kind: str, count: int) -> None:
    """No token occurs twice (llama.cpp reads them up to a zero byte, and names empty ones by number)."""
    tokens = header.strings(TOKENS)
    known = set(tokens)
    if b"" in known or b"\0" in b"".join(tokens):
        known = {token.partition(b"\0")[0] or b"[EMPTY_%d]" % i for i, token in enumerate(tokens)}
    if len(known) != count:
        raise unusable(
            header,
            ngettext(
                "{count} token occurs twice in its vocabulary.",
                "{count} tokens occur twice in its vocabulary.",
                count - len(known),
            ).format(count=format_number(count - len(known))),
        )
    if kind != "llama":
        return
    bare = [byte for byte in range(256) if b"<0x%02X>" % byte not in known and bytes((byte,)) not in known]
    if bare:
        raise unusable(header, _("Its vocabulary has no token for {count} of the 256 bytes.").format(count=len(bare)))


def _check_ends(header: Header, kind: str, count: int) -> None:
    """The tokens that begin and end a text exist when they are to be added."""
    bos, eos = _DEFAULTS.get(kind, (NONE, NONE))
    if header.get("tokenizer.ggml.pre", "") in _NO_BOS:
        bos = NONE
    found = {}
    for name, default in (("bos", bos), ("eos", eos), ("eot", NONE), ("eom", NONE)):
        key = f"tokenizer.ggml.{name}_token_id"
        value = header.get(key, default)
        if key in header.metadata and not 0 <= value < count:
            raise unusable(
                header,
                _("The value of {key} is {value}, but there are {count} tokens.").format(
                    key=key, value=format_number(value), count=format_number(count)
                ),
            )
        found[name] = value if value < count else NONE
    always = kind == "gemma4"
    for name in ("bos", "eos"):
        wanted = header.get(f"tokenizer.ggml.add_{name}_token", False) or (always and name == "bos")
        if wanted and found[name] == NONE:
            raise unusable(header, _("It has no {name} token, but adds one to every text.").format(name=name))
