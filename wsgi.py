"""What a WSGI server loads: `wsgi:app`."""

from forum import create_app

app = create_app()
