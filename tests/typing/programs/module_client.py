"""A program that configures the module instead of making a client."""

import openai


def configure() -> None:
    openai.api_key = "sk-module"
    openai.organization = "org-1"
    openai.project = None
    openai.base_url = "http://127.0.0.1:1234/v1/"
    openai.timeout = 5
    openai.max_retries = 3
    openai.default_headers = {"X-Team": "search"}
    openai.default_query = {"verbose": True}


def main() -> list[str]:
    configure()
    model: openai.types.Model = openai.models.retrieve("gpt-4o-mini")
    return [model.id, *(each.id for each in openai.models.list())]
