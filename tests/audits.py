"""What others know of the packages in use: looked up as far as their service can be reached, and said when it cannot.

`python -m tests.audits` looks up what runs in production; `python -m tests.audits FILE` writes a list of all its parts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from forum.core.config import PROJECT

LOCK = PROJECT / "requirements.txt"
PATIENCE = 180  # seconds for the service to answer for all packages
WEAK = 1  # what pip-audit ends with when it found something, and also when it could not look


@dataclass(frozen=True)
class Audit:
    """What came of looking: how many packages were looked up, what is known of them, why nothing was looked up."""

    audited: int = 0
    weak: list[str] = field(default_factory=list)
    not_audited: str = ""

    def words(self) -> str:
        """One line for whoever reads the log. A run that looked nothing up never sounds like one that found nothing."""
        if self.not_audited:
            return f"NOT AUDITED, 0 packages were looked up: {self.not_audited}"
        if self.weak:
            return f"WEAK: {', '.join(self.weak)}"
        return f"{self.audited} packages looked up, nothing is known against any of them"


def audit() -> Audit:
    """Look up every package that the lock for production names."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-r", str(LOCK)]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Audit(not_audited=f"the service did not answer within {PATIENCE} seconds")
    return read(done.returncode, done.stdout, done.stderr)


def read(code: int, said: str, complaint: str) -> Audit:
    """What pip-audit's answer means. What it skipped counts as not audited, and so does an answer without packages."""
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        return Audit(not_audited=(complaint.strip().splitlines() or ["it said nothing"])[-1])
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    weak = [
        f"{package['name']} {package['version']} ({', '.join(each['id'] for each in package['vulns'])})"
        for package in packages
        if package.get("vulns")
    ]
    if weak:
        return Audit(len(packages) - len(skipped), weak)
    if skipped or not packages or code:
        return Audit(not_audited=f"skipped {len(skipped)} of {len(packages)}, {complaint.strip()[-200:]}")
    return Audit(len(packages))


def write_parts(file: str) -> int:
    """Write every package of the lock with its version and hashes to a file, as CycloneDX JSON."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCK), "--output-file", file]
    return subprocess.call(command)


def main(words: Sequence[str]) -> int:
    """Write the parts to a file that was named, else look them up; 1 when something is known against one of them."""
    if words:
        return write_parts(words[0])
    found = audit()
    print(found.words())
    return 1 if found.weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
