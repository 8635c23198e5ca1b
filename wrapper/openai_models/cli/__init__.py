"""The command `openai-models`.

Needs the extra: `pip install "openai-models[cli]"`.
"""
