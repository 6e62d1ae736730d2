"""The declaration, the plan, the store and the work."""
