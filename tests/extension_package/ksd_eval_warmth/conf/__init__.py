"""What this package adds to the configuration of ksd_eval."""
