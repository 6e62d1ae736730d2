"""The shapes of tasks: text to tensors, heads and losses, and back to predictions."""
