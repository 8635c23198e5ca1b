"""The rows about clients and what they send."""

from __future__ import annotations

from tests.acceptance.parity.difference import ANYTHING, UNSENT, Difference, Pairs, each, how, value, within
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
        "Every other resource (`client.chat`, `client.files` …) and Azure's own classes",
        "there",
        "an `AttributeError` that says what this package covers",
        "This package is the three model endpoints. For Azure, see [Other servers](providers.md#azure).",
        each(within("not-taken-over/resource", "chat responses embeddings files fine_tuning"), value(True, False))
        | {
            "not-taken-over/azure": how("returns", "AttributeError"),
            "module-client/another-resource": value(True, False),
        },
    ),
    Difference(
        f"Names of other parts of the API: {quoted('of-other-resources')}",
        "there",
        "an `ImportError`",
        "As above.",
        {"names/of-other-resources": value(ABSENT["of-other-resources"], "")},
    ),
    Difference(
        f"Names of version 0 of the SDK: {quoted('of-version-0')}",
        "there; an `APIRemovedInV1` when they are used",
        "an `ImportError`",
        "Nothing works with them. `Model` is in `openai_models.types`.",
        {"names/of-version-0": value(ABSENT["of-version-0"], "")},
    ),
    Difference(
        f"Names of the SDK's own making: {quoted('of-the-sdk')}",
        "there",
        "an `ImportError`",
        "`CallOptions` are the options of a call; the classes of httpx are in `httpx`.",
        {"names/of-the-sdk": value(ABSENT["of-the-sdk"], "")},
    ),
    Difference(
        f"Settings of the module for other resources: {quoted('settings')}",
        "there",
        "an `AttributeError`",
        "None of them concerns models.",
        {"names/settings": value(ABSENT["settings"], "")},
    ),
    Difference(
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
        "The text of the error without a key",
        "names the other ways to authenticate, too",
        "names `api_key` and `OPENAI_API_KEY`",
        "There are no other ways here.",
        each(["client/without-a-key", "client/with-an-empty-key", "environment/empty-key"], NO_KEY)
        | {
            "key/empty-with-a-header-instead": NO_KEY,
            "module-client/without-a-key": value("TypeError\n", "OpenAIError\n"),
        },
    ),
    Difference(
        "The classes of `client.base_url`, `client.timeout`, `response.headers` and the like",
        "httpx2's",
        "httpx's; `http_client`, `timeout` and `base_url` may be of either library",
        "One HTTP library is enough, and httpx is the one that most programs have.",
        {"base-url/no-path": value("http://127.0.0.1:1", "http://127.0.0.1:1/")},
    ),
    Difference(
        "The default timeout",
        "600 s",
        "60 s, for a whole attempt; 5 s to connect, as there",
        "A list of models does not take ten minutes. `timeout=600` brings the old bound back.",
        {
            "attribute/default-timeout": value(600, 60.0, "1") | value(600, 60.0, "2") | value(600, 60.0, "3"),
            "constant/DEFAULT_TIMEOUT": value(600, 60.0, "0"),
        },
    ),
    Difference(
        "A number as `timeout`",
        "bounds each phase: a body that drips may take for ever",
        "bounds the whole attempt; `Timeout(...)` bounds each phase, as there",
        "A bound that people give is meant to hold.",
        {"timeout/of-a-dripping-body": how("returns", "APITimeoutError")},
    ),
    Difference(
        "A body of more than 64 MiB once decoded",
        "is read",
        "an `APIResponseValidationError`; `max_response_bytes` sets another bound",
        "A small answer can unpack to all the memory there is.",
        {"success/of-65-mib": how("returns", "APIResponseValidationError")},
    ),
    Difference(
        "`User-Agent`",
        "`OpenAI/Python 3.54.0`",
        "`openai-models/` and its version",
        "It says who is asking. `default_headers` can set another.",
        {
            "own-header/user-agent-sync": value("OpenAI", "openai-models"),
            "own-header/user-agent-async": value("AsyncOpenAI", "openai-models"),
        },
    ),
    Difference(
        "The headers `x-stainless-*` other than `x-stainless-retry-count`",
        "tell the language, the platform, the timeout …",
        "not sent",
        "They tell of the machine what the server does not need.",
        {
            "own-header/x-stainless-lang": value("python", None),
            "own-header/x-stainless-os": value(ANYTHING, None),
            "own-header/x-stainless-read-timeout": value("5", None),
        },
    ),
    Difference(
        "A model id that is no string, or blank",
        "sent, as text",
        "a `TypeError` or a `ValueError`; nothing is sent",
        "A mistake is told before it goes over the network.",
        {
            "id/blank": how("returns", "ValueError") | UNSENT,
            "id/number": how("returns", "TypeError") | UNSENT,
            "id/bytes": how("returns", "TypeError") | UNSENT,
            "id/none": how("ValueError", "TypeError"),
            "id/surrogate": how("UnicodeEncodeError", "ValueError"),
        },
    ),
    Difference(
        "A header that can't be sent (a line break, spaces around it, not ASCII, not a name); a `base_url` that is not `http(s)`",
        "an `APIConnectionError` or a `UnicodeEncodeError`, after retries",
        "a `ValueError`; nothing is tried",
        "As above.",
        each(within("headers", "line-break not-a-name spaces-around"), how("APIConnectionError", "ValueError"))
        | {
            "headers/not-ascii": how("UnicodeEncodeError", "ValueError"),
            "connection/no-such-scheme": how("APIConnectionError", "ValueError"),
        },
    ),
    Difference(
        "`http_client` that is none",
        "an `AttributeError`",
        "a `TypeError`",
        "As above.",
        {"refused/http-client": how("AttributeError", "TypeError")},
    ),
    Difference(
        "`Omit()` for `Authorization` in `default_headers`",
        "a `TypeError`, unless each call has a header of its own",
        "the header is left out",
        "It is what was asked for; gateways with a header of their own need it.",
        each(["omit/authorization-default", "key/left-out-for-another-header"], how("TypeError", "returns"))
        | {
            "omit/authorization-default": how("TypeError", "returns") | {"requests.length": (0, 1)},
            "key/left-out-for-another-header": how("TypeError", "returns") | {"requests.length": (0, 1)},
        },
    ),
    Difference(
        "A function for `api_key`",
        "the async client takes coroutine functions only; the last key can be read from `client.api_key`; one that is "
        "set afterwards does not count",
        "the async client takes both; no key of a function is kept; one that is set afterwards counts",
        "A key is in memory no longer than it is needed.",
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
        "A function for `api_key` that gives nothing, or no string",
        "a `TypeError`; or sent as text",
        "a `ValueError`; a `TypeError`",
        "What can't be a key is not sent.",
        {
            "key-function/gives/nothing": how("TypeError", "ValueError"),
            "key-function/gives/a-number-sync": how("returns", "TypeError") | UNSENT,
        },
    ),
    Difference(
        "An empty environment variable `OPENAI_BASE_URL` or `OPENAI_ORG_ID`",
        "an empty URL; an empty header",
        "counts as not set",
        "That is what an empty variable is for.",
        {
            "environment/empty-base-url": value(ANYTHING, "https://api.openai.com/v1/"),
            "environment/empty-organization": value("", None, "1")
            | {"requests.0.headers.openai-organization": ("", "absent")},
        },
    ),
    Difference(
        "A query in `base_url`",
        "the path is put behind it",
        "is sent with each request",
        "That is what a query is.",
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
        "A redirect to another origin",
        "takes the default headers along, an `api-key` among them",
        "takes nothing along that you configured",
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
        "A `DELETE` that is redirected with status 301, 302 or 303",
        "becomes a `GET`, of which the answer counts as the deletion",
        "an `APIStatusError`",
        "Nothing was deleted.",
        {"redirect/delete/302": how("returns", "APIStatusError") | {"requests.length": (2, 1)}},
    ),
    Difference(
        "A call after `close()`",
        "a `RuntimeError` of httpx2",
        "an `OpenAIError`",
        "Every failure of a call is an `OpenAIError`.",
        {"closing/a-call-afterwards": how("RuntimeError", "OpenAIError")},
    ),
    Difference(
        "A copy of a client with `_strict_response_validation=True`",
        "is not strict",
        "is strict",
        "What isn't changed stays.",
        {"copy/keeps-strict-validation": how("returns", "APIResponseValidationError")},
    ),
    Difference(
        "`openai.base_url = 'http://…/v1'` without a slash at its end",
        "asks for `/v1models`",
        "asks for `/v1/models`",
        "As for clients.",
        {"module-client/base-url-without-a-slash": {"requests.0.path": ("/v1models/a", "/v1/models/a")}},
    ),
    Difference(
        "`openai.__title__`",
        "there",
        "not there",
        "The package knows its name.",
        {"constant/title": value(True, False)},
    ),
)
