"""The rows about errors, and those that no program needs to look at."""

from tests.acceptance.parity.difference import ANYTHING, UNSENT, Pairs, Rows, each, how, not_sent, text, value

INVALID = "APIResponseValidationError"
NO_KEY: Pairs = {
    "raised.text": (
        (
            "Missing credentials. Please pass an `api_key`, `workload_identity`, `admin_api_key`, or set the "
            "`OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable."
        ),
        "No API key: pass api_key=..., or set the environment variable OPENAI_API_KEY.",
    )
}
NO: Pairs = text("Error code: 404", "Error code: 404 - No")
ERROR_TEXTS: dict[str, Pairs] = {
    "error-body/only-found-here/*": NO,
    "error-body/bom": NO | {"raised.body": (ANYTHING, {"message": "No"})},
    "error-body/detail-list": text("Error code: 404", "Error code: 404 - bad") | {"raised.type": (None, "value_error")},
    "error-body/cut-json": text("Error code: 404", 'Error code: 404 - {"error": {"mess'),
    "message/  No  ": text("Error code: 404 -   No  ", "Error code: 404 - No"),
    "message/xxxxx*": text("Error code: 404 - " + "x" * 3000, "Error code: 404 - " + "x" * 999 + "…"),
}

CATCH: Rows = {
    "A model without an `id`": (
        "a `Model` with `id` `None`, or of another type",
        "`APIResponseValidationError`",
        "A model without a name cannot be used.",
        {"model-without-id/*": how("returns", INVALID)},
    ),
    "A success that is not a model: HTML, an empty body, an array, an error with status 200": (
        "a `str`, `None`, a list, a `Model` without fields, or a `JSONDecodeError`",
        "`APIResponseValidationError`, which says what was received",
        "Every failure of a call is an `OpenAIError`, raised by the call itself.",
        each("no-model/*", how("returns", INVALID)) | each("no-json/*", how("JSONDecodeError", INVALID)),
    ),
    "A list with something else in it, or without a list": (
        "a page that holds what was received, or fails when it is read",
        "`APIResponseValidationError`; a bare array is read as a list",
        "Every failure of a call is an `OpenAIError`; some servers send the bare array.",
        {
            "no-list/*": how("returns", INVALID),
            "no-object/*": how("AttributeError", INVALID),
            "no-json-list/*": how("JSONDecodeError", INVALID),
            "list/array": how("AttributeError", "returns"),
        },
    ),
    "A response to `DELETE` that does not confirm that this model is deleted": (
        "whatever was received, as if it were done",
        "`APIResponseValidationError`; a status 204 counts as done and returns a `ModelDeleted`",
        "A deletion is reported as done only if the server confirms it.",
        {
            "unconfirmed-deletion/*": how("returns", INVALID),
            "deletion/no-content": value("", {"ModelDeleted": ANYTHING}),
        },
    ),
    "The text, `code`, `param` and `type` of an error whose body is not in OpenAI's form": (
        "`Error code: 404`; mostly `None`",
        (
            "`Error code: 404 - ` and the server's explanation, of at most 1,000 characters, wherever the server puts it; "
            "`code`, `param` and `type` from the same place"
        ),
        "The explanation is what a person needs. For OpenAI's own form, the text is the same.",
        ERROR_TEXTS,
    ),
    "`error.param` that is not a string": (
        "as it was sent",
        "as text",
        "It is typed `str | None`.",
        {
            "error-body/{'message': 'No', 'param': 42}": {"raised.param": (42, "42")},
            "error-body/{'message': 'No', 'param': ?'a'?}": {"raised.param": (["a"], "['a']")},
        },
    ),
    "`error.request_id` without the header `x-request-id`": (
        "`None`",
        "that of the header `request-id`, or of the body",
        "Other servers have it there.",
        {
            "error-body/request-id-of-another-name": {"raised.request_id": (None, "req-h")},
            "error-body/request-id-in-the-body": {"raised.request_id": (None, "req-b")},
        },
    ),
    "The text of an `APIConnectionError` and of an `APITimeoutError`": (
        "`Connection error.`; `Request timed out.`",
        (
            "the origin and the cause, or the bound that passed: `Connection error: can't connect to http://127.0.0.1:9: "
            "connection refused`"
        ),
        "The text of an error should be enough to see what is wrong.",
        each(
            "connection/* redirect/to-itself http-client/mock-transport-that-raises",
            text("Connection error.", ANYTHING),
        )
        | each("timed-out/*", text("Request timed out.", ANYTHING)),
    ),
    "The text of an `APIResponseValidationError` (`_strict_response_validation=True`)": (
        "`Data returned by API invalid for expected schema.`",
        "which field is missing or of another type, and the request's id",
        "It tells what to look for.",
        {"strict/refused/*": text(ANYTHING, ANYTHING)},
    ),
    "An exception of the program in the middle of a call, such as a hook's or a job queue's timeout": (
        "passes as it is",
        "an `APIConnectionError`, with it as its `__cause__`; the call is not tried again",
        "Every failure of a call is an `OpenAIError`.",
        {"http-client/exception-of-the-program": how("JobTimeoutError", "APIConnectionError")},
    ),
    "Iterating over a streamed response that is cut off": (
        "an error of httpx2",
        "an `APIConnectionError`",
        "Every failure of a call is an `OpenAIError`.",
        {"streamed-cut-off/*": how("RemoteProtocolError", "APIConnectionError")},
    ),
    "Reading a streamed response that has been read in pieces, or closed": (
        "a `StreamAlreadyConsumed`, or an error of httpx2",
        "an `OpenAIError`",
        "Every failure is an `OpenAIError`; the official class has no public name.",
        {
            "streamed-gone/*": how("StreamAlreadyConsumed", "OpenAIError"),
            "streamed/iter-twice": how("StreamConsumed", "OpenAIError"),
            "streamed/close-and-read": how("StreamClosed", "OpenAIError"),
        },
    ),
    "The text of the error without a key": (
        "names the other ways to authenticate, too",
        "names `api_key` and `OPENAI_API_KEY`",
        "This package has no other ways.",
        each("client/without-a-key client/with-an-empty-key client/key-in-another-header environment/empty-key", NO_KEY)
        | {"program/without-a-key": value("TypeError", "OpenAIError", "1")},
    ),
    "A model id that is not a string, or is blank": (
        "sent, as text",
        "a `TypeError` or a `ValueError`; nothing is sent",
        "A mistake is reported before anything is sent.",
        {
            "id/blank": how("returns", "ValueError") | UNSENT,
            "id/number": how("returns", "TypeError") | UNSENT,
            "id/bytes": how("returns", "TypeError") | UNSENT,
            "id/none": how("ValueError", "TypeError"),
            "id/surrogate": how("UnicodeEncodeError", "ValueError"),
        },
    ),
    (
        "A header that can't be sent (a line break, spaces around it, not ASCII, not a name); a `base_url` that is not "
        "`http(s)`"
    ): (
        "an `APIConnectionError` or a `UnicodeEncodeError`, after retries",
        "a `ValueError`; nothing is tried",
        "A mistake is reported before anything is sent.",
        {
            "headers/unsendable/*": how("APIConnectionError", "ValueError"),
            "headers/not-ascii": how("UnicodeEncodeError", "ValueError"),
            "client/of-no-such-scheme": how("APIConnectionError", "ValueError"),
        },
    ),
    "`http_client` that is not an HTTP client": (
        "an `AttributeError`",
        "a `TypeError`",
        "A mistake is reported when the client is made.",
        {"refused/http-client": how("AttributeError", "TypeError")},
    ),
    "A function for `api_key` that returns nothing, or not a string": (
        "a `TypeError`; or sent as text",
        "a `ValueError`; a `TypeError`",
        "Only a key is sent as a key.",
        {
            "key-function/gives-nothing": how("TypeError", "ValueError"),
            "key-function/gives-a-number-sync": how("returns", "TypeError") | UNSENT,
        },
    ),
    "A `DELETE` that is redirected with status 301, 302 or 303": (
        "becomes a `GET`, whose response counts as the deletion",
        "an `APIStatusError`",
        "Nothing was deleted.",
        {"redirect-of-delete/302": how("returns", "APIStatusError") | {"requests.length": (2, 1)}},
    ),
    "A call after `close()`": (
        "a `RuntimeError` of httpx2",
        "an `OpenAIError`",
        "Every failure of a call is an `OpenAIError`.",
        {"closing/call-afterwards": how("RuntimeError", "OpenAIError")},
    ),
}
NOTHING: Rows = {
    "`_request_id` of a model within a list": (
        "an `AttributeError`",
        "`None`; that of the page is set",
        "A typed attribute always exists.",
        {"page/request-id-of-an-item": how("AttributeError", "returns")},
    ),
    "`page[0]`": (
        "a `TypeError`",
        "a `KeyError`: the brackets are for fields, by name",
        "Both are mistakes for `page.data[0]`.",
        {"page/indexed": how("TypeError", "KeyError")},
    ),
    "Pickling pages and errors": (
        "a `PicklingError`; a `TypeError` when an error is read back",
        "works, and no key is in the pickle",
        "Results and errors travel between processes.",
        {"page/pickled": how("PicklingError", "returns"), "error/pickled": how("TypeError", "returns")},
    ),
    "`json()`, `read()` and `text()` of a raw response; `stream_to_file` of a streamed one": (
        "not there; `text` is a property only",
        "there; `text` is both",
        "Raw and streamed responses read alike.",
        {
            "raw-added/*": how("AttributeError", "returns"),
            "raw/text-called": how("TypeError", "returns"),
            "streamed/to-a-file": value(False, True),
        },
    ),
    "`Omit()` for `Authorization` in `default_headers`": (
        "a `TypeError`, unless each call has a header of its own",
        "the header is left out",
        "Gateways with a header of their own need it.",
        {"headers/of-no-key": not_sent(1)},
    ),
    "A redirect to another origin": (
        "carries the default headers, an `api-key` among them",
        "carries nothing that you configured",
        "A key never travels to another origin, nor to https of the same host: a note of the error says so.",
        {
            "redirect/to-another-origin": {
                "requests.1.headers.x-one": ("1", "absent"),
                "requests.1.headers.api-key": ("k", "absent"),
                "requests.1.headers.x-stainless-retry-count": ("0", "absent"),
            }
        },
    ),
    "A copy of a client with `_strict_response_validation=True`": (
        "is not strict",
        "is strict",
        "A copy keeps what is not changed.",
        {"copy/strict": how("returns", INVALID)},
    ),
    "`openai.base_url = 'http://…/v1'` without a slash at its end": (
        "asks for `/v1models`",
        "asks for `/v1/models`",
        "The same as for clients.",
        {"module-client/base-url-without-a-slash": {"requests.0.path": ("/v1models/a", "/v1/models/a")}},
    ),
}
