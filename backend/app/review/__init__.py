"""ROOM what the person sees: the waiting queue, one message with everything about it, and what was done."""
