"""What language models cost: prices, budgets per user and day, and what was spent."""
