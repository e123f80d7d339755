"""A mailbox of the past, judged in the order of time and compared with what its owner did."""
