"""Metrics as pure functions of gold and predictions, retrieval, and XTREME's own scores."""
