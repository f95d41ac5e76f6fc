"""A run's pictures as a data set that others can load: `python -m ksd_eval export run=…`."""
