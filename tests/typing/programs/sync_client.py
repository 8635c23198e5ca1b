"""A program that lists, retrieves and deletes, and handles what may go wrong."""

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
    page = client.models.list(extra_headers={"X-One": "1"}, extra_query={"limit": 5}, timeout=3)
    models = [model for each in page.iter_pages() for model in each.data if model.owned_by == owner]
    return max(models, key=lambda model: model.created, default=None)


def delete(client: OpenAI, model: str) -> str:
    try:
        gone: ModelDeleted = client.with_options(max_retries=0).models.delete(model, timeout=None)
    except (AuthenticationError, NotFoundError, RateLimitError) as error:
        raise SystemExit(f"{error.status_code} {error.code} {error.request_id}") from error
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


def main() -> str:
    with make_client() as client:
        client.api_key = "sk-another"
        client.base_url = "http://127.0.0.1:1234/v1"
        client.max_retries = 0
        client.timeout = None
        other = client.copy(organization="org-2", set_default_headers={"X-Team": "ads"})
        deleted = delete(client, "ft:gpt-4o-mini:acemeco:suffix:abc123")
        return f"{client.base_url.host} {other.organization} {other.is_closed()} {newest(client, 'openai')} {deleted}"
