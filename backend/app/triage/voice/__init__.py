"""How the user writes: habits found in their own sent mail, and notes learnt from what they change in drafts."""
