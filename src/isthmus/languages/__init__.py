"""Languages: what one is, the table of all of them, and how data sets spell them."""
