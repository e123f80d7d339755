"""How the weights of the linear models are made; nothing here runs in the product."""
