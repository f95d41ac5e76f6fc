"""Metrics summarise many measurements into estimates with intervals."""
