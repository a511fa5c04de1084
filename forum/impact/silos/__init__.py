"""Who answers whom between departments, what hangs on one person, and who is asked to be the second."""
