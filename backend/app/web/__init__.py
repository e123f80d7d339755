"""DOOR HTML: the review pages, rendered here, without a line of script."""
