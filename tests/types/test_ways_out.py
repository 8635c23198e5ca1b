"""Whichever way a result leaves the program, it leaves whole: as what `to_dict()` gives."""

import copy
import json
from collections.abc import Callable
from typing import Annotated, Any, cast

import pytest
from fastapi import Body, FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError
from tests.parts import Server, Shell, answer

from openai_models.pagination import AsyncPage, SyncPage
from openai_models.types import Model, ModelDeleted

SENT: dict[str, Any] = {
    "object": "model",
    "id": "gpt-4o-mini",
    "created": 1721172741,
    "shutdown_date": "2026-10-23",
    "max_model_len": 8192,
    "keys": "a method's name",
    "meta": {"tags": ["a", None]},
}
DELETED = {"id": "ft:a", "object": "model", "deleted": True}
LIST = {"object": "list", "data": [SENT, {"id": "b", "created": "soon"}], "first_id": None}


def called(call: Callable[[Any], Any], sent: object) -> Any:
    return call(Shell("sync").client(Server(answer(sent))).models)


def retrieved() -> Model:
    model: Model = called(lambda models: models.retrieve("gpt-4o-mini"), SENT)
    return model


def listed(sent: object = LIST) -> SyncPage[Model]:
    page: SyncPage[Model] = called(lambda models: models.list(), sent)
    return page


def deleted() -> ModelDeleted:
    deletion: ModelDeleted = called(lambda models: models.delete("ft:a"), DELETED)
    return deletion


def changed_model() -> Model:
    model: Any = retrieved()
    model.tag = "x"
    return cast("Model", model)


def changed_page() -> SyncPage[Model]:
    page = listed()
    page.data[0].created = 5
    page.data.append(Model(id="c"))
    return page


RESULTS: dict[str, Callable[[], Any]] = {
    "a model": retrieved,
    "a model with a new field": changed_model,
    "a model by keyword": lambda: Model(id="a", created=5, object="model"),
    "a page": listed,
    "a page that was changed": changed_page,
    "a page of null": lambda: listed({"object": "list", "data": None}),
    "an async page": lambda: AsyncPage.from_dict(LIST),
    "a deletion": deleted,
}


def dumped_in_a_list(result: Any) -> Any:
    kind: Any = list[type(result)]  # type: ignore[misc]  # only known when the test runs
    return TypeAdapter(kind).dump_python([result])[0]


WAYS: dict[str, Callable[[Any], Any]] = {
    "dict": dict,
    "unpacking": lambda result: {**result},
    "vars": vars,
    "json, by vars": lambda result: json.loads(json.dumps(result, default=vars)),
    "json, by dict": lambda result: json.loads(json.dumps(result, default=dict)),
    "to_json": lambda result: json.loads(result.to_json()),
    "deepcopy": lambda result: copy.deepcopy(result).to_dict(),
    "from_dict": lambda result: type(result).from_dict(result.to_dict()).to_dict(),
    "FastAPI's encoder": jsonable_encoder,
    "FastAPI's encoder, nested": lambda result: jsonable_encoder({"here": [result]})["here"][0],
    "pydantic": lambda result: TypeAdapter(type(result)).dump_python(result),
    "pydantic's JSON": lambda result: json.loads(TypeAdapter(type(result)).dump_json(result)),
    "pydantic, in a list": dumped_in_a_list,
    "pydantic, of any type": lambda result: TypeAdapter(Any).dump_python(result),
    "pydantic's JSON, of any type": lambda result: json.loads(TypeAdapter(Any).dump_json({"here": result}))["here"],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)
def test_every_way_out_gives_what_to_dict_gives(make: Callable[[], Any], way: Callable[[Any], Any]) -> None:
    result = make()
    expected = result.to_dict()
    assert expected
    assert way(result) == expected
    assert result.to_dict() == expected


def test_what_a_server_sent_is_what_leaves() -> None:
    assert (retrieved().to_dict(), listed().to_dict(), deleted().to_dict()) == (SENT, LIST, DELETED)
    assert [model["created"] for model in changed_page()["data"] if "created" in model] == [5, "soon"]


@pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)
def test_pydantic_reads_what_it_has_dumped(make: Callable[[], Any]) -> None:
    result = make()
    adapter = TypeAdapter(type(result))
    read = [adapter.validate_json(adapter.dump_json(result)), adapter.validate_python(adapter.dump_python(result))]
    assert read == [result, result]
    assert {type(each) for each in read} == {type(result)}
    assert adapter.validate_python(result) is result


class Catalogue(BaseModel):
    """What somebody's program holds models in."""

    best: Model
    others: list[Model] = []
    gone: ModelDeleted | None = None
    page: SyncPage[Model] | None = None
    either: Model | int | None = None
    anything: Any = None


