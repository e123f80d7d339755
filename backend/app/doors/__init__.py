"""What the JSON door and the HTML door share: who is asking, from where, and with what protection."""
