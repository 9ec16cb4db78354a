"""Projector types of the pinned llama.cpp (tools/mtmd/clip-impl.h, clip.cpp) and the tensors that describe each."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.gguf.architectures import names


@dataclass(frozen=True, slots=True)
class Projector:
    """`output` names the tensor (and its axis) whose length is the width of a picture token; `chain` are the matrices
    a merged patch goes through, in order, where that is all there is. `merged`: `scale_factor` squared patches become
    one token. `models`: the architectures it is made for, when it can serve no other."""

    output: tuple[str, int]
    chain: tuple[str, ...] = ()
    merged: bool = False
    fixed: bool = False
    models: frozenset[str] = frozenset()


_QWEN3 = frozenset(("qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "qwen4exp"))
_QWEN2 = frozenset(("qwen2vl",))

# `fixed`: pictures (or their tiles) always have `image_size`, and positions are one for each patch.
PROJECTORS: dict[str, Projector] = {
    "mlp": Projector(("mm.2.weight", 1)),
    "ldp": Projector(("mm.model.mb_block.1.block.2.1.bias", 0)),
    "ldpv2": Projector(("mm.model.peg.0.bias", 0)),
    "resampler": Projector(("resampler.proj.weight", 0)),
    "adapter": Projector(("adapter.linear.dense_4h_to_h.weight", 1)),
    "qwen2vl_merger": Projector(("mm.2.bias", 0), ("mm.0.weight", "mm.2.weight"), merged=True, models=_QWEN2),
    "qwen2.5vl_merger": Projector(("mm.2.bias", 0), ("mm.0.weight", "mm.2.weight"), merged=True, models=_QWEN2),
    "qwen2.5o": Projector(("mm.2.bias", 0), ("mm.0.weight", "mm.2.weight"), merged=True),
    "qwen3vl_merger": Projector(("mm.2.bias", 0), ("mm.0.weight", "mm.2.weight"), merged=True, models=_QWEN3),
    "ling3vl": Projector(("mm.2.bias", 0), models=frozenset(("bailingmoe3",))),
    "step3vl": Projector(("mm.model.fc.weight", 1)),
    "gemma3": Projector(("mm.input_projection.weight", 0), fixed=True),
    "gemma3nv": Projector(("mm.input_projection.weight", 0), models=frozenset(("gemma3n",))),
    "gemma4v": Projector(("mm.input_projection.weight", 1), models=frozenset(("gemma4",))),
    "gemma4uv": Projector(("mm.input_projection.weight", 1), models=frozenset(("gemma4",))),
    "phi4": Projector(("mm.2.weight", 1), ("mm.0.weight", "mm.2.weight")),
    "idefics3": Projector(("mm.model.fc.weight", 1), ("mm.model.fc.weight",), merged=True, fixed=True),
    "pixtral": Projector(("mm.2.weight", 1), ("mm.1.weight", "mm.2.weight")),
    "lightonocr": Projector(("mm.2.weight", 1), ("mm.1.weight", "mm.2.weight")),
    "internvl": Projector(
        ("mm.model.mlp.3.weight", 1), ("mm.model.mlp.1.weight", "mm.model.mlp.3.weight"), merged=True, fixed=True
    ),
    "nemotron_v2_vl": Projector(("mm.model.mlp.3.weight", 1)),
    "llama4": Projector(("mm.model.fc.weight", 1), models=frozenset(("llama4",))),
    "lfm2": Projector(("mm.2.weight", 1), ("mm.1.weight", "mm.2.weight"), merged=True),
    "kimivl": Projector(("mm.2.weight", 1), ("mm.1.weight", "mm.2.weight"), merged=True),
    "kimik25": Projector(("mm.2.weight", 1), ("mm.1.weight", "mm.2.weight"), merged=True),
    "paddleocr": Projector(("mm.2.weight", 1), models=frozenset(("paddleocr",))),
    "cogvlm": Projector(("mm.down.weight", 1), models=frozenset(("cogvlm",))),
    "janus_pro": Projector(("mm.1.bias", 0), ("mm.0.weight", "mm.1.weight"), fixed=True),
    "dots_ocr": Projector(("mm.2.weight", 1)),
    "dots3note_v": Projector(("mm.2.weight", 1), models=frozenset(("dots3note",))),
    "deepseekocr": Projector(("mm.model.fc.weight", 1)),
    "deepseekocr2": Projector(("mm.model.fc.weight", 1)),
    "deepseek4v": Projector(("mm.2.weight", 1), models=frozenset(("deepseek4",))),
    "glm4v": Projector(("mm.down.weight", 1), models=frozenset(("glm4", "glm4moe"))),
    "glm5v": Projector(("mm.down.weight", 1)),
    "youtuvl": Projector(("mm.2.bias", 0)),
    "yasa2": Projector(("mm.2.weight", 1), ("mm.0.weight", "mm.2.weight")),
    "exaone4_5": Projector(("mm.2.bias", 0)),
    "hunyuanvl": Projector(("mm.model.fc.weight", 1), models=frozenset(("hunyuan_vl",))),
    "minicpmv4_6": Projector(("mm.down.weight", 1)),
    "mimovl": Projector(("mm.2.weight", 1), models=frozenset(("mimo2",))),
    "minimax_m3": Projector(("mm.merger.fc2.bias", 0), models=frozenset(("minimax-m3",))),
    "granite4_vision": Projector(("v.proj_blk.0.linear.weight", 1)),
    "muse-glimmer": Projector(("mm.2.weight", 1), models=frozenset(("muse-glimmer",))),
}

# Models with one vision encoder: any other projector would get wrong positions.
MADE_FOR: dict[str, frozenset[str]] = {
    "qwen2vl": frozenset(("qwen2vl_merger", "qwen2.5vl_merger", "qwen2.5o", "dots_ocr")),
    "gemma3": frozenset(("gemma3",)),
    "gemma3n": frozenset(("gemma3nv",)),
    "gemma4": frozenset(("gemma4v", "gemma4uv")),
    "llama4": frozenset(("llama4",)),
    "lfm2": frozenset(("lfm2",)),
    "lfm2moe": frozenset(("lfm2",)),
    "cogvlm": frozenset(("cogvlm",)),
    "paddleocr": frozenset(("paddleocr",)),
    "hunyuan_vl": frozenset(("hunyuanvl",)),
    "deepseek2-ocr": frozenset(("deepseekocr", "deepseekocr2")),
    **dict.fromkeys(_QWEN3, frozenset(("qwen3vl_merger",))),
}

# What stands around a picture in the prompt (mtmd.cpp), by projector: a vocabulary with one of these was made for it.
# Families share vocabularies: Qwen's text models have the tokens of its models that see, so they say nothing of others.
_PICTURE_TOKENS = {
    **dict.fromkeys(
        ("qwen2vl_merger", "qwen2.5vl_merger", "qwen2.5o", "qwen3vl_merger", "youtuvl"), "<|vision_start|>"
    ),
    **dict.fromkeys(("gemma3", "gemma3nv"), "<start_of_image>"),
    **dict.fromkeys(("lfm2", "llama4"), "<|image_start|>"),
    **dict.fromkeys(("kimivl", "kimik25"), "<|media_start|> <|media_begin|>"),
    **dict.fromkeys(("pixtral", "lightonocr"), "[IMG] [IMG_END]"),
    "idefics3": "<fake_token_around_image> <global-img>",
    "internvl": "<img>",
    "glm4v": "<|begin_of_image|>",
    "janus_pro": "<begin_of_image>",
}
_ANY_PICTURE_TOKENS = "<image> </image> <|image|> <|img|> <|endofimg|> <image_soft_token> <|image_1|> <img>"


def picture_tokens(kind: str) -> frozenset[bytes]:
    """Tokens of a model that was made for a projector of this type."""
    return frozenset(word.encode() for word in names(_PICTURE_TOKENS.get(kind, _ANY_PICTURE_TOKENS)))


HEARING = names(
    """
    gemma3na gemma4a gemma4ua ultravox qwen2a qwen3a glma voxtral meralion musicflamingo dots3note_a lfm2a
    granite_speech mimo_audio parakeet qwen3tts_spkenc qwen3tts_gen pockettts_spkenc pockettts_gen
    """
)

# These have encoders of their own: there is no plain stack of layers to compare with the metadata.
OWN_ENCODER = frozenset(
    ("gemma3nv", "gemma4uv", "yasa2", "deepseekocr", "deepseekocr2", "cogvlm", "llama4", "granite4_vision")
)

# Patches are not made by a plain convolution over three colors.
OTHER_PATCHES = frozenset(("youtuvl", "muse-glimmer"))
# No class token; queries, keys and values have a bias.
UPRIGHT = frozenset(("qwen2vl_merger", "qwen2.5vl_merger", "qwen2.5o", "qwen3vl_merger"))
# Queries, keys and values are separate tensors.
SEPARATE = frozenset(("qwen2vl_merger", "qwen2.5vl_merger", "qwen2.5o", "mlp", "ldp", "ldpv2", "adapter"))
# Several queries may share a key.
GROUPED = frozenset(("mimovl", "exaone4_5", "deepseekocr2", "dots3note_v"))

# The type clip.cpp reads each key as; it aborts the process when a value has another type.
KINDS: dict[str, str] = {
    **dict.fromkeys(("general.name", "general.description", "clip.projector_type", "clip.vision.projector_type",
                     "clip.audio.projector_type", "clip.gen.audio.projector_type", "clip.gen.audio.model_variant",
                     "clip.vision.mm_patch_merge_type"), "str"),
    **dict.fromkeys(("clip.has_vision_encoder", "clip.has_audio_encoder", "clip.has_gen_audio_encoder",
                     "clip.use_gelu", "clip.use_silu"), "bool"),
    **dict.fromkeys(("clip.vision.image_mean", "clip.vision.image_std"), "[f32]"),
    **dict.fromkeys(("clip.vision.image_grid_pinpoints", "clip.vision.wa_layer_indexes", "clip.vision.feature_layer",
                     "clip.vision.wa_pattern_mode", "clip.vision.projector.spatial_offsets",
                     "clip.audio.feature_layer", "clip.audio.rvq.codebook_size",
                     "clip.audio.wa_pattern_mode"), "[i32]"),
    "clip.vision.swiglu_clamp": "f32",
    "clip.vision.attention.layer_norm_epsilon": "f32",
    "clip.audio.attention.layer_norm_epsilon": "f32",
    "clip.gen.audio.attention.layer_norm_epsilon": "f32",
    "clip.minicpmv_version": "i32",
    "clip.minicpmv_query_num": "u32",
}  # fmt: skip
NUMBERS = frozenset(
    f"clip.{side}.{key}"
    for side in ("vision", "audio", "gen.audio")
    for key in names(
        """
    attention.head_count attention.head_count_kv attention.head_dim block_count embedding_length feed_forward_length
    projection_dim chunk_size conv_kernel_size local_block_count local_group_size max_pos_emb num_mel_bins
    projector.downsample_rate projector.head_count projector.stack_factor projector.window_size rvq.num_quantizers
    subsampling_factor window_size expert_used_count image_max_pixels image_min_pixels image_size n_wa_pattern
    patch_size preproc_image_size preproc_max_tiles preproc_min_tiles projector.query_side projector.scale_factor
    projector.window_side sam.block_count sam.embedding_length sam.head_count spatial_merge_size
    """
    )
)
