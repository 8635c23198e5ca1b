"""The templates in templates/ replace some of the generator's, and need another look when these change."""

import hashlib
from difflib import unified_diff
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Of the generator's own templates, when ours were last compared with them.
COMPARED = {
    "endpoint_module.py.jinja": "c1b2628053eb4875ba59566baa5ae907666f9cbfafa308d93f970a4404b7cd52",
    "model.py.jinja": "fd1c79680d51c06cfbb89809ad123750ba9add98b688036c04cabbf1f8ba40a0",
    "package_init.py.jinja": "ac15907e32dc39bd9b83ea6f2002fb87514f2182b97f88231b5a9c47321f6210",
    "models_init.py.jinja": "4f64a3d6e1b15a561be5573c1b7702eb928c0e4fa6b67107d20e57a74c44d51a",
    "types.py.jinja": "93df9d75883a4eafac77dd21bc6907f3ef612e3f7841e08656618dcf6c4ce494",
}


@pytest.mark.parametrize("name", COMPARED)
def test_the_generators_own_template_is_the_one_that_ours_was_compared_with(name: str) -> None:
    stock = files("openapi_python_client") / "templates" / name
    digest = hashlib.sha256(stock.read_bytes()).hexdigest()
    assert digest == COMPARED[name], (
        f"openapi-python-client has changed its template {name}: compare {stock} of this version with that of the one "
        f"before, take over into templates/{name} what our models need, run `make regen`, and put {digest!r} here"
    )


def test_those_of_an_operation_differ_from_the_generators_own_in_these_lines_alone() -> None:
    changed = []
    for name in ("endpoint_module.py.jinja", "types.py.jinja"):
        stock = (files("openapi_python_client") / "templates" / name).read_text("utf-8")
        lines = unified_diff(stock.splitlines(), (ROOT / "templates" / name).read_text("utf-8").splitlines(), n=0)
        changed += [line for line in lines if line.startswith("-    ")]
    assert changed == [
        "-        status_code=HTTPStatus(response.status_code),",
        "-        parsed=_parse_response(client=client, response=response),",
        "-    status_code: HTTPStatus",
    ]


def test_ours_replace_these_and_no_others() -> None:
    stock = {path.name for path in (files("openapi_python_client") / "templates").iterdir()}
    assert {path.name for path in (ROOT / "templates").iterdir()} & stock == COMPARED.keys()


@pytest.mark.parametrize("module", ["json_object.py", "json_types.py"])
def test_the_modules_that_models_are_made_of_are_copied_as_they_are(module: str) -> None:
    copied = ROOT / "generated/openai_models_api" / module
    assert copied.read_bytes() == (ROOT / "templates" / module).read_bytes()
