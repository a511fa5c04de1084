"""What came of it, for everybody to see and to recompute: measures, silos, and their pictures."""
