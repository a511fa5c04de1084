"""How the tests of the core try many inputs."""

from __future__ import annotations

from hypothesis import settings

# On a busy machine any example may take long, and no test of this project measures time. The same examples each time:
# a test that fails for one and passes for the next tells nobody what changed.
settings.register_profile("proven", deadline=None, derandomize=True)
settings.load_profile("proven")
