"""Text files to examples: one reader a format, and the providers that know where files lie."""
