"""What a WSGI server loads: `wsgi:app`."""

from forum import create_app
from forum.core.config import WrongSetting

try:
    app = create_app()
except WrongSetting as wrong:
    raise SystemExit(f"Proven cannot start: {wrong}") from None
