"""`python -m openai_models.contract URL`: the same as `openai-models contract URL`."""

import runpy
import sys

if __name__ == "__main__":
    sys.argv.insert(1, "contract")
    runpy.run_module("openai_models", run_name="__main__", alter_sys=True)
