"""Where the steps of a plan are performed: one Protocol, one file for each place."""