FULL: dict[str, Any] = {
    "best": SENT,
    "others": [SENT, {"id": "b"}],
    "gone": {"id": "c", "deleted": True},
    "page": LIST,
    "either": 5,
    "anything": {"id": "a"},
}


def test_a_pydantic_model_has_fields_of_the_results() -> None:
    gone = ModelDeleted(id="c", deleted=True)
    others = [retrieved(), Model(id="b")]
    catalogue = Catalogue(best=retrieved(), others=others, gone=gone, page=listed(), either=5, anything=Model(id="a"))
    assert catalogue.model_dump() == json.loads(catalogue.model_dump_json()) == FULL
    again = Catalogue.model_validate_json(catalogue.model_dump_json())
    assert (again.best, again.best.shutdown_date) == (catalogue.best, catalogue.best.shutdown_date)
    assert again.page is not None
    assert [model.id for model in again.page] == ["gpt-4o-mini", "b"]
    assert again.model_copy(deep=True).model_dump() == FULL
    assert Catalogue(best=Model(id="a"), either=Model(id="b")).model_dump(exclude_none=True)["either"] == {"id": "b"}


@pytest.mark.parametrize("fields", ['{"id": 5}', "{}", '"gpt-4o"', "[]", "null"])
def test_what_is_no_model_is_pydantics_own_error(fields: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Model).validate_json(fields)
    with pytest.raises(ValidationError):
        TypeAdapter(SyncPage[Model]).validate_json(f'{{"data": [{fields}]}}' if fields[0] == "{" else fields)


def taken(model: Annotated[Model, Body()]) -> Model:
    return model


ROUTES: dict[str, tuple[Callable[[], Any], dict[str, Any], Any]] = {
    "/untyped": (listed, {}, LIST),
    "/nested": (lambda: {"models": list(listed())}, {"response_model": None}, {"models": LIST["data"]}),
    "/page": (listed, {"response_model": SyncPage[Model]}, LIST),
    "/list": (lambda: listed().data, {"response_model": list[Model]}, LIST["data"]),
    "/model": (retrieved, {"response_model": Model}, SENT),
    "/deletion": (deleted, {"response_model": ModelDeleted}, DELETED),
    "/catalogue": (lambda: FULL, {"response_model": Catalogue}, FULL),
}


@pytest.fixture(scope="module")
def gateway() -> TestClient:
    """Build a program that returns what it got."""
    app = FastAPI()
    for path, (function, options, _) in ROUTES.items():
        app.get(path, **options)(function)
    app.post("/back")(taken)
    return TestClient(app)


@pytest.mark.parametrize("path", ROUTES)
def test_a_gateway_returns_what_it_got(path: str, gateway: TestClient) -> None:
    response = gateway.get(path)
    assert (response.status_code, response.json()) == (200, ROUTES[path][2])


def test_a_gateway_takes_a_model_and_describes_it(gateway: TestClient) -> None:
    assert gateway.post("/back", json=SENT).json() == SENT
    assert gateway.post("/back", json={"id": 5}).status_code == 422
    paths = gateway.get("/openapi.json").json()["paths"]
    schema = paths["/model"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    kinds = [TypeAdapter(Model).json_schema(mode=mode)["type"] for mode in ("validation", "serialization")]
    assert [schema["type"], *kinds] == ["object"] * 3


replaced: Callable[..., Any] = getattr(copy, "replace", None) or (
    lambda result, **changes: result.__replace__(**changes)
)


def test_a_copy_with_other_values() -> None:
    model = retrieved()
    model._request_id = "req-1"
    other = replaced(model, id="b", shutdown_date=None, tag="x", self=1)
    assert (other.id, other.shutdown_date, other.tag, other._request_id) == ("b", None, "x", "req-1")
    assert other.to_dict() == {**SENT, "id": "b", "shutdown_date": None, "tag": "x", "self": 1}
    assert model.to_dict() == SENT
    page = listed()
    shorter = replaced(page, data=page.data[:1])
    assert [model.id for model in shorter] == ["gpt-4o-mini"]
    assert shorter.data[0] is page.data[0]
    assert len(page.data) == 2
    with pytest.raises(AttributeError):
        replaced(model, created_at=None)


def test_what_is_set_on_a_page_in_brackets_is_read_everywhere() -> None:
    page: Any = listed()
    page["data"] = [{"id": "x"}]
    page["has_more"] = False
    assert [model.id for model in page] == [model.id for model in page.data] == ["x"]
    assert dict(page) == page.to_dict() == {**LIST, "data": [{"id": "x"}], "has_more": False}


NOT_LOADED = """
import sys
from openai_models.types import Model
print(hasattr(Model(id="a"), "__pydantic_serializer__"), "pydantic" in sys.modules)
"""


def test_pydantic_is_not_needed_nor_loaded(run_python: Callable[..., str]) -> None:
    assert run_python(NOT_LOADED) == "False False\n"
