"""Pages are packed for the way, refusals and error pages like all others."""

from __future__ import annotations

from flask_compress import Compress
from werkzeug.wrappers import Response


class Packing(Compress):  # type: ignore[misc]
    """Flask-Compress packs what went well; here also what comes with a form that was refused, or in place of a page."""

    def after_request(self, response: Response) -> Response:
        """Pack an answer if the browser can open it. Its status stays."""
        status = response.status
        if response.status_code < 400:
            return super().after_request(response)  # type: ignore[no-any-return]
        response.status_code = 200  # As the extension wants it.
        packed: Response = super().after_request(response)
        packed.status = status
        return packed
