# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
UV := $(VENV)/bin/uv
UV_VERSION := 0.13.9
RUN := $(UV) run --frozen --no-sync

.PHONY: help demo test test-real test-quick test-simulation test-kafka faults soak simulate-faults fuzz check compiled pure kafka bench bench-guard bench-peers lint pins dashboards contracts contract-kept runbook packages image sbom licences audit clean
.DEFAULT_GOAL := help

help:  ## what there is to do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-15s %s\n", $$1, $$2}'

$(VENV)/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Segue needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) sync --frozen --quiet --all-extras --inexact --python $(VENV)/bin/python
	@touch $@

demo: $(VENV)/ready  ## a real shop's year through a worker, and its page (KAFKA=host:port, ARGS=--exit)
	@$(RUN) segue demo $(ARGS)

test: $(VENV)/ready  ## every test that this machine can run
	@$(MAKE) --no-print-directory --jobs=2 test-simulation test-real

# A simulated clock does not mind waiting: the simulation takes what all the others leave of the machine.
test-simulation: $(VENV)/ready
	@nice -n 19 $(RUN) pytest tests/simulation -m simulation --numprocesses logical --maxprocesses 4 \
	  >$(VENV)/simulation.log 2>&1 || { cat $(VENV)/simulation.log; exit 1; }
	@tail -n 1 $(VENV)/simulation.log

test-real: test-quick
	@$(MAKE) --no-print-directory test-kafka

# In the order of the files: by themselves those with a single test come last, and one that takes a minute is waited for.
test-quick: $(VENV)/ready
	$(RUN) pytest -m "not kafka and not simulation" --numprocesses logical --maxprocesses 4 --dist loadfile \
	  --no-loadscope-reorder

test-kafka: $(VENV)/ready
	$(RUN) pytest -m "kafka and not long_faults" --numprocesses 3 --dist loadfile --no-loadscope-reorder

faults: $(VENV)/ready  ## every fault on Apache Kafka, the long ones too, with what recovery took (20 minutes)
	$(RUN) pytest -m faults -o log_cli=true -o log_cli_level=INFO

soak: $(VENV)/ready  ## load under faults drawn from a seed, then `segue verify` (MINUTES=60 SEED=1)
	@$(RUN) python -m tests.faults.soak --minutes $(or $(MINUTES),60) --seed $(or $(SEED),1)

simulate-faults: $(VENV)/ready  ## runs drawn from seeds: crashes, zombies, lost disks (SEEDS=2000 FROM=0)
	@$(RUN) python -m tests.simulation --seeds $(or $(SEEDS),2000) --from $(or $(FROM),0)

fuzz: $(VENV)/ready  ## spoilt records, files and policies: read or refused, and soon (SECONDS=600 SEED=0)
	@$(RUN) python -m tests.fuzz --seconds $(or $(SECONDS),600) --seed $(or $(SEED),0)

compiled: $(VENV)/ready  ## compile what every order passes through (a C compiler; without it Segue runs its source)
	@$(RUN) python deploy/compile.py $(ARGS)

pure:  ## remove what was compiled
	@find . -maxdepth 1 -name '*__mypyc*.so' -delete
	@find agents app schemas tables -name '*.so' -delete

lint: $(VENV)/ready  ## ruff, mypy --strict, import contracts
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy .
	$(RUN) lint-imports

check: lint test  ## lint and test

kafka: $(VENV)/ready  ## Apache Kafka on 127.0.0.1:9092, in the foreground (Java 17 and Maven)
	deploy/kafka/start

bench: compiled  ## Segue beside plain Faust on Apache Kafka: one table
	$(RUN) python -m tests.bench

bench-guard: compiled  ## whether the whole path is as fast beside plain Faust as it was
	$(RUN) python -m tests.bench.guard

bench-peers: compiled  ## Segue beside Faust, Quix Streams, Kafka Streams (an hour or two; ARGS="--rounds 1 ...")
	$(RUN) python -m tests.bench.peers $(ARGS)

pins: $(VENV)/ready  ## accept the sources of Faust and aiokafka as they are now, after reading them
	$(RUN) python -m tests.runtime.pins

dashboards: $(VENV)/ready  ## write deploy/grafana/dashboards/ from its code
	$(RUN) python -m deploy.grafana

contracts: $(VENV)/ready  ## write deploy/contracts/README.md, and compare the contracts with those of the last release
	$(RUN) python -m deploy.contracts
	$(RUN) pytest -q tests/contracts/test_compatibility.py

contract-kept: $(VENV)/ready  ## keep the contract of this version; fails where that was not done since it has changed
	$(RUN) python -m tests.contracts.released
	git status --porcelain tests/contracts/releases | sed 's/^/not kept yet: /' | grep . && exit 1 || true

runbook: $(VENV)/ready  ## rehearse the procedures of deploy/runbook.md on Apache Kafka, and record them (10 minutes; NAME=)
	deploy/kafka/start --prepare
	$(RUN) python -m tests.procedures $(NAME)

packages: $(VENV)/ready  ## wheel and sdist into dist/
	$(UV) build --quiet --out-dir dist

image:  ## the container image (docker; IMAGE=segue)
	docker build -f deploy/containers/Dockerfile -t $(or $(IMAGE),segue) .

$(VENV)/runtime: uv.lock $(VENV)/ready
	UV_PROJECT_ENVIRONMENT=$@ $(UV) sync --frozen --quiet --no-dev --python $(VENV)/bin/python
	@touch $@

sbom: $(VENV)/runtime  ## what a worker is made of, as CycloneDX: dist/sbom.json
	@mkdir -p dist
	$(UV) tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py environment --no-validate --pyproject pyproject.toml \
		--output-reproducible --output-file dist/sbom.json $(VENV)/runtime/bin/python
	$(RUN) python deploy/copied_in.py dist/sbom.json
	@$(UV) tool run --quiet --from cyclonedx-bom==7.5.0 python -c 'from cyclonedx.schema import SchemaVersion; \
		from cyclonedx.validation.json import JsonStrictValidator; bill = open("dist/sbom.json").read(); \
		wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill); exit(wrong and str(wrong))'

licences: $(VENV)/runtime  ## the licences of what a worker is made of: dist/licences.md
	@mkdir -p dist
	$(UV) tool run --quiet --from pip-licenses==5.5.5 pip-licenses --python $(VENV)/runtime/bin/python --from mixed \
		--with-urls --format markdown --output-file dist/licences.md
	$(RUN) python deploy/copied_in.py dist/licences.md

audit: $(VENV)/ready  ## known vulnerabilities of what a worker is made of (asks pypi.org)
	@mkdir -p dist
	$(UV) export --quiet --frozen --no-dev --all-extras --no-emit-project --output-file dist/pins.txt
	$(UV) tool run --quiet --from pip-audit==2.10.1 pip-audit --strict --disable-pip --require-hashes --requirement dist/pins.txt

clean: pure  ## remove what make has made
	rm -rf $(VENV) dist .helm .kafka .bench .fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
