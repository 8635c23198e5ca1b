"""Serve a model of random weights with llama.cpp's own HTTP server on a free port of 127.0.0.1, until terminated.

Usage, in the environment of requirements/integration.txt: `llama_server.py MODEL.gguf ALIAS...`; it writes the model.
LLAMA_API_KEY holds the key to accept. Once the model is loaded, it prints `ready: http://127.0.0.1:PORT`.
"""

from __future__ import annotations

import os
import signal
import sys

import gguf  # type: ignore[import-not-found,unused-ignore]  # only in the integration environment
import numpy as np  # type: ignore[import-not-found,unused-ignore]  # likewise
import xllamacpp  # type: ignore[import-not-found,unused-ignore]  # likewise

WIDTH = 32
SPECIAL_TOKENS = [("<unk>", gguf.TokenType.UNKNOWN), ("<s>", gguf.TokenType.CONTROL), ("</s>", gguf.TokenType.CONTROL)]
# llama.cpp's SentencePiece tokenizer falls back to byte tokens; without them it tokenizes nothing.
BYTE_TOKENS = [(f"<0x{byte:02X}>", gguf.TokenType.BYTE) for byte in range(256)]
VOCABULARY = [*SPECIAL_TOKENS, *BYTE_TOKENS, ("\u2581", gguf.TokenType.NORMAL)]
MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
NORMS = ("blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight")


def write(path: str) -> None:
    """Write the smallest model that llama.cpp loads: one block of the llama architecture with one attention head."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(WIDTH)
    writer.add_block_count(1)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _ in VOCABULARY])
    writer.add_token_types([kind for _, kind in VOCABULARY])
    writer.add_token_scores([0.0] * len(VOCABULARY))
    random = np.random.default_rng(0)
    writer.add_tensor("token_embd.weight", random.standard_normal((len(VOCABULARY), WIDTH), dtype=np.float32))
    for name in MATRICES:
        writer.add_tensor(f"blk.0.{name}.weight", random.standard_normal((WIDTH, WIDTH), dtype=np.float32))
    for name in NORMS:
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(model: str, *aliases: str) -> None:
    """Write the model, start the server, and wait for a signal."""
    write(model)
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = set(aliases)
    params.api_keys = [os.environ["LLAMA_API_KEY"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.offline = True
    params.ui = False
    params.warmup = False
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    # A single write, since the server's threads print to the same stream.
    sys.stdout.write(f"ready: {server.listening_address}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
