"""Language models the pinned llama.cpp supports, by GGUF's `general.architecture`: from llama-arch.cpp and
src/models."""

from __future__ import annotations

from fanlight.i18n import N_


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


ARCHITECTURES = names(
    """
    llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bert modern-bert nomic-bert
    nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3
    qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3
    codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 gemma4-assistant
    gemma-embedding starcoder2 mamba mamba2 maple jamba falcon-h1 xverse command-r cohere2 cohere2moe dbrx olmo
    olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 chatglm glm4
    glm4moe glm-dsa bitnet t5 t5encoder jais jais2 nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe
    rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid graniteswitch granite_swa chameleon
    wavtokenizer-dec plm bailingmoe bailingmoe2 bailingmoe3 dots1 dots3note arcee afmoe laguna ernie4_5
    ernie4_5-moe hunyuan-moe hunyuan-dense hunyuan_vl hy_v3 hy_v4 smollm3 gpt-oss lfm2 lfm2moe dream
    smallthinker llada llada-moe seed_oss grovemoe apertus minimax-01 hrm_text minimax-m2 minimax-m3 cogvlm rnd1
    pangu-embedded mistral3 eagle3 dflash mistral4 paddleocr mimo2 step35 spark2_5 llama-embed maincoder
    kimi-linear kimi-k3 glm5-next talkie mellum nanbeige qwen3tts pockettts
    """
)

# Known, but of no use for a conversation, and why.
NOT_FOR_CHAT = {
    **dict.fromkeys(
        ("bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2", "jina-bert-v3", "eurobert",
         "gemma-embedding", "llama-embed"),
        N_("It is an embedding model, which searches texts and cannot answer."),
    ),
    **dict.fromkeys(("t5", "t5encoder"), N_("It rewrites texts and cannot hold a conversation.")),
    **dict.fromkeys(("wavtokenizer-dec", "qwen3tts", "pockettts"), N_("It makes speech and cannot answer.")),
    **dict.fromkeys(("eagle3", "dflash", "gemma4-assistant"), N_("It drafts for a larger model and cannot answer.")),
}  # fmt: skip

# Their graphs assume that all of a head is rotated, and abort the process when it is not.
FULL_ROTATION = names(
    """
    apertus arcee arctic baichuan chameleon codeshell cogvlm cohere2moe dbrx deci deepseek dots1 dream ernie4_5
    ernie4_5-moe exaone exaone-moe exaone4 falcon granite granite_swa graniteswitch grok grovemoe hunyuan-moe
    hunyuan_vl hy_v3 internlm2 jais2 llada llada-moe llama llama4 maincoder mellum minimax-01 minimax-m2
    mistral3 nemotron olmo olmo2 olmoe orion paddleocr pangu-embedded plamo pockettts qwen2 qwen2moe qwen2vl
    qwen3 qwen3moe qwen3vl qwen3vlmoe rnd1 seed_oss smallthinker smollm3 starcoder2 talkie xverse
    """
)

# M-RoPE: `rope.dimension_sections` divides a head among several directions.
SECTIONED_ROTATION = frozenset(("qwen2vl", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "qwen4exp", "paddleocr"))
SECTIONED_WHEN_SEEING = frozenset(("glm4", "glm4moe"))

TOKENIZERS = frozenset(("llama", "gpt2", "hybriddna", "whitespace", "rwkv", "plamo2", "gemma4"))
ROPE_SCALINGS = frozenset(("none", "linear", "yarn", "longrope"))
