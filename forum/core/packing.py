"""Pages are packed for the way, refusals and error pages like all others."""

from __future__ import annotations

from flask import Response
from flask_compress import Compress


class Packing(Compress):
    """Flask-Compress packs what went well; here also what comes with a form that was refused, or in place of a page."""

    def after_request(self, response: Response | None) -> Response:
        """Pack an answer if the browser can open it. Its status stays."""
        if response is None or response.status_code < 400:
            return super().after_request(response)
        status = response.status
        response.status_code = 200  # As the extension wants it.
        packed = super().after_request(response)
        packed.status = status
        return packed
