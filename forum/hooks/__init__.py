"""A chat beside the site: it is told of what happens here, and searches from where people talk."""
