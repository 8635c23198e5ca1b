"""Count the calls of the package's own functions in a warm sync `retrieve`, by module.

A move is a call in another module than the call before.
"""

from collections import Counter
from itertools import groupby

from tests.bench.counting import Calls

from openai_models import OpenAI
from openai_models.testing import MockServer

MODEL = {"id": "m1", "object": "model", "created": 1, "owned_by": "me", "shutdown_date": None}


def own_calls() -> list[str]:
    """Return the module of each call, in their order."""
    with MockServer(models=[MODEL]) as mock, OpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        for _ in range(3):
            client.models.retrieve("m1")
        found = []
        for _ in range(5):
            with Calls() as calls:
                client.models.retrieve("m1")
            found.append([module for module in calls.python if module.partition(".")[0] == "openai_models"])
    return min(found, key=len)  # a response that comes in two pieces takes a read more


def summary(modules: list[str]) -> dict[str, int]:
    """Return how many calls, modules and moves between modules there were."""
    return {"calls": len(modules), "modules": len(set(modules)), "moves": len(list(groupby(modules))) - 1}


if __name__ == "__main__":
    found = own_calls()
    for name, calls in Counter(found).most_common():
        print(f"{calls:4} {name}")
    print(summary(found))
