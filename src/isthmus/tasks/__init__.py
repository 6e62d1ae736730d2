"""Tasks: what is asked, in which languages, how it is trained and scored; one file each."""
