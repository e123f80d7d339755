"""ROOM who may do what: users, sessions, ways in, and the keys to what is stored."""
