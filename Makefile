.DEFAULT_GOAL := help
PYTHON ?= python
RESULTS ?= results/smoke

.PHONY: help
help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: check
check:  ## Lint, format, types and doctests
	ruff check .
	ruff format --check .
	mypy
	$(PYTHON) -m pytest -q ksd_eval

.PHONY: format
format:  ## Mend what the linter and the formatter can mend
	ruff check --fix .
	ruff format .

.PHONY: test
test:  ## The tests, less those marked slow
	$(PYTHON) -m pytest

.PHONY: slow
slow:  ## The tests marked slow
	$(PYTHON) -m pytest -m slow

.PHONY: smoke
smoke:  ## The main job, small, in under a minute
	$(PYTHON) -m ksd_eval experiment=bias prompts.limit=42 generation.replicates=1 \
		analysis.resamples=200 execution.results_dir=$(RESULTS)

.PHONY: measure
measure:  ## Print the table of what the miniature can draw
	$(PYTHON) -m ksd_eval.miniature.measure

.PHONY: bench
bench:  ## Print how fast, as ratios measured side by side
	$(PYTHON) benchmarks/bootstrap.py
	$(PYTHON) benchmarks/frechet.py

.PHONY: bench-ray
bench-ray:  ## The same of Ray, which has to be installed: pip install -e '.[ray]'
	$(PYTHON) benchmarks/ray_overhead.py

.PHONY: calibrate
calibrate:  ## Measure the instrument: some fifteen minutes on two cores
	$(PYTHON) -m ksd_eval experiment=calibration

.PHONY: ci
ci:  ## Everything, in a fresh environment, as on the build machine
	bash .ci/run
