"""The form with which a hook is registered."""

from __future__ import annotations

from wtforms import StringField

from forum.core.forms import Form


class HookForm(Form):
    """Where to send; what, and of which departments, are boxes beside it."""

    name = StringField("Name", description="Such as the channel it leads to, so that you know it again.")
    address = StringField(
        "Address", description="Paste what the chat gave you for an incoming web hook. Of it only the host is shown."
    )
