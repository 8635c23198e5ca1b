"""A program's own tests: models made by hand, a double for the resource."""

import copy
import json

from openai import OpenAI
from openai.pagination import SyncPage
from openai.resources import AsyncModels, Models
from openai.types import Model, ModelDeleted


def make(name: str = "gpt-4o-mini") -> Model:
    return Model(id=name, created=1721172741, object="model", owned_by="system")


def page() -> SyncPage[Model]:
    return SyncPage[Model](data=[make("a"), make("b")], object="list")


class Catalogue:
    """Takes the resource rather than the client, so that a double fits."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def names(self) -> list[str]:
        return [model.id for model in self.models.list()]


def is_async(models: Models | AsyncModels) -> bool:
    return isinstance(models, AsyncModels)


def test_the_catalogue() -> None:
    assert copy.copy(make()) == make()
    assert make().to_dict()["id"] == json.loads(make().to_json())["id"]
    assert make().model_dump(exclude_none=True)["created"] == json.loads(make().model_dump_json(indent=2))["created"]
    assert ModelDeleted(id="ft:a", deleted=True, object="model").deleted
    assert [model.id for model in page().data] == ["a", "b"]
    with OpenAI(api_key="sk-test") as client:
        assert Catalogue(client.models).models is not None
        assert not is_async(client.models)
