"""Isthmus: which intermediate task helps which language, by how much, and is it real."""
