"""Tiny real things for tests: tokenizers, encoders and examples of every form. No downloads."""
