"""The rows about clients and what they send."""

from __future__ import annotations

from tests.acceptance.parity.difference import ANYTHING, UNSENT, Difference, Pairs, Todo, each, how, value, within
from tests.acceptance.parity.names import ABSENT, quoted

NO_KEY: Pairs = {
    "raised.text": (
        (
            "Missing credentials. Please pass an `api_key`, `workload_identity`, `admin_api_key`, or set the "
            "`OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable."
        ),
        "No API key: pass api_key=..., or set the environment variable OPENAI_API_KEY.",
    )
}

ROWS = (
    Difference(
        Todo.CHANGE,
        "Every other resource (`client.chat`, `client.files` …) and Azure's own classes",
        "there",
        "an `AttributeError` that says what this package covers",
        "This package covers the three model endpoints. For Azure, see [Other servers](providers.md#azure).",
        each(within("not-taken-over/resource", "chat responses embeddings files fine_tuning"), value(True, False))
        | {
            "not-taken-over/azure": how("returns", "AttributeError"),
            "module-client/another-resource": value(True, False),
        },
    ),
    Difference(
        Todo.CHANGE,
        f"Names of other parts of the API: {quoted('of-other-resources')}",
        "there",
        "an `ImportError`",
        "This package covers the three model endpoints.",
        {"names/of-other-resources": value(ABSENT["of-other-resources"], "")},
    ),
    Difference(
        Todo.CHANGE,
        f"Names of version 0 of the SDK: {quoted('of-version-0')}",
        "there; an `APIRemovedInV1` when they are used",
        "an `ImportError`",
        "Nothing works with them. `Model` is in `openai_models.types`.",
        {"names/of-version-0": value(ABSENT["of-version-0"], "")},
    ),
    Difference(
        Todo.CHANGE,
        f"Names for the SDK's own use: {quoted('of-the-sdk')}",
        "there",
        "an `ImportError`",
        "`CallOptions` are the options of a call; the classes of httpx are in `httpx`.",
        {"names/of-the-sdk": value(ABSENT["of-the-sdk"], "")},
    ),
    Difference(
        Todo.CHANGE,
        f"Settings of the module for other resources: {quoted('settings')}",
        "there",
        "an `AttributeError`",
        "None of them concerns models.",
        {"names/settings": value(ABSENT["settings"], "")},
    ),
    Difference(
        Todo.CHANGE,
        "Arguments of other resources: `admin_api_key`, `webhook_secret`, `websocket_base_url` …",
        "taken",
        "a `TypeError`",
        "None of them concerns models.",
        each(
            within("not-taken-over/argument", "admin_api_key webhook_secret websocket_base_url"),
            how("returns", "TypeError"),
        ),
    ),
    Difference(
        Todo.CATCH,
        "The text of the error without a key",
        "names the other ways to authenticate, too",
        "names `api_key` and `OPENAI_API_KEY`",
        "This package has no other ways.",
        each(["client/without-a-key", "client/with-an-empty-key", "environment/empty-key"], NO_KEY)
        | {
            "key/empty-with-a-header-instead": NO_KEY,
            "module-client/without-a-key": value("TypeError\n", "OpenAIError\n"),
        },
    ),
    Difference(
        Todo.CHECK,
        "The classes of `client.base_url`, `client.timeout`, `response.headers` and the like",
        "httpx2's",
        "httpx's; `http_client`, `timeout` and `base_url` may be of either library",
        "One HTTP library is enough, and httpx is the one that most programs have.",
        {"base-url/no-path": value("http://127.0.0.1:1", "http://127.0.0.1:1/")},
    ),
    Difference(
        Todo.CHECK,
        "The default timeout",
        "600 s",
        "60 s, for a whole attempt; 5 s to connect, as in the official SDK",
        "A list of models does not take ten minutes. `timeout=600` restores the old bound.",
        {
            "attribute/default-timeout": value(600, 60.0, "1") | value(600, 60.0, "2") | value(600, 60.0, "3"),
            "constant/DEFAULT_TIMEOUT": value(600, 60.0, "0"),
        },
    ),
    Difference(
        Todo.CHECK,
        "A number as `timeout`",
        "bounds each phase: a body that arrives slowly may take for ever",
        "bounds the whole attempt; `Timeout(...)` bounds each phase, as in the official SDK",
        "A bound is meant to hold.",
        {"timeout/of-a-dripping-body": how("returns", "APITimeoutError")},
    ),
    Difference(
        Todo.CHECK,
        "A body of more than 64 MiB once decoded",
        "is read",
        "an `APIResponseValidationError`; `max_response_bytes` sets another bound",
        "A small response can unpack to all the memory of the machine.",
        {"success/of-65-mib": how("returns", "APIResponseValidationError")},
    ),
    Difference(
        Todo.CHECK,
        "`User-Agent`",
        "`OpenAI/Python 3.54.0`",
        "`openai-models/` and its version",
        "It names the client. `default_headers` can set another.",
        {
            "own-header/user-agent-sync": value("OpenAI", "openai-models"),
            "own-header/user-agent-async": value("AsyncOpenAI", "openai-models"),
        },
    ),
    Difference(
        Todo.CHECK,
        "The headers `x-stainless-*` other than `x-stainless-retry-count`",
        "contain the language, the platform, the timeout …",
        "not sent",
        "They tell the server more about the machine than it needs.",
        {
            "own-header/x-stainless-lang": value("python", None),
            "own-header/x-stainless-os": value(ANYTHING, None),
            "own-header/x-stainless-read-timeout": value("5", None),
        },
    ),
    Difference(
        Todo.CATCH,
        "A model id that is not a string, or is blank",
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
    Difference(
        Todo.CATCH,
        "A header that can't be sent (a line break, spaces around it, not ASCII, not a name); a `base_url` that is not `http(s)`",
        "an `APIConnectionError` or a `UnicodeEncodeError`, after retries",
        "a `ValueError`; nothing is tried",
        "A mistake is reported before anything is sent.",
        each(within("headers", "line-break not-a-name spaces-around"), how("APIConnectionError", "ValueError"))
        | {
            "headers/not-ascii": how("UnicodeEncodeError", "ValueError"),
            "connection/no-such-scheme": how("APIConnectionError", "ValueError"),
        },
    ),
    Difference(
        Todo.CATCH,
        "`http_client` that is not an HTTP client",
        "an `AttributeError`",
        "a `TypeError`",
        "A mistake is reported when the client is made.",
        {"refused/http-client": how("AttributeError", "TypeError")},
    ),
    Difference(
        Todo.NOTHING,
        "`Omit()` for `Authorization` in `default_headers`",
        "a `TypeError`, unless each call has a header of its own",
        "the header is left out",
        "Gateways with a header of their own need it.",
        each(["omit/authorization-default", "key/left-out-for-another-header"], how("TypeError", "returns"))
        | {
            "omit/authorization-default": how("TypeError", "returns") | {"requests.length": (0, 1)},
            "key/left-out-for-another-header": how("TypeError", "returns") | {"requests.length": (0, 1)},
        },
    ),
    Difference(
        Todo.CHECK,
        "A function for `api_key`",
        "the async client takes coroutine functions only; the last key can be read from `client.api_key`; a key that "
        "is set later has no effect",
        "the async client takes both kinds; no key that a function returns is kept; a key that is set later is used",
        "A key stays in memory no longer than it is needed.",
        {
            "key-function/asked-before-each-attempt-sync": value("sk-4", "", "1"),
            "key-function/asked-before-each-attempt-async": how("TypeError", "returns") | {"requests.length": (0, 4)},
            "key-function/coroutine": value("sk-2", ""),
            "key-function/overridden-by-a-header-async": how("TypeError", "returns") | {"requests.length": (0, 2)},
            "key-function/set-a-key-afterwards-sync": value("sk-function", "sk-set")
            | {"requests.0.headers.authorization": ("Bearer sk-function", "Bearer sk-set")},
            "key-function/set-a-key-afterwards-async": how("TypeError", "returns") | {"requests.length": (0, 1)},
            "copy/keeps-a-key-function-async": how("TypeError", "returns") | {"requests.length": (0, 2)},
        },
    ),
    Difference(
        Todo.CATCH,
        "A function for `api_key` that returns nothing, or not a string",
        "a `TypeError`; or sent as text",
        "a `ValueError`; a `TypeError`",
        "Only a key is sent as a key.",
        {
            "key-function/gives/nothing": how("TypeError", "ValueError"),
            "key-function/gives/a-number-sync": how("returns", "TypeError") | UNSENT,
        },
    ),
    Difference(
        Todo.CHECK,
        "An empty environment variable `OPENAI_BASE_URL` or `OPENAI_ORG_ID`",
        "an empty URL; an empty header",
        "counts as not set",
        "An empty variable means that nothing is set.",
        {
            "environment/empty-base-url": value(ANYTHING, "https://api.openai.com/v1/"),
            "environment/empty-organization": value("", None, "1")
            | {"requests.0.headers.openai-organization": ("", "absent")},
        },
    ),
    Difference(
        Todo.CHECK,
        "A query in `base_url`",
        "the path is appended to it",
        "is sent with each request",
        "A query is part of each URL.",
        {
            f"query/with-that-of-the-base-url/{name}": {
                "requests.0.path": ("/v1/", "/v1/models/a"),
                **({} if name == "same" else {"requests.0.query.1.0": ("flagmodels/a", "flag")}),
            }
            for name in ("none", "more")
        }
        | {
            "query/with-that-of-the-base-url/same": {
                "requests.0.path": ("/v1/", "/v1/models/a"),
                "requests.0.query.0.0": ("api-version", "flag"),
                "requests.0.query.0.1": ("2", ""),
                "requests.0.query.1.0": ("flagmodels/a", "api-version"),
                "requests.0.query.1.1": ("", "2"),
            }
        },
    ),
    Difference(
        Todo.NOTHING,
        "A redirect to another origin",
        "carries the default headers, an `api-key` among them",
        "carries nothing that you configured",
        "A key never travels to another origin.",
        {
            "redirect/another-origin": {
                "requests.1.headers.x-one": ("1", "absent"),
                "requests.1.headers.api-key": ("k", "absent"),
                "requests.1.headers.x-stainless-retry-count": ("0", "absent"),
            }
        },
    ),
    Difference(
        Todo.CATCH,
        "A `DELETE` that is redirected with status 301, 302 or 303",
        "becomes a `GET`, whose response counts as the deletion",
        "an `APIStatusError`",
        "Nothing was deleted.",
        {"redirect/delete/302": how("returns", "APIStatusError") | {"requests.length": (2, 1)}},
    ),
    Difference(
        Todo.CATCH,
        "A call after `close()`",
        "a `RuntimeError` of httpx2",
        "an `OpenAIError`",
        "Every failure of a call is an `OpenAIError`.",
        {"closing/a-call-afterwards": how("RuntimeError", "OpenAIError")},
    ),
    Difference(
        Todo.NOTHING,
        "A copy of a client with `_strict_response_validation=True`",
        "is not strict",
        "is strict",
        "A copy keeps what is not changed.",
        {"copy/keeps-strict-validation": how("returns", "APIResponseValidationError")},
    ),
    Difference(
        Todo.NOTHING,
        "`openai.base_url = 'http://…/v1'` without a slash at its end",
        "asks for `/v1models`",
        "asks for `/v1/models`",
        "The same as for clients.",
        {"module-client/base-url-without-a-slash": {"requests.0.path": ("/v1models/a", "/v1/models/a")}},
    ),
    Difference(
        Todo.CHANGE,
        "`openai.__title__`",
        "there",
        "not there",
        "It is not needed.",
        {"constant/title": value(True, False)},
    ),
)
