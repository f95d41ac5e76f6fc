"""What a run is, how a command line says it, and how it becomes an experiment.

`building` imports numpy and pandas, so that it is imported only once a run is sure to begin.
"""
