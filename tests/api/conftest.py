"""Fixtures of the API tests: a workspace in process, on both databases."""

from tests.flows.conftest import acme, sidecar

__all__ = ["acme", "sidecar"]
