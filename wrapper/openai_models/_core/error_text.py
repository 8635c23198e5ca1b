"""Find the sentence with which a server explains a failure, in whichever form, without I/O."""

import re
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 1000
_DEEPEST: Final = 5
_LOOKED_AT: Final = 4000
# Where servers put their sentence, the most telling first: OpenAI's own and its look-alikes, FastAPI's `detail`,
# problem documents (RFC 9457 §3.1), OAuth's (RFC 6749 §5.2, where `error` is but a code), gateways'. In whichever case,
# and with whatever between the words. OData's `message` is an object with a language and a `value`.
_KEYS: Final = (
    "errordescription", "error", "message", "detail", "errors", "errormessage", "errormsg", "errmsg", "statusmessage",
    "statusmsg", "usermessage", "fault", "faultstring", "msg", "description", "exception", "title", "reason", "text", "value",
)  # fmt: skip
# Where the sentence is when a text in `error` is but the status' own phrase (Spring, NestJS, hapi).
_BESIDE: Final = ("message", "msg", "detail")
# Where a server says how it went, and what it says there if it failed (the words are JSend's, and near ones).
_STATES: Final = ("status", "code", "statuscode")
_OF_FAILURE: Final = frozenset({"error", "fail", "failed", "failure"} | {str(status) for status in range(400, 600)})
_NO_LETTER: Final = re.compile(r"[^A-Za-z]")
# One character in so many that can't be read: more is no text of any encoding near UTF-8.
_BINARY: Final = 4
_HIDDEN: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TITLE: Final = re.compile(r"<title\b[^>]*>(.*?)</title\s*>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")


def sentence(body: object) -> str:
    """Find the sentence that a person needs.

    Args:
        body: The body: JSON, or text.

    Returns:
        The sentence, of no more than 1,000 characters; empty if the server said nothing.
    """
    return shortened(_plain(body) if isinstance(body, str) else _in_json(body))


def shortened(text: str) -> str:
    """Return a text, or the first 999 characters of a longer one."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def sentence_of_failure(body: object) -> str:
    """Find the sentence of a response that is known to be a failure, so that any words in it explain that.

    As `sentence`; where there is none, one level further in as well: `{"result": {"message": …}}`,
    `{"model": ["unknown"]}`.
    """
    found = sentence(body)
    inner = body.values() if isinstance(body, dict) and not found else ()
    return next(filter(None, (sentence({"error": each}) for each in inner if isinstance(each, dict | list))), found)


def _in_json(value: object, depth: int = 0) -> str:
    if isinstance(value, str):
        return value.strip()
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (_in_json(item, depth + 1) for item in value[:5])))
    if isinstance(value, dict):
        by_name = _by_name(value)
        for key in _KEYS:
            said_here = _in_json(by_name.get(key), depth + 1)
            if said_here:
                beside = _BESIDE if key == "error" and isinstance(by_name[key], str) else ()
                return _with(said_here, [_in_json(by_name.get(name), depth + 1) for name in beside])
        if depth:  # what is wrong with each field
            return _in_json([inner for inner in value.values() if isinstance(inner, list)], depth + 1)
    return ""


def _with(phrase: str, sentences: list[str]) -> str:
    """Put the sentence that stands beside a phrase behind it, unless they are the same."""
    beside = next(filter(None, sentences), "")
    if beside.lower() in phrase.lower():
        return phrase
    return beside if phrase.lower() in beside.lower() else f"{phrase}: {beside}"


def _plain(text: str) -> str:
    text = text[:_LOOKED_AT].strip().removeprefix("\ufeff")
    if "\0" in text or text.count("\ufffd") * _BINARY > len(text):  # compressed, or no text at all
        return ""
    if not text.startswith("<"):
        return text
    page = _HIDDEN.sub(" ", text)
    title = _TITLE.search(page)
    import html  # noqa: PLC0415 - its entities take as long to load as this whole module

    words = html.unescape(_TAG.sub(" ", title.group(1) if title else page))
    return " ".join(words.split())


def says_failed(body: Mapping[str, object]) -> bool:
    """Return whether a body under a status of success says itself that it is an error."""
    kinds = (body.get("object"), body.get("type"))
    return _tells(body.get("error")) or _tells(body.get("errors")) or body.get("success") is False or "error" in kinds


def says_failed_and_gave_nothing(page: Mapping[str, object]) -> bool:
    """Return whether a list is empty because the server failed, and not for want of models."""
    if page.get("data"):
        return False
    by_name = _by_name(page)
    return (
        says_failed(by_name)
        or any(by_name.get(name) is False for name in ("issuccess", "ok"))
        or any(_tells(by_name.get(name)) for name in ("errormessage", "errormsg"))
        or any(str(by_name.get(name)).lower() in _OF_FAILURE for name in _STATES)
    )


def _tells(value: object) -> bool:
    """Return whether there is an error: where there is none, some servers send one of nulls and zeros."""
    if isinstance(value, dict | list):
        return any(map(_tells, value.values() if isinstance(value, dict) else value))
    return bool(value)


def _by_name(body: Mapping[str, object]) -> dict[str, object]:
    return {_NO_LETTER.sub("", str(key)).lower(): inner for key, inner in body.items()}


def error_detail(body: object, name: str) -> object:
    """Find what an error has beside its sentence, such as its `code`.

    It stands at the top, or in `error`, `errors` or `detail`, or the first object of such a list.
    """
    if not isinstance(body, dict):
        return None
    inner = (body.get(key) for key in ("error", "errors", "detail"))
    places = [body, *(each[0] if isinstance(each, list) and each else each for each in inner)]
    return next((place[name] for place in places if isinstance(place, dict) and place.get(name) is not None), None)


def request_id(headers: Mapping[str, str], body: object) -> str | None:
    """Find the server's id of a request: in the headers, or else in the body."""
    for name in ("x-request-id", "request-id"):
        if name in headers:
            return headers[name]
    places = (body, body.get("error")) if isinstance(body, dict) else ()
    found = (place.get("request_id") for place in places if isinstance(place, dict))
    return next((each for each in found if isinstance(each, str)), None)
