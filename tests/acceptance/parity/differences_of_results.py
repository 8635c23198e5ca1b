"""The rows about what comes back: models, lists, deletions, errors, responses."""

from __future__ import annotations

from tests.acceptance.parity.difference import ANYTHING, Difference, Todo, each, how, text, value, within

INVALID = "APIResponseValidationError"
PYDANTIC = (
    "model_copy model_copy-update model_extra model_fields_set model_validate model_construct construct fields dict"
)

ROWS = (
    Difference(
        Todo.CHANGE,
        "`model.shutdown_date`",
        "a string, such as `'2026-10-23'`, whatever the server sent",
        "a `datetime.date`, or `None` if it is not a date; `to_dict()` has the string",
        "The API's description says `format: date`. Compare with a `date`, and use `str(...)` for the text.",
        {
            "shutdown-date/read": value("2026-10-23", {"date": "2026-10-23"}),
            "shutdown-date/compared-with-text": how("returns", "TypeError"),
            "shutdown-date/sliced": how("returns", "TypeError"),
            "shutdown-date/that-is-none": value("soon", None),
            "keyword/date": how("ValidationError", "returns"),
        },
    ),
    Difference(
        Todo.CHECK,
        "A documented field of another type",
        "the value as it was sent, and a warning when it is dumped",
        "`None`; a whole number such as `1.0` is an `int`; `to_dict()` has the value as it was sent",
        "The attributes have the types of OpenAI's own API. Other servers leave `created` and `owned_by` out, or send "
        "other types: these read as `None`, although they are typed `int` and `str`, as in the official SDK. "
        "`model.created_at` is typed `datetime | None`, and never fails.",
        {
            "odd-model/created-float": value(1721172741.0, 1721172741, "1"),
            "odd-model/created-fraction": value(1721172741.5, None, "1"),
            "odd-model/created-text": value("1721172741", None, "1"),
            "odd-model/owned-by-number": value(5, None, "3"),
        },
    ),
    Difference(
        Todo.CATCH,
        "A model without an `id`",
        "a `Model` with `id` `None`, or of another type",
        f"`{INVALID}`",
        "A model without a name cannot be used.",
        each(
            [
                *within("odd-model", "no-id id-null id-number"),
                *within("odd-model/to_dict", "no-id id-null id-number"),
            ],
            how("returns", INVALID),
        ),
    ),
    Difference(
        Todo.CATCH,
        "A success that is not a model: HTML, an empty body, an array, an error with status 200",
        "a `str`, `None`, a list, a `Model` without fields, or a `JSONDecodeError`",
        f"`{INVALID}`, which says what was received",
        "Every failure of a call is an `OpenAIError`, raised by the call itself.",
        each(
            within("success", "html empty-text no-content null array text number an-error"),
            how("returns", INVALID),
        )
        | each([*within("success", "html-as-json empty"), "status/unusual/299"], how("JSONDecodeError", INVALID)),
    ),
    Difference(
        Todo.CATCH,
        "A list with something else in it, or without a list",
        "a page that holds what was received, or fails when it is read",
        f"`{INVALID}`; a bare array is read as a list",
        "Every failure of a call is an `OpenAIError`; some servers send the bare array.",
        each(
            within("list", "no-data data-an-object item-null item-text item-without-id an-error"),
            how("returns", INVALID),
        )
        | each(
            [*within("list", "null text"), *within("success/list", "html no-content")], how("AttributeError", INVALID)
        )
        | each(within("success/list", "html-as-json empty"), how("JSONDecodeError", INVALID))
        | {"list/array": how("AttributeError", "returns")},
    ),
    Difference(
        Todo.CHECK,
        "A list in pages (`has_more` with `last_id`)",
        "the first page only",
        "iterating requests the following pages, too",
        "Some servers split their lists.",
        {"page/in-pages": {"result.length": (2, 3), "requests.length": (1, 2)}},
    ),
    Difference(
        Todo.CATCH,
        "A response to `DELETE` that does not confirm that this model is deleted",
        "whatever was received, as if it were done",
        f"`{INVALID}`; a status 204 counts as done and returns a `ModelDeleted`",
        "A deletion is reported as done only if the server confirms it.",
        each(
            within("deletion", "not-deleted deleted-absent another-id html empty-object"),
            how("returns", INVALID),
        )
        | {"deletion/no-content": value("", {"ModelDeleted": ANYTHING})},
    ),
    Difference(
        Todo.CHANGE,
        "pydantic: `model_copy`, `model_validate`, `model_fields`, `model.dict()` and so on; `openai.BaseModel`",
        "there",
        "not there; `copy.copy`, `copy.replace`, `to_dict`, `Model.from_dict(values)` do the same",
        "Models are not pydantic models; this package does not need pydantic. A pydantic model can have them as fields.",
        each(within("model/pydantic", PYDANTIC), how("returns", "AttributeError"))
        | {"constant/BaseModel": value(True, False)},
    ),
    Difference(
        Todo.CHANGE,
        "Options of `to_dict` and `model_dump` beyond `mode`, `indent`, `exclude_unset`, `exclude_none`",
        "`include`, `exclude`, `by_alias`, `exclude_defaults`, `use_api_names` …",
        "a `TypeError` that names the option",
        "They belong to pydantic.",
        each(
            within(
                "model/dump",
                "to_dict-api-names to_dict-no-defaults model_dump-include model_dump-exclude model_dump-by-alias",
            ),
            how("returns", "TypeError"),
        ),
    ),
    Difference(
        Todo.CHECK,
        "`Model(...)` in your tests with a field left out or of another type",
        "a `ValidationError` of pydantic",
        "a model without it; only `id` must be given (`TypeError`)",
        "It reads your values in the same way as a server's.",
        each(
            [
                *within("keyword/model", "without-created without-owner"),
                "keyword/of-a-wrong-type",
                "keyword/deleted-without-deleted",
            ],
            how("ValidationError", "returns"),
        )
        | {"keyword/model/without-id": how("ValidationError", "TypeError")},
    ),
    Difference(
        Todo.NOTHING,
        "`_request_id` of a model within a list",
        "an `AttributeError`",
        "`None`; that of the page is set",
        "A typed attribute always exists.",
        {"page/request-id-of-an-item": how("AttributeError", "returns")},
    ),
    Difference(
        Todo.NOTHING,
        "`page[0]`",
        "a `TypeError`",
        "a `KeyError`: the brackets are for fields, by name",
        "Both are mistakes for `page.data[0]`.",
        {"page/indexed": how("TypeError", "KeyError")},
    ),
    Difference(
        Todo.NOTHING,
        "Pickling pages and errors",
        "a `PicklingError`; a `TypeError` when an error is read back",
        "works, and no key is in the pickle",
        "Results and errors travel between processes.",
        {"page/pickled": how("PicklingError", "returns"), "error/pickled": how("TypeError", "returns")},
    ),
    Difference(
        Todo.CATCH,
        "The text, `code`, `param` and `type` of an error whose body is not in OpenAI's form",
        "`Error code: 404`; mostly `None`",
        "`Error code: 404 - ` and the server's explanation, of at most 1,000 characters, wherever the server puts it; `code`, `param` and `type` from the same place",
        "The explanation is what a person needs. For OpenAI's own form, the text is the same.",
        each(
            within("error-body", "error-text error-null-and-message error-list errors text"),
            text("Error code: 404", "Error code: 404 - No"),
        )
        | {
            "error-body/detail": text("Error code: 404", "Error code: 404 - Not Found"),
            "error-body/detail-list": text("Error code: 404", "Error code: 404 - bad")
            | {"raised.type": (None, "value_error")},
            "error-body/problem": text("Error code: 404", "Error code: 404 - No such model"),
            "error-body/array": text("Error code: 404", "Error code: 404 - No"),
            "error-body/bom": text("Error code: 404", "Error code: 404 - No")
            | {"raised.body": (ANYTHING, {"message": "No"})},
            "error-body/plain": text("Error code: 404", "Error code: 404 - not here"),
            "error-body/html": text("Error code: 502", "Error code: 502 - Bad gateway"),
            "error-body/cut-json": text("Error code: 404", 'Error code: 404 - {"error": {"mess'),
            "error-body/message-spaces": text("Error code: 404 -   No  ", "Error code: 404 - No"),
            "error-body/message-long": text("Error code: 404 - " + "x" * 3000, "Error code: 404 - " + "x" * 999 + "…"),
        },
    ),
    Difference(
        Todo.CATCH,
        "`error.param` that is not a string",
        "as it was sent",
        "as text",
        "It is typed `str | None`.",
        {
            "error-body/param-number": {"raised.param": (42, "42")},
            "error-body/param-list": {"raised.param": (["a"], "['a']")},
        },
    ),
    Difference(
        Todo.CATCH,
        "`error.request_id` without the header `x-request-id`",
        "`None`",
        "that of the header `request-id`, or of the body",
        "Other servers have it there.",
        {
            "error-body/request-id-of-another-name": {"raised.request_id": (None, "req-h")},
            "error-body/request-id-in-the-body": {"raised.request_id": (None, "req-b")},
        },
    ),
    Difference(
        Todo.CATCH,
        "The text of an `APIConnectionError` and of an `APITimeoutError`",
        "`Connection error.`; `Request timed out.`",
        "the origin and the cause, or the bound that passed: `Connection error: can't connect to "
        "http://127.0.0.1:9: connection refused`",
        "The text of an error should be enough to see what is wrong.",
        each(
            [
                *within("connection", "refused dropped cut-off"),
                "redirect/round-and-round",
                "http-client/mock-transport-that-raises",
            ],
            text("Connection error.", ANYTHING),
        )
        | each(within("connection", "timeout timeout-per-call"), text("Request timed out.", ANYTHING))
        | {"connection/timeout-is-a-connection-error": value("Request timed out.", ANYTHING, "3")},
    ),
    Difference(
        Todo.CATCH,
        "The text of an `APIResponseValidationError` (`_strict_response_validation=True`)",
        "`Data returned by API invalid for expected schema.`",
        "which field is missing or of another type, and the request's id",
        "It tells what to look for.",
        each(
            within("strict", "created-absent created-text object-another html array list/item list/no-object"),
            text(ANYTHING, ANYTHING),
        ),
    ),
    Difference(
        Todo.NOTHING,
        "`json()`, `read()` and `text()` of a raw response; `stream_to_file` of a streamed one",
        "not there; `text` is a property only",
        "there; `text` is both",
        "Raw and streamed responses read alike.",
        {
            "raw/json": how("AttributeError", "returns"),
            "raw/read": how("AttributeError", "returns"),
            "raw/text-called": how("TypeError", "returns"),
            "streamed/stream_to_file": value(False, True),
        },
    ),
    Difference(
        Todo.CHANGE,
        "`response.parse(to=...)`",
        "parses into another type",
        "a `TypeError`",
        "`response.json()` gives what to parse.",
        {"raw/parse-to-another-type": how("returns", "TypeError")},
    ),
    Difference(
        Todo.CATCH,
        "Iterating over a streamed response that is cut off",
        "an error of httpx2",
        "an `APIConnectionError`",
        "Every failure of a call is an `OpenAIError`.",
        each(within("streamed", "cut-off cut-off-while-iterating"), how("RemoteProtocolError", "APIConnectionError")),
    ),
    Difference(
        Todo.CATCH,
        "Reading a streamed response that has been read in pieces, or closed",
        "a `StreamAlreadyConsumed`, or an error of httpx2",
        "an `OpenAIError`",
        "Every failure is an `OpenAIError`; the official class has no public name.",
        each(within("streamed", "iter-and-read iter-and-parse"), how("StreamAlreadyConsumed", "OpenAIError"))
        | {
            "streamed/iter-twice": how("StreamConsumed", "OpenAIError"),
            "streamed/close-and-read": how("StreamClosed", "OpenAIError"),
        },
    ),
)
