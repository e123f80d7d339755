"""Telling the person: notices at once, a digest once a day, and the sign-in mail."""
