"""A server holds to openapi.yaml: the bundled mock, or the one that `--base-url` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.suite import hold

if TYPE_CHECKING:
    from tests.contract.conftest import Target


def test_the_server_holds_to_the_contract(target: Target) -> None:
    verdict = hold(target.base_url, target.api_key, deletes=target.is_ours)
    assert verdict.requests > 0
    assert not verdict.broken, str(verdict)
    assert not verdict.faults, str(verdict)
