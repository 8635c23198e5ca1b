"""The command `openai-models`: what people ask about models.

Needs the extra: `pip install "openai-models[cli]"`.
"""
