"""Mixture, batching, loop, optimiser and state."""
