"""Warn a chat channel when a model in use is missing, or is about to be shut down. Run it every night.

    CHAT_WEBHOOK=https://chat.example/hook python nightly_check.py gpt-4o gpt-4o-mini

The key comes from OPENAI_API_KEY. Exit status 1 means that there was something to tell.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

import httpx

from openai_models import OpenAI

NOTICE = timedelta(days=90)


def find_problems(client: OpenAI, ids: list[str]) -> list[str]:
    """Return one sentence for each model that is missing or will be shut down within `NOTICE`."""
    today = datetime.now(UTC).date()
    models = {model.id: model for model in client.models.list()}
    problems = []
    for id in ids:
        model = models.get(id)
        if model is None:
            problems.append(f"{id} does not exist, or the key cannot see it")
        elif model.shutdown_date is not None and model.shutdown_date <= today + NOTICE:
            days = (model.shutdown_date - today).days
            when = f"in {days} days" if days > 0 else "already"
            problems.append(f"{id} is shut down {when} ({model.shutdown_date})")
    return problems


def main(ids: list[str]) -> int:
    """Check the models and post what is wrong. Return the exit status."""
    with OpenAI(timeout=20) as client:
        problems = find_problems(client, ids)
    for problem in problems:
        print(problem)
    webhook = os.environ.get("CHAT_WEBHOOK")
    if problems and webhook:  # Slack, Mattermost and Google Chat take this form
        text = "Models that need attention:\n" + "\n".join(f"- {problem}" for problem in problems)
        httpx.post(webhook, json={"text": text}, timeout=20).raise_for_status()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
