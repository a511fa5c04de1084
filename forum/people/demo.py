"""Who one can sign in as in the demonstration; any other organisation has no such people."""

from __future__ import annotations

PASSWORD = "northwick demo 2026"  # of everybody in the demonstration; shown on its sign-in page
PEOPLE = {
    "kim": "Employee in Sales: has a need",
    "ola": "Employee and champion in Customer Service: knows things",
    "piotr": "Champion in Production",
    "farah": "Moderator, in People & Learning",
    "arthur": "Head of Sales",
    "chris": "Administrator, in IT",
}
