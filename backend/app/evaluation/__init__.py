"""How good an engine is, over labelled messages: the real way from raw mail to decision, without a database."""
