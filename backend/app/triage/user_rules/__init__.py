"""The user's rules in plain language: read once into checked conditions and effects, then applied as code."""
