"""What is deleted when it is spent, and what is archived when it is old."""
