# Every target first sets up .venv, once. Another interpreter: make PYTHON=python3.12 book
PYTHON ?= python3

# Two chapters need PyTorch, a download of 200 MB. To leave it out: make PYTORCH=no book
PYTORCH ?= yes
ready := .venv/ready $(if $(filter no,$(PYTORCH)),,.venv/pytorch)
ifneq ($(PYTORCH),$(firstword $(filter yes no,$(PYTORCH))))
    $(error PYTORCH is '$(PYTORCH)': say PYTORCH=no to leave PyTorch out, or nothing to have it)
endif

# Python on the pages is a download of 25 MB. To leave it out: make LIVE=no book
LIVE ?= yes
export LIVE
live := $(if $(filter no,$(LIVE)),,.venv/live)
ifneq ($(LIVE),$(firstword $(filter yes no,$(LIVE))))
    $(error LIVE is '$(LIVE)': say LIVE=no to leave Python on the pages out, or nothing to have it)
endif

# The tests of the built site need Chromium and 120 MB. To leave them out: make BROWSER=no test
BROWSER ?= yes
browser := $(if $(filter no,$(BROWSER)),,.venv/browser)
ifneq ($(BROWSER),$(firstword $(filter yes no required,$(BROWSER))))
    $(error BROWSER is '$(BROWSER)': say BROWSER=no to leave the browser out, or nothing to have it)
endif

# The cells call dot by its name, and the one in .venv may be the only one.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help book test tangle outputs merged chapter notebooks student instructor grade slides pdf offline bench mutants links serve constraints clean

help: ## List the targets.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target what; do printf '  make %-12s %s\n' "$$target" "$$what"; done

book: $(ready) $(live) ## Build the site into _build/html, running every chapter.
	.venv/bin/python -m literate book

# A chapter's cells run in order, so a file stays with one worker; conftest.py says which come first.
# What runs on the pages is tried in the browser alone.
test: $(ready) $(if $(browser),$(live) $(browser)) .venv/nbgrader ## Run every cell and every check.
	BROWSER=$(BROWSER) .venv/bin/python -m pytest --unproven --numprocesses auto --dist loadfile --no-loadscope-reorder

tangle: .venv/ready ## Write the package micrograd/ from the chapters.
	.venv/bin/python -m literate tangle

outputs: $(ready) ## Rewrite the expected outputs, of one chapter with CHAPTER=…; review them with git diff.
	.venv/bin/python -m literate outputs $(CHAPTER)

merged: $(ready) ## After git merge: write anew what is generated, and conclude the merge.
	.venv/bin/python -m literate merged

chapter: $(ready) ## Begin a chapter behind another: make chapter NAME=momentum AFTER=training
	.venv/bin/python -m literate chapter "$(or $(NAME),$(error say the name: make chapter NAME=momentum AFTER=training))" "$(or $(AFTER),$(error say which chapter it follows: make chapter NAME=momentum AFTER=training))"

notebooks: .venv/ready ## Write each chapter as a notebook that runs anywhere, into _build/notebooks.
	.venv/bin/python -m literate notebooks

student: .venv/ready ## Write the notebooks without their answers, into _build/student.
	.venv/bin/python -m literate student

instructor: .venv/ready ## Write the notebooks with answers and notes for teaching, into _build/instructor.
	.venv/bin/python -m literate instructor

grade: $(ready) ## Grade the notebooks that students returned: make grade WORK=folder
	.venv/bin/python -m literate grade "$(or $(WORK),$(error say where the returned notebooks are: make grade WORK=folder))"

slides: $(ready) ## Make the slides of each chapter, to be shown without a network, into _build/slides.
	.venv/bin/python -m literate slides

pdf: $(ready) .venv/browser ## Print the whole book into _build/book.pdf.
	.venv/bin/python -m literate pdf

offline: $(ready) $(live) ## Pack the site into _build/offline.zip, to be read without a network.
	.venv/bin/python -m literate offline

bench: $(ready) ## Measure the engine beside the published one, and what the chapters measure, for book/.
	OPENBLAS_NUM_THREADS=1 .venv/bin/python -m bench
	OPENBLAS_NUM_THREADS=1 .venv/bin/python -m literate times

