"""A model card whose limitations are numbers: `python -m ksd_eval model-card run=…`."""
