"""Who hears of what: one listener for each event, by feature."""
