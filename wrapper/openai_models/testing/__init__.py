"""A mock of the three model endpoints for tests: a real server on 127.0.0.1, with models that can be deleted.

Requires the extra: `pip install "openai-models[mock]"`.

    from openai_models.testing import MockServer

    with MockServer() as mock:
        client = mock.client()
        client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")
        assert mock.requests[-1].method == "DELETE"

Faults are queued in advance: `mock.fail_next(429, times=2)`, `mock.drop_next()` and so on.
`MockServer(profile="vllm")` imitates another server.

With pytest, use the fixture `openai_models_mock` and the marker of the same name. `python -m openai_models.testing` runs the mock in the foreground.
"""

from ._faults import Fault
from ._mock import MockServer
from ._profiles import PROFILES
from ._retry_delays import no_retry_delays
from ._state import RecordedRequest

__all__ = ["PROFILES", "Fault", "MockServer", "RecordedRequest", "no_retry_delays"]
