"""What claims about speed rest on: a filled database, the real server, and figures that can be taken again."""
