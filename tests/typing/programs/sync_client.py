"""A program that lists, retrieves and deletes, and handles what may go wrong."""

import logging
import os

from openai import (
    DEFAULT_MAX_RETRIES,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    DefaultHttpxClient,
    NotFoundError,
    OpenAI,
    OpenAIError,
    RateLimitError,
    Timeout,
)
from openai.types import Model, ModelDeleted

logger = logging.getLogger(__name__)


def make_client(base_url: str | None = None) -> OpenAI:
    return OpenAI(
        api_key=os.environ.get("OPENAI_API_KEY"),
        organization="org-1",
        project=None,
        base_url=base_url,
        timeout=Timeout(20.0, connect=2.0),
        max_retries=DEFAULT_MAX_RETRIES + 1,
        default_headers={"X-Team": "search"},
        default_query={"verbose": True},
        http_client=DefaultHttpxClient(follow_redirects=False),
    )


def newest(client: OpenAI, owner: str) -> Model | None:
    models = [model for model in client.models.list() if model.owned_by == owner]
    return max(models, key=lambda model: model.created, default=None)


def ids(client: OpenAI) -> list[str]:
    page = client.models.list(extra_headers={"X-One": "1"}, extra_query={"limit": 5}, timeout=3)
    found: list[str] = []
    for each in page.iter_pages():
        found.extend(model.id for model in each.data)
        if not each.has_next_page():
            break
    return sorted(found)


def exists(client: OpenAI, model: str) -> bool:
    try:
        return client.with_options(timeout=5, max_retries=0).models.retrieve(model).id == model
    except NotFoundError as error:
        logger.info("no %s: %s (%s, %s)", model, error.message, error.code, error.request_id)
        return False
    except (AuthenticationError, RateLimitError) as error:
        raise SystemExit(str(error.status_code)) from error


def delete(client: OpenAI, model: str) -> str:
    try:
        gone: ModelDeleted = client.models.delete(model, timeout=None)
    except APITimeoutError as error:
        return f"no answer to {error.request.method}"
    except APIConnectionError as error:
        return error.message
    except APIStatusError as error:
        return f"{error.status_code} {error.response.headers.get('x-request-id')} {error.body}"
    except APIError as error:
        return f"{error.param} {error.type}"
    except OpenAIError as error:
        return str(error)
    return f"{gone.id} {gone.object} {gone.deleted}"


def main() -> None:
    with make_client() as client:
        client.api_key = "sk-another"
        client.base_url = "http://127.0.0.1:1234/v1"
        client.max_retries = 0
        client.timeout = None
        other = client.copy(organization="org-2", set_default_headers={"X-Team": "ads"})
        logger.info("%s %s %s", client.base_url.host, other.organization, other.is_closed())
        logger.info("%s %s %s", ids(client), newest(client, "openai"), exists(client, "gpt-4o"))
        logger.info("%s", delete(client, "ft:gpt-4o-mini:acemeco:suffix:abc123"))
