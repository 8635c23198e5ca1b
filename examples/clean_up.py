"""Delete the fine-tuned models that are older than some days, after a confirmation.

    python clean_up.py 180

The key in OPENAI_API_KEY must belong to an owner of the organization.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from openai_models import NotFoundError, OpenAI, OpenAIError
from openai_models.types import Model


def find_old(client: OpenAI, days: int) -> list[Model]:
    """Return the fine-tuned models that were created more than `days` ago, the oldest first."""
    limit = datetime.now(UTC) - timedelta(days=days)
    old = [
        model
        for model in client.models.list()
        if model.is_fine_tuned and model.created_at is not None and model.created_at < limit
    ]
    return sorted(old, key=lambda model: model.created)


def delete(client: OpenAI, model: Model) -> str:
    """Delete a model. Return what became of it."""
    try:
        client.models.delete(model.id)
    except NotFoundError:
        return "was gone already"
    except OpenAIError as error:  # the others may still be deleted
        return f"failed: {error}"
    return "deleted"


def main(days: int) -> int:
    """List the old models, ask, and delete them. Return the exit status."""
    with OpenAI() as client:
        old = find_old(client, days)
        for model in old:
            print(f"{model.created_at:%Y-%m-%d}  {model.id}")
        if not old or input(f"Delete {len(old)} models? [y/N] ").strip().lower() != "y":
            print("Nothing was deleted.")
            return 0
        outcomes = [(model.id, delete(client, model)) for model in old]
    for id, outcome in outcomes:
        print(f"{id}: {outcome}")
    return int(any(outcome.startswith("failed") for _, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
