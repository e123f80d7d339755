"""What the work costs, each figure beside the floor below which it cannot come."""
