"""Write the smallest model that llama.cpp loads, with random weights.

Usage, in the environment of requirements/integration.txt: `tiny_gguf.py MODEL.gguf`.
"""

from __future__ import annotations

import sys

import gguf  # type: ignore[import-not-found,unused-ignore]  # only in the integration environment
import numpy as np  # type: ignore[import-not-found,unused-ignore]  # likewise

CONTEXT_LENGTH = 64
WIDTH = 32
SEED = 0

SPECIAL_TOKENS = [("<unk>", gguf.TokenType.UNKNOWN), ("<s>", gguf.TokenType.CONTROL), ("</s>", gguf.TokenType.CONTROL)]
# llama.cpp's SentencePiece tokenizer falls back to byte tokens; without them it tokenizes nothing.
BYTE_TOKENS = [(f"<0x{byte:02X}>", gguf.TokenType.BYTE) for byte in range(256)]
VOCABULARY = [*SPECIAL_TOKENS, *BYTE_TOKENS, ("\u2581", gguf.TokenType.NORMAL)]

RANDOM_TENSORS = {
    "token_embd.weight": (len(VOCABULARY), WIDTH),
    "blk.0.attn_q.weight": (WIDTH, WIDTH),
    "blk.0.attn_k.weight": (WIDTH, WIDTH),
    "blk.0.attn_v.weight": (WIDTH, WIDTH),
    "blk.0.attn_output.weight": (WIDTH, WIDTH),
    "blk.0.ffn_gate.weight": (WIDTH, WIDTH),
    "blk.0.ffn_up.weight": (WIDTH, WIDTH),
    "blk.0.ffn_down.weight": (WIDTH, WIDTH),
}
NORMS = ["blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"]


def write(path: str) -> None:
    """Write one block of the llama architecture with one attention head. The output is always the same."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT_LENGTH)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(WIDTH)
    writer.add_block_count(1)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _ in VOCABULARY])
    writer.add_token_types([kind for _, kind in VOCABULARY])
    writer.add_token_scores([0.0] * len(VOCABULARY))
    random = np.random.default_rng(SEED)
    for name, shape in RANDOM_TENSORS.items():
        writer.add_tensor(name, random.standard_normal(shape, dtype=np.float32))
    for name in NORMS:
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    write(sys.argv[1])
