"""Where the files of natural tasks lie: one visible table a group of tasks, tried in order."""
