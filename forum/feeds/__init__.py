"""What somebody reads outside of the site: new questions in a feed reader, their own dates in a calendar."""
