"""What came of it all, for everybody to see and to recompute: measures, silos, and their pictures."""
