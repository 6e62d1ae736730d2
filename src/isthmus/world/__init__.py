"""The embedded world: small worlds of facts, and constructed languages that say them."""
