"""The requests that are sent on purpose, beside those that schemathesis makes up.

Made-up ids are the same in every run: what a server is asked must not depend on chance. Nobody has such models.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ._context import Kind, Probe
from ._response_helpers import NO_SEGMENTS
from ._secrets import LONG, LONGER, SHORTER, SWAPPED, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._context import RunContext

UNKNOWN_ID: Final = "contract-4f1c92d07be64a0e8d35"
WRONG_KEY: Final = "sk-contract-0123456789-wrong-0123456789"
RAW: Final = "-._~:@!$&'()*+,;="
UNDECODABLE: Final = ("%FF", f"{UNKNOWN_ID}%C3%28", "%ED%A0%80")
OTHER_SCRIPTS: Final = ("é", "中文", "\N{ROCKET}", "e\N{COMBINING ACUTE ACCENT}", "\N{RIGHT-TO-LEFT OVERRIDE}")
MOST_LISTED: Final = 25
MOST_NEAR: Final = 3
LONG_ID: Final = 1000


def segment(model: str) -> str:
    """Return an id as it stands in a path."""
    return quote(model, safe="")


def retrievals(listed: Sequence[str], run: RunContext) -> Iterator[Probe]:
    """Yield probes that retrieve models that exist and models that do not."""
    for name in chosen(listed):
        yield Probe(Kind.LISTED, f"retrieve {name}", segment=segment(name))
    for character, kind in ((":", Kind.COLON), ("/", Kind.SLASH)):
        for name in chosen([name for name in listed if character in name])[:3]:
            if character == ":":
                yield Probe(Kind.LISTED, f"retrieve {name} with raw colons", segment=quote(name, safe=RAW))
        yield Probe(kind, f"an unknown id with {character}", segment=segment(f"{UNKNOWN_ID}{character}x"))
    yield from another_look(run)
    yield Probe(Kind.COLON, "an unknown id with a raw colon", segment=f"{UNKNOWN_ID}:x")
    for name in listed[:1]:
        yield Probe(Kind.SLASH, "a known id after a slash", segment=segment(f"{UNKNOWN_ID}/{name}"))
        yield Probe(Kind.SLASH, "a known id before a slash", segment=segment(f"{name}/{UNKNOWN_ID}"))
    for text in OTHER_SCRIPTS:
        yield Probe(Kind.NON_ASCII, f"an unknown id with {text!a}", segment=segment(f"{UNKNOWN_ID}-{text}"))
    for raw in UNDECODABLE:
        yield Probe(Kind.UNDECODABLE, f"the id {raw}", segment=raw, is_odd=True)


def odd_ids(run: RunContext) -> Iterator[Probe]:
    """Yield probes of ids that are nearly those of models, and of an id that is longer than many a column."""
    for name in list(dict.fromkeys(run.retrieved))[:MOST_NEAR]:
        if name.swapcase() != name:
            yield Probe(Kind.ODD, f"{name} in the other case", segment=segment(name.swapcase()))
        yield Probe(Kind.ODD, f"{name} with a space behind it", segment=segment(f"{name} "))
    yield Probe(Kind.ODD, f"an unknown id of {LONG_ID:,} characters", segment=UNKNOWN_ID.ljust(LONG_ID, "x"))


def another_look(run: RunContext) -> Iterator[Probe]:
    """List again, if a listed model wasn't found: it may be gone."""
    if run.missed:
        yield Probe(Kind.LIST_AGAIN, "list again")


def chosen(listed: Sequence[str]) -> list[str]:
    """Return the models to retrieve: those with ids that servers trip over first, and not hundreds."""

    def oddness(name: str) -> int:
        return sum(not (it.isascii() and (it.isalnum() or it in "-.")) for it in name)

    return sorted((name for name in listed if name not in NO_SEGMENTS), key=oddness, reverse=True)[:MOST_LISTED]


