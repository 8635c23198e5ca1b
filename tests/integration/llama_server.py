"""Serve a model with llama.cpp's own HTTP server on a free port of 127.0.0.1, until terminated.

Usage, in the environment of requirements/integration.txt: `llama_server.py MODEL.gguf ALIAS...`. LLAMA_API_KEY holds
the key to accept. Once the model is loaded, it prints `ready: http://127.0.0.1:PORT`.
"""

from __future__ import annotations

import os
import signal
import sys

import xllamacpp  # type: ignore[import-not-found,unused-ignore]  # only in the integration environment


def main(model: str, *aliases: str) -> None:
    """Start the server, and wait for a signal."""
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