# It takes an hour or so; begun again, it goes on where it was.
mutants: $(ready) .venv/mutants ## Change the package in thousands of places, and see what no test notices.
	.venv/bin/mutmut run
	.venv/bin/mutmut results
	.venv/bin/mutmut export-cicd-stats
	.venv/bin/python tests/mutants.py

links: $(ready) ## Try every link that leads to another site.
	.venv/bin/python -m literate links

serve: $(ready) $(live) ## Show the site in the browser and rebuild it when a chapter is saved.
	.venv/bin/python -m literate serve

constraints: ## Find the versions that fit requirements.txt and write them to constraints.txt.
	@mkdir -p _build
	$(PYTHON) -m venv --clear _build/pins
	_build/pins/bin/python -m pip install --quiet --upgrade --requirement requirements.txt --requirement requirements-browser.txt setuptools
	_build/pins/bin/python literate/provide/torch.py constraints --constraint /dev/null
	(sed -n '/^#/p' constraints.txt && _build/pins/bin/python -m pip freeze --all --exclude pip --exclude torch --exclude uv) > _build/constraints.txt
	mv _build/constraints.txt constraints.txt

clean: ## Remove what the other targets made, except .venv.
	rm -rf _build mutants micrograd/after .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +

# The stamp is written last, so a set-up that stopped half-way is done again. Where it is there but
# older than what it depends on, the packages are brought up to date in place, which takes seconds.
.venv/ready: requirements.txt constraints.txt pyproject.toml
	@if ! { [ -e $@ ] && .venv/bin/python -c ''; } 2>/dev/null; then $(new-venv); fi
	@echo "Installing the pinned requirements (about a minute) …"
	@.venv/bin/python -m pip install --quiet --requirement requirements.txt --constraint constraints.txt
	@.venv/bin/python -m pip install --quiet --no-deps --editable .
	@.venv/bin/python -m literate.provide.dot
	@touch $@

# What is there already is kept; an installation that fails says how to do without.
.venv/pytorch: .venv/ready requirements-pytorch.txt
	@.venv/bin/python literate/provide/torch.py $(firstword $(MAKECMDGOALS))
	@touch $@

.venv/live: .venv/ready literate/live/package-lock.json literate/live/page/editor.js
	@.venv/bin/python -m literate.provide.live
	@touch $@

.venv/browser: .venv/ready requirements-browser.txt tests/site/package-lock.json
	@.venv/bin/python -m literate.provide.browser
	@touch $@

# One test asks it. Without a network that one is skipped.
.venv/mutants: .venv/ready requirements-mutants.txt
	@.venv/bin/python -m pip install --quiet --requirement requirements-mutants.txt --constraint constraints.txt
	@touch $@

.venv/nbgrader: .venv/ready requirements-nbgrader.txt
	@.venv/bin/python -m pip install --quiet --no-deps --requirement requirements-nbgrader.txt \
	    || echo "nbgrader could not be installed; the test that asks it is skipped." >&2
	@touch $@

# Debian's python3 comes without ensurepip, which a virtual environment needs. And a .venv that is only
# half there must not be asked to make itself, so it is taken off the PATH again.
define new-venv
    PATH=$${PATH#"$(CURDIR)/.venv/bin:"}; \
    if ! command -v "$(PYTHON)" >/dev/null; then \
        echo "$(PYTHON) was not found; $(advice)" >&2; exit 1; \
    fi; \
    if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
        echo "$(PYTHON) is $$("$(PYTHON)" --version 2>&1); $(advice)" >&2; exit 1; \
    fi; \
    package=$$("$(PYTHON)" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
    if ! "$(PYTHON)" -c 'import ensurepip' 2>/dev/null \
            && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
        echo "Installing $$package with apt-get …"; \
        apt-get -qq update; \
        DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$$package" >/dev/null; \
    fi; \
    if ! "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
        echo "$(PYTHON) cannot make a virtual environment: it has no ensurepip." \
            "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; \
    fi; \
    echo "Creating .venv …"; \
    "$(PYTHON)" -m venv --clear .venv
endef
advice = the book needs Python 3.11 or newer, for example: make PYTHON=python3.12 $(or $(firstword $(MAKECMDGOALS)),book)
