"""One file per kind of exercise: meanings drawn from the world, rendered into examples."""
