"""The identity provider, as the tests of signing in by it have it."""

from tests.identity.conftest import provider, running_provider

__all__ = ["provider", "running_provider"]
