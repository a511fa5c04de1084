"""What the tests of impact share with those of needs: a week in which people work."""

from __future__ import annotations

from tests.needs.conftest import office_hours

__all__ = ["office_hours"]
