"""What a browser reports of a broken policy is one line of the log, whatever it holds and however often it comes."""

from __future__ import annotations

import json
import logging

import pytest

from tests.conftest import Browser

REPORT = {
    "effective-directive": "script-src-elem",
    "blocked-uri": "inline",
    "document-uri": "http://localhost/ask?title=x",
}


def reported(client: Browser, report: object) -> int:
    client.sends_token = False  # A browser knows none.
    status: int = client.post(
        "/policy-reports", data=json.dumps(report), content_type="application/csp-report"
    ).status_code
    return status


def test_a_report_says_what_was_stopped_on_which_page(client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert reported(client, {"csp-report": REPORT}) == 204
    assert "script-src-elem" in caplog.text
    assert "/ask" in caplog.text
    assert "title=x" not in caplog.text  # What somebody typed is nobody's business.


def test_a_report_is_one_line_of_the_log_whatever_it_holds(client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    forged = {"blocked-uri": "x\r\n2026-11-30 ERROR root: all passwords were lost\x1b[2J", "source-file": "y" * 5_000}
    with caplog.at_level(logging.WARNING):
        assert reported(client, {"csp-report": forged}) == 204
    (record,) = [record for record in caplog.records if "the policy stopped" in record.getMessage()]
    assert not {"\r", "\n", "\x1b"} & set(record.getMessage())
    assert len(record.getMessage()) < 1_000


@pytest.mark.parametrize("nonsense", [None, [], "x", {"csp-report": "x"}, {"csp-report": {}, "x": "y" * 20_000}])
def test_what_is_no_report_is_refused(client: Browser, nonsense: object) -> None:
    assert reported(client, nonsense) == 400


def test_reports_are_limited(client: Browser) -> None:
    answers = [reported(client, {"csp-report": REPORT}) for _ in range(22)]
    assert answers == [204] * 20 + [429] * 2
