"""What became of an engine's proposals: the record that lets its confidence count, and what it amounts to."""
