"""What comes in by mail: replies to news that was mailed, posted by the same verbs and under the same rules."""
