"""The report as one page of HTML that loads nothing else."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from ._impact import IMPACT
from ._report import Verdict
from ._summary import by_verdict, counted, deletion_hint, docs_url, facts, headline

if TYPE_CHECKING:
    from ._check import Check
    from ._report import Failure, Report

# What XML 1.0 §2.2 can't hold, and what would control a terminal that prints the file.
NO_XML: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLE: Final = """
:root { color-scheme: light dark; --text: #1f2328; --quiet: #59636e; --page: #fff; --box: #f6f8fa; --line: #d1d9e0;
  --passes: #116329; --fails: #b3261e; --incomplete: #7d4e00; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9aa4af; --page: #0d1117; --box: #161b22;
  --line: #30363d; --passes: #4ac26b; --fails: #ff7b72; --incomplete: #e3b341; --link: #6cb6ff; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: var(--text);
  background: var(--page); overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { margin: .5rem 0; font-size: 1.5rem; border-left: .4rem solid; padding-left: .75rem; }
h1.passes { color: var(--passes); } h1.fails { color: var(--fails); } h1.incomplete { color: var(--incomplete); }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; } h3 { margin: 0 0 .25rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
dt, .quiet { color: var(--quiet); } dd { margin: 0; }
section { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; }
section.fails { border-left: .3rem solid var(--fails); } section.note { border-left: .3rem solid var(--incomplete); }
section p { margin: .25rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; line-height: 1.45; }
pre { background: var(--box); padding: .6rem .75rem; border-radius: .35rem; white-space: pre-wrap; margin: .15rem 0 .5rem; }
.finding { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .5rem; }
.label { color: var(--quiet); font-size: .85rem; }
ul { padding-left: 1.25rem; } li { margin: .35rem 0; }
details { margin: 1.5rem 0; } summary { cursor: pointer; font-size: 1.25rem; font-weight: bold; }
section summary { font-size: 1rem; font-weight: normal; } section details { margin: .75rem 0 0; }
"""


def html(report: Report) -> str:
    """Return a page: the verdict, the failures, the notes, and folded the checks that passed or were not tried."""
    terms = "".join(f"<dt>{name}<dd>{escape(value)}\n" for name, value in facts(report).items())
    errors = "".join(f"<section class=note>{escape(error)}</section>\n" for error in dict.fromkeys(report.errors))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    page = f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1">
<meta name=color-scheme content="light dark">
<meta http-equiv=Content-Security-Policy content="{policy}">
<title>{headline(report)}: {escape(report.base_url)}</title>
<style>{STYLE}</style>
<h1 class={report.outcome}>{headline(report)}</h1>
<dl>
{terms}</dl>
{errors}"""
    page += sections(report, Verdict.FAILS, "Failures", "")
    page += sections(report, Verdict.NOTE, "Notes", "Unlike the OpenAI API, but no failure at this level.")
    page += folded(by_verdict(report, Verdict.PASSES), "Passed")
    page += folded(by_verdict(report, Verdict.NOT_TRIED), "Not tried", deletion_hint(report))
    return clean(page)


def sections(report: Report, verdict: Verdict, title: str, explanation: str) -> str:
    """Return a section for each check that fails, or that has notes."""
    checks = by_verdict(report, verdict)
    if not checks:
        return ""
    text = f"<h2>{title}: {len(checks)}</h2>\n"
    text += f"<p class=quiet>{explanation}\n" if explanation else ""
    for check in checks:
        findings = [finding(found, report.with_repeat_count(found)) for found in report.of(check.name)]
        shown = findings[:1] if verdict is Verdict.FAILS else []
        if hidden := findings[len(shown) :]:
            summary = f"{counted(len(hidden), 'more problem' if shown else 'difference')}"
            shown.append(f"<details><summary>{summary}</summary>\n{''.join(hidden)}</details>\n")
        text += f"<section class={verdict} id={check.name}>\n{introduction(check)}{''.join(shown)}</section>\n"
    return text


def introduction(check: Check) -> str:
    """Return the name of a check, its requirement, what a failure means for a client, and a link."""
    return (
        f"<h3><code>{check.name}</code></h3>\n<p>{marked(check.requirement)} "
        f'<a href="{escape(docs_url(check))}">Documentation</a>\n'
        f"<p><span class=label>Impact</span> {marked(IMPACT[check.name])}\n"
    )


def finding(found: Failure, where: str) -> str:
    """Return one problem, with the request that shows it."""
    parts = {"Request": found.curl, "Response": found.answer, "Expected": found.expected}
    return (
        f"<div class=finding>\n<p><strong>{escape(where)}</strong>\n<pre>{escape(found.actual)}</pre>\n"
        + "".join(
            f"<div class=label>{label}</div><pre>{escape(text)}</pre>\n"
            for label, text in parts.items()
            if text != found.check.requirement
        )
        + "</div>\n"
    )


def folded(checks: list[Check], title: str, hint: str = "") -> str:
    """Return a list of checks that a reader can open."""
    if not checks:
        return ""
    rows = "".join(
        f'<li><a href="{escape(docs_url(check))}"><code>{check.name}</code></a>: {marked(check.requirement)}\n'
        for check in checks
    )
    return f"<details>\n<summary>{title}: {len(checks)}{hint}</summary>\n<ul>\n{rows}</ul>\n</details>\n"


def marked(text: str) -> str:
    """Return a text of this package with its backticks as code."""
    return re.sub("`(.+?)`", r"<code>\1</code>", escape(text))


def clean(text: str) -> str:
    """Return a text without the characters that XML can't hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
