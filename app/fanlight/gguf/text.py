"""Checks of a language model's file before llama.cpp reads it.

llama.cpp compares tensors with the metadata and reports differences; what it asserts, divides by, or takes for granted
is checked here. Weights are not read: a file with damaged weights and a sound header passes (a scan would take as long
as the load itself)."""

from __future__ import annotations

import re

from fanlight.domain.errors import ProjectorMismatch
from fanlight.gguf import architectures as known
from fanlight.gguf.header import Header
from fanlight.gguf.refusal import (
    MOST,
    check_floats,
    each,
    expect,
    floats,
    missing,
    shape,
    text,
    unusable,
    whole,
    wrong_storage,
    wrong_value,
)
from fanlight.gguf.vocabulary import check_vocabulary
from fanlight.i18n import N_, _, format_number

MAX_LAYERS, MAX_EXPERTS, MAX_WIDTH, MIN_CONTEXT = 512, 1024, 1 << 20, 256
ALWAYS_F32 = ("_norm.weight", ".bias", "ssm_a", "ssm_d", "ssm_conv1d.weight", "shortconv.conv.weight")
OTHER_TYPES = {
    "adapter": N_("It is a LoRA adapter, which changes a model, and not a model."),
    "imatrix": N_("It is an importance matrix, not a model."),
    "control_vector": N_("It is a control vector, not a model."),
}
_BLOCK = re.compile(r"blk\.(\d+)\.")
_ENCODER = ("v.", "mm.", "a.")
"""Beginnings of the names of a projector's tensors."""


def check_text(header: Header) -> None:
    """Raises ModelBroken, or ProjectorMismatch when the file is a projector."""
    _check_kind(header)
    arch = header.architecture
    layers = whole(header, f"{arch}.block_count", 1, MAX_LAYERS)
    width = whole(header, f"{arch}.embedding_length", 1, MAX_WIDTH)
    whole(header, f"{arch}.context_length", MIN_CONTEXT)
    whole(header, f"{arch}.nextn_predict_layers", 0, layers, default=0)
    check_floats(header, f"{arch}.")
    _check_heads(header, layers, width)
    _check_rotation(header)
    _check_experts(header, layers)
    _check_recurrence(header)
    tokens = check_vocabulary(header)
    _check_tensors(header, layers, width, tokens)


def _check_kind(header: Header) -> None:
    kind, arch = header.get("general.type", "model"), header.architecture
    if kind in OTHER_TYPES:
        raise unusable(header, _(OTHER_TYPES[kind]), _("Open the model itself."))
    if arch == "clip" or kind == "mmproj":
        raise ProjectorMismatch(
            _("{file} is a projector (the vision encoder), not a language model.").format(file=header.path.name),
            _("Open the language model's file; the projector is loaded with it."),
        )
    if not arch:
        raise unusable(header, _("It does not say what kind of model it is."))
    if any(name.startswith(_ENCODER) for name in header.named):
        raise unusable(
            header,
            _("The picture encoder is in the same file, in a form of Ollama's own that llama.cpp cannot load."),
            _("Get the model as two files, the second with mmproj in its name."),
        )
    if arch not in known.ARCHITECTURES:
        raise unusable(
            header,
            _("Its architecture ({name}) is unknown to this version of Fanlight.").format(name=arch[:40]),
            _("A newer version may know it. Fanlight supports the models of llama.cpp."),
        )
    if arch in known.NOT_FOR_CHAT:
        raise unusable(header, _(known.NOT_FOR_CHAT[arch]), _("Open a chat or vision model."))


def _check_heads(header: Header, layers: int, width: int) -> None:
    prefix = f"{header.architecture}.attention."
    heads = each(header, prefix + "head_count", layers, 0, 65_536, default=0)
    pairs = (
        each(header, prefix + "head_count_kv", layers, 0, 65_536, default=0) if _has(header, "head_count_kv") else heads
    )
    each(header, f"{header.architecture}.feed_forward_length", layers, 0, 1 << 24, default=0)
    if not any(heads) and header.architecture in known.FULL_ROTATION:
        raise unusable(header, _("It has no attention heads."))
    for head, pair in zip(heads, pairs, strict=True):
        if pair and (head < pair or head % pair):
            raise unusable(header, _("{heads} attention heads cannot share {keys} keys.").format(heads=head, keys=pair))
    first = heads[0]
    if first and width % first and f"{prefix}key_length" not in header.metadata:
        raise unusable(
            header,
            _("A width of {width} cannot be split into {count} heads.").format(width=format_number(width), count=first),
        )
    for key in (
        "key_length",
        "value_length",
        "key_length_swa",
        "value_length_swa",
        "key_length_mla",
        "value_length_mla",
    ):
        whole(header, prefix + key, 1, 65_536, default=1)
    whole(header, prefix + "sliding_window", 0, MOST, default=0)


def _has(header: Header, key: str) -> bool:
    return f"{header.architecture}.attention.{key}" in header.metadata


