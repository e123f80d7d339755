"""A Gmail over HTTP for demos and tests: the real adapter talks to it, and it records every effect."""
