"""One row of the table, and short ways to say what its probes come to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from unittest import mock

Pairs = dict[str, tuple[Any, Any]]
"""Where an outcome differs -> what comes of it there, and what comes of it here."""
Rows = dict[str, tuple[str, str, str, dict[str, Pairs]]]
"""What a row is about -> the other fields of `Difference`."""

# The names that the official module has and this one has not, beside the resources.
ABSENT: Final = {
    "of-other-resources": (
        "AssistantEventHandler AsyncAssistantEventHandler AsyncAzureOpenAI AsyncBedrockOpenAI AsyncComputerDriver "
        "AsyncComputerToolset AsyncStream AzureOpenAI BedrockOpenAI ComputerDriver ComputerToolset "
        "ContentFilterFinishReasonError DataResidency HttpxBinaryResponseContent InvalidWebhookSignatureError "
        "LengthFinishReasonError OAuthError ReconnectingEvent ReconnectingOverrides Stream "
        "WebSocketConnectionClosedError WebSocketQueueFullError file_from_path pydantic_function_tool "
        "pydantic_responses_function_tool"
    ),
    "of-version-0": (
        "Audio ChatCompletion Completion Customer Deployment Edit Embedding Engine ErrorObject File FineTune "
        "FineTuningJob Image Model Moderation"
    ),
    "of-the-sdk": (
        "DefaultAsyncHttpx2Client DefaultHttpx2Client NoneType ProxiesTypes RequestOptions Transport override"
    ),
    "settings": (
        "admin_api_key api_type api_version azure_ad_token azure_ad_token_provider azure_endpoint "
        "bedrock_token_provider webhook_secret"
    ),
}


class Todo(StrEnum):
    """What a reader of the table does about a row: the headings of the page."""

    CHANGE = "Change your program if it uses one of these"
    CHECK = "Check your program if it relies on one of these"
    CATCH = "Look at what you catch, and at texts that you compare"
    NOTHING = "Nothing to do"


@dataclass(frozen=True)
class Difference:
    """One row; `shown_by` names its probes by a pattern, or as `name-async` for one mode."""

    todo: Todo
    what: str
    theirs: str
    ours: str
    reason: str
    shown_by: dict[str, Pairs]


ANYTHING: Final[Any] = mock.ANY
# Nothing is sent, where the official SDK sends a request.
UNSENT: Final[Pairs] = {"requests.length": (1, 0)}


def how(theirs: str, ours: str) -> Pairs:
    """Return a difference in how a probe ends: `returns`, or the class of the error."""
    ended = [end if end == "returns" else f"raises {end}" for end in (theirs, ours)]
    return {"how": (ended[0], ended[1])}


def not_sent(requests: int) -> Pairs:
    """Return the difference of a probe for which the official SDK raises a `TypeError` before it sends requests."""
    return how("TypeError", "returns") | {"requests.length": (0, requests)}


def value(theirs: object, ours: object, at: str = "") -> Pairs:
    """Return a difference in what a probe returns, as a whole or at one place."""
    return {f"result.{at}" if at else "result": (theirs, ours)}


def text(theirs: object, ours: object) -> Pairs:
    """Return a difference in the text of an error."""
    return {"raised.text": (theirs, ours), "raised.message": (theirs, ours)}


def each(probes: str, pairs: Pairs) -> dict[str, Pairs]:
    """Return the same differences for several probes."""
    return dict.fromkeys(probes.split(), pairs)