def _check_rotation(header: Header) -> None:
    arch = header.architecture
    scaling = text(header, f"{arch}.rope.scaling.type", "none")
    if scaling not in known.ROPE_SCALINGS:
        raise unusable(header, _("Its position scaling ({name}) is unknown.").format(name=scaling[:40]))
    for key, number in floats(header, f"{arch}.rope."):
        if number < 0 and "log_multiplier" not in key and "yarn" not in key:
            raise wrong_value(header, key, number)
    heads = header.metadata.get(f"{arch}.attention.head_count")
    first = heads[0] if isinstance(heads, tuple) and heads else heads
    if not isinstance(first, int) or not first:
        return
    size = header.own("attention.key_length", header.own("embedding_length", 0) // first)
    rotated = whole(header, f"{arch}.rope.dimension_count", 2, max(size, 2), default=max(size, 2))
    if rotated % 2 or (arch in known.FULL_ROTATION and rotated != size):
        raise unusable(
            header,
            _("The value of {key} is {value}, but a head has {size} numbers.").format(
                key=f"{arch}.rope.dimension_count", value=rotated, size=size
            ),
        )
    if arch in known.FULL_ROTATION and header.own("attention.value_length", size) != size:
        raise unusable(header, _("Its keys and values have different lengths."))
    sections = header.metadata.get(f"{arch}.rope.dimension_sections")
    if sections is not None or arch in known.SECTIONED_ROTATION:
        _check_sections(header, sections, rotated)


def _check_sections(header: Header, sections: object, rotated: int) -> None:
    numbers = [n for n in sections if type(n) is int and n >= 0] if isinstance(sections, tuple) else []
    counted = isinstance(sections, tuple) and len(numbers) == len(sections) and len(numbers) in (3, 4)
    if not counted or not 0 < sum(numbers) <= max(rotated, 1):
        raise unusable(
            header,
            _("The list {key} does not divide a head.").format(key=f"{header.architecture}.rope.dimension_sections"),
        )


def _check_experts(header: Header, layers: int) -> None:
    arch = header.architecture
    experts = whole(header, f"{arch}.expert_count", 0, MAX_EXPERTS, default=0)
    used = max(each(header, f"{arch}.expert_used_count", layers, 0, MAX_EXPERTS, default=0))
    groups = whole(header, f"{arch}.expert_group_count", 0, MAX_EXPERTS, default=0)
    chosen = whole(header, f"{arch}.expert_group_used_count", 0, MAX_EXPERTS, default=0)
    if arch.startswith("hunyuan") and experts <= 1:
        return
    wrong = used > experts or (experts and not used) or (groups and groups >= experts)
    if wrong or (groups > 1 and (experts % groups or not 0 < chosen < groups)):
        raise unusable(
            header,
            _("It cannot use {used} of {count} experts in {groups} groups.").format(
                used=used, count=experts, groups=groups
            ),
        )


def _check_recurrence(header: Header) -> None:
    """Sizes of state-space and convolution layers, by which llama.cpp's graphs divide."""
    arch = header.architecture
    for key in ("ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank", "wkv.head_size"):
        if f"{arch}.{key}" in header.metadata:
            whole(header, f"{arch}.{key}", 1, 1 << 24)
    if f"{arch}.shortconv.l_cache" in header.metadata:
        whole(header, f"{arch}.shortconv.l_cache", 2, 1024)


def _check_tensors(header: Header, layers: int, width: int, tokens: int) -> None:
    embedding = header.named.get("token_embd.weight")
    if embedding is None:
        raise missing(header, "token_embd.weight")
    expect(header, embedding, (width, tokens))
    blocks = {int(match[1]) for match in map(_BLOCK.match, header.named) if match}
    if blocks and max(blocks) >= layers:
        raise unusable(
            header,
            _("It has tensors for {found} layers but declares {count}.").format(found=max(blocks) + 1, count=layers),
        )
    drafting = header.own("nextn_predict_layers", 0)  # layers that only draft are often left out of a file
    absent = sorted(set(range(layers - drafting)) - blocks)
    if absent:
        raise unusable(header, _("Layer {number} of {count} is missing.").format(number=absent[0], count=layers))
    _check_queries(header, layers, width)
    for tensor in header.tensors:
        plain = len(tensor.shape) == 1 or tensor.name.endswith(ALWAYS_F32)
        if tensor.type in ("i8", "i16", "i64", "f64", "q8_1", "q8_K") or (plain and tensor.type not in ("f32", "i32")):
            raise wrong_storage(header, tensor)
        if tensor.type == "i32" and "tid2eid" not in tensor.name:
            raise wrong_storage(header, tensor)


def _check_queries(header: Header, layers: int, width: int) -> None:
    """The query matrix has room for each head: some graphs take a head's length for granted."""
    arch = header.architecture
    heads = each(header, f"{arch}.attention.head_count", layers, 0, 65_536, default=0)
    for layer, count in enumerate(heads):
        matrix = header.named.get(f"blk.{layer}.attn_q.weight")
        if matrix is None or not count or len(matrix.shape) != 2:
            continue
        size = header.own("attention.key_length", width // count)
        exact = arch in known.FULL_ROTATION or arch in ("lfm2", "lfm2moe")
        if matrix.shape[1] % count or (exact and matrix.shape[1] != count * size):
            raise unusable(
                header,
                _("The tensor {tensor} is {shape}, for {count} heads of {size} numbers.").format(
                    tensor=matrix.name, shape=shape(matrix.shape), count=count, size=size
                ),
            )
