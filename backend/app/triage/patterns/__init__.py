"""What a user always does with a sender's mail: learnt from their deeds, and then done without asking a model."""
