"""DOOR JSON: one file per resource."""