def keys(key: str, retrieved: Sequence[str]) -> Iterator[Probe]:
    """Yield probes without a key and with wrong ones; those that contain the right one are written as placeholders."""
    ways = [
        Probe(Kind.KEY, "no key", authorization=None),
        Probe(Kind.KEY, "a wrong key", authorization=f"Bearer {WRONG_KEY}", key=WRONG_KEY),
        Probe(Kind.KEY, "the right key and one letter", authorization=f"Bearer {LONGER}", key=f"{key}x"),
        Probe(Kind.KEY, "a key outside ASCII", authorization="Bearer sk-schl\xfcssel", is_odd=True),
        Probe(Kind.KEY, "the scheme without a key", authorization="Bearer", is_about_scheme=True),
        Probe(Kind.KEY, "the right key under another scheme", authorization=f"Basic ${VARIABLE}", is_about_scheme=True),
    ]
    if len(key) > LONG:
        ways.append(Probe(Kind.KEY, "the right key without its end", authorization=f"Bearer {SHORTER}"))
    if len(key) > LONG and key.swapcase() != key:
        ways.append(
            Probe(Kind.KEY, "the right key in the other case", authorization=f"Bearer {SWAPPED}", key=key.swapcase())
        )
    for place in (None, *map(segment, retrieved[:1])):
        where = "the list" if place is None else "a model"
        for way in ways:
            yield replace(way, label=f"{where} with {way.label}", segment=place)


def methods(retrieved: Sequence[str]) -> Iterator[Probe]:
    """Yield probes of other methods; those that could change something go to a model that does not exist."""
    for method in ("POST", "PUT", "PATCH", "BREW", "HEAD", "OPTIONS"):
        yield Probe(Kind.METHOD, f"{method} to the list", method)
        yield Probe(Kind.METHOD, f"{method} to an unknown model", method, segment(UNKNOWN_ID))
    for name in map(segment, retrieved[:1]):
        for method in ("POST", "BREW"):
            yield Probe(Kind.METHOD, f"{method} to a model", method, name)


def deletions(model: str, run: RunContext) -> Iterator[Probe]:
    """Delete a model, if it is still there, and look at what became of it; beside it, only models that aren't there."""
    for label, authorization in (("no key", None), ("a wrong key", f"Bearer {WRONG_KEY}")):
        yield Probe(
            Kind.KEY,
            f"delete an unknown model with {label}",
            "DELETE",
            segment(UNKNOWN_ID),
            authorization,
        )
    for name in unknown_to_delete():
        yield Probe(Kind.DELETE_UNKNOWN, "delete an unknown model", "DELETE", segment(name))
    run.still_listed = None
    yield Probe(Kind.LIST_AGAIN, "list before the deletion")
    yield Probe(Kind.LISTED, f"retrieve {model}", segment=segment(model))
    yield from another_look(run)
    if model not in (run.still_listed or ()):
        return
    yield Probe(Kind.DELETE, f"delete {model}", "DELETE", segment(model))
    yield Probe(Kind.DELETE_AGAIN, f"delete {model} again", "DELETE", segment(model))
    yield Probe(Kind.RETRIEVE_DELETED, f"retrieve {model}, deleted", segment=segment(model))
    yield Probe(Kind.LIST_AFTER, "list after the deletion")


def unknown_to_delete() -> list[str]:
    """Return ids of models that aren't there."""
    return [UNKNOWN_ID, f"ft:{UNKNOWN_ID}:x::y", f"{UNKNOWN_ID}/x", f"{UNKNOWN_ID}-é"]


def deletable(model: str) -> set[str]:
    """Return the segments that may get a DELETE when this model may be deleted."""
    return set(map(segment, [model, *unknown_to_delete()]))


def all_of(api_key: str, listed: Sequence[str], run: RunContext) -> Iterator[Probe]:
    """Return every request, in order, save for the list that came first.

    Those of keys and methods go to a model that could be retrieved, which is known by then.
    """
    plain = (
        Probe(Kind.UNKNOWN, f"an unknown model{number}", segment=f"{UNKNOWN_ID}{number}")
        for number in ("", "2", ".gguf")
    )
    return chain(
        plain,
        retrievals(listed, run),
        odd_ids(run),
        keys(api_key, run.retrieved),
        methods(run.retrieved),
        deletions(run.delete_model, run) if run.delete_model is not None and run.delete_model in run.listed else (),
    )
