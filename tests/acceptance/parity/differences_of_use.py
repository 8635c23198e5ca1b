"""The rows about names, arguments, settings and results that a program uses."""

from tests.acceptance.parity.difference import ABSENT, ANYTHING, Pairs, Rows, how, not_sent, value

INVALID = "APIResponseValidationError"


def quoted(group: str) -> str:
    """Return the names of a group as Markdown."""
    return ", ".join(f"`{name}`" for name in ABSENT[group].split())


def absent(group: str) -> dict[str, Pairs]:
    return {f"names/{group}": value(ABSENT[group], "")}


CHANGE: Rows = {
    "`model.shutdown_date`": (
        "a string, such as `'2026-10-23'`, whatever the server sent",
        "a `datetime.date`, or `None` if it is not a date; `to_dict()` has the string",
        "The API's description says `format: date`. Compare with a `date`, and use `str(...)` for the text.",
        {
            "shutdown-date/read": value("2026-10-23", {"date": "2026-10-23"}),
            "shutdown-date/used-as-text/*": how("returns", "TypeError"),
            "odd-model/date-that-is-none": value("soon", None, "3"),
            "by-hand/date": how("ValidationError", "returns"),
        },
    ),
    "pydantic: `model_copy`, `model_validate`, `model_fields`, `model.dict()` and so on; `openai.BaseModel`": (
        "there",
        "not there; `copy.copy`, `copy.replace`, `to_dict`, `Model.from_dict(values)` do the same",
        "Models are not pydantic models; this package does not need pydantic. A pydantic model can have them as fields.",
        {"pydantic/*": how("returns", "AttributeError"), "module/base-model": value(True, False)},
    ),
    "Options of `to_dict` and `model_dump` beyond `mode`, `indent`, `exclude_unset`, `exclude_none`": (
        "`include`, `exclude`, `by_alias`, `exclude_defaults`, `use_api_names` …",
        "a `TypeError` that names the option",
        "They belong to pydantic.",
        {"refused-dump/*": how("returns", "TypeError")},
    ),
    "`response.parse(to=...)`": (
        "parses into another type",
        "a `TypeError`",
        "`response.json()` gives what to parse.",
        {"raw/parse-to-another-type": how("returns", "TypeError")},
    ),
    "Every other resource (`client.chat`, `client.files` …), the client's own `get`, `post` … and Azure's classes": (
        "there",
        "an `AttributeError` that says what this package covers",
        "This package covers the three model endpoints. For Azure, see [Other servers](providers.md#azure).",
        {
            "client/another-resource": {"result.length": (5, 0)},
            "client/azure": how("returns", "AttributeError"),
            "module/another-resource": value(True, False),
        },
    ),
    f"Names of other parts of the API: {quoted('of-other-resources')}": (
        "there",
        "an `ImportError`",
        "This package covers the three model endpoints.",
        absent("of-other-resources"),
    ),
    f"Names of version 0 of the SDK: {quoted('of-version-0')}": (
        "there; an `APIRemovedInV1` when they are used",
        "an `ImportError`",
        "Nothing works with them. `Model` is in `openai_models.types`.",
        absent("of-version-0"),
    ),
    f"Names for the SDK's own use: {quoted('of-the-sdk')}": (
        "there",
        "an `ImportError`",
        "`CallOptions` are the options of a call; the classes of httpx are in `httpx`.",
        absent("of-the-sdk"),
    ),
    f"Settings of the module for other resources: {quoted('settings')}": (
        "there",
        "an `AttributeError`",
        "None of them concerns models.",
        absent("settings"),
    ),
    "Arguments of other resources: `admin_api_key`, `webhook_secret`, `websocket_base_url` …": (
        "taken",
        "a `TypeError`",
        "None of them concerns models.",
        {"refused/of-other-resources/*": how("returns", "TypeError")},
    ),
    "`openai.__title__`": ("there", "not there", "It is not needed.", {"module/title": value(True, False)}),
}
CHECK: Rows = {
    "A documented field of another type": (
        "the value as it was sent, and a warning when it is dumped",
        "`None`; a whole number such as `1.0` is an `int`; `to_dict()` has the value as it was sent",
        (
            "The attributes have the types of OpenAI's own API. Other servers leave `created` and `owned_by` out, or send "
            "other types: these read as `None`, although they are typed `int` and `str`, as in the official SDK. "
            "`model.created_at` is typed `datetime | None`, and never fails."
        ),
        {
            "odd-model/created-float": value(1721172741.0, 1721172741, "0"),
            "odd-model/created-fraction": value(1721172741.5, None, "0"),
            "odd-model/created-text": value("1721172741", None, "0"),
            "odd-model/owned-by-number": value(5, None, "2"),
        },
    ),
    "A list in pages (`has_more` with `last_id`)": (
        "the first page only",
        "iterating requests the following pages, too",
        "Some servers split their lists.",
        {"page/in-pages": {"result.length": (2, 3), "requests.length": (1, 2)}},
    ),
    "`Model(...)` in your tests with a field left out or of another type": (
        "a `ValidationError` of pydantic",
        "a model without it; only `id` must be given (`TypeError`)",
        "It reads your values in the same way as a server's.",
        {
            "by-hand/lenient/*": how("ValidationError", "returns"),
            "by-hand/without-id": how("ValidationError", "TypeError"),
        },
    ),
    "The classes of `client.base_url`, `client.timeout`, `response.headers` and the like": (
        "httpx2's",
        "httpx's; `http_client`, `timeout` and `base_url` may be of either library",
        "One HTTP library is enough, and httpx is the one that most programs have.",
        {"base-url/http://127.0.0.1:9": value("http://127.0.0.1:9", "http://127.0.0.1:9/")},
    ),
    "The default timeout": (
        "600 s",
        "60 s, for a whole attempt; 5 s to connect, as in the official SDK",
        "A list of models does not take ten minutes. `timeout=600` restores the old bound.",
        {
            "attribute/default-timeout": {f"result.{phase}": (600, 60.0) for phase in (1, 2, 3)},
            "module/constants": value(600, 60.0, "default-timeout"),
        },
    ),
    "A number as `timeout`": (
        "bounds each phase: a body that arrives slowly may take for ever",
        "bounds the whole attempt; `Timeout(...)` bounds each phase, as in the official SDK",
        "A bound is meant to hold.",
        {"dripping-body/whole-bound": how("returns", "APITimeoutError")},
    ),
    "A body of more than 64 MiB once decoded": (
        "is read",
        "an `APIResponseValidationError`; `max_response_bytes` sets another bound",
        "A small response can unpack to all the memory of the machine.",
        {"success/of-65-mib": how("returns", INVALID)},
    ),
    "`User-Agent`": (
        "`OpenAI/Python 3.54.0`",
        "`openai-models/` and its version",
        "It names the client. `default_headers` can set another.",
        {
            "own-header/user-agent-sync": value("OpenAI", "openai-models"),
            "own-header/user-agent-async": value("AsyncOpenAI", "openai-models"),
        },
    ),
    "The headers `x-stainless-*` other than `x-stainless-retry-count`": (
        "contain the language, the platform, the timeout …",
        "not sent",
        "They tell the server more about the machine than it needs.",
        {
            "own-header/x-stainless-lang": value("python", None),
            "own-header/x-stainless-os": value(ANYTHING, None),
            "own-header/x-stainless-read-timeout": value("5", None),
        },
    ),
    "A function for `api_key`": (
        (
            "the async client takes coroutine functions only; the last key can be read from `client.api_key`; a key that is"
            " set later has no effect"
        ),
        "the async client takes both kinds; no key that a function returns is kept; a key that is set later is used",
        "A key stays in memory no longer than it is needed.",
        {
            "key-function/asked-before-each-attempt-sync": value("sk-4", "", "1"),
            "key-function/asked-before-each-attempt-async": not_sent(5),
            "key-function/before-a-key-that-is-set-async": not_sent(1),
            "key-function/before-a-key-that-is-set-sync": value("sk-function", "sk-set")
            | {"requests.0.headers.authorization": ("Bearer sk-function", "Bearer sk-set")},
            "key-function/coroutine": value("sk-2", ""),
        },
    ),
    "An empty environment variable `OPENAI_BASE_URL` or `OPENAI_ORG_ID`": (
        "an empty URL; an empty header",
        "counts as not set",
        "An empty variable means that nothing is set.",
        {
            "environment/empty-base-url": value(ANYTHING, "https://api.openai.com/v1/", "3"),
            "environment/empty-organization": value("", None, "1")
            | {"requests.0.headers.openai-organization": ("", "absent")},
        },
    ),
    "A query in `base_url`": (
        "the path is appended to it",
        "is sent with each request",
        "A query is part of each URL.",
        {
            "query-of-the-base-url/*": {
                "requests.0.path": ("/v1/", "/v1/models/a"),
                "requests.0.query.1.0": ("flagmodels/a", "flag"),
            }
        },
    ),
}
