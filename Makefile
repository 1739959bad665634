# Lá Chắn. `make help` lists what can be made.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
RASA := .venv-rasa/bin/python -m rasa
MODEL := models/la-chan.tar.gz
VAR := $(or $(LACHAN_VAR_DIR),var)
ENCODER := $(VAR)/encoder/model.safetensors
HELD_OUT := tests/evaluation

RASA_SOURCES := config.yml domain.yml $(wildcard nlu/data/*.yml nlu/*.py nlu/*.tsv nlu/components/*.py)
ENCODER_SOURCES := $(wildcard faq/bank/*.yml nlu/*.py nlu/*.tsv) faq/negatives.txt faq/development.jsonl \
	$(addprefix faq/,$(addsuffix .py,classifiers encoder examples lexical ngrams ranking search segment training))

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export TOKENIZERS_PARALLELISM := false
export PYTHONUNBUFFERED := 1

.PHONY: help run ask test lint bench bench-bank bench-encoders bench-nlu bench-scale bench-search evaluate train-safety clean env env-rasa env-dev ready \
	lint-bank test-nlu test-components test-python

help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: ready ## set up what is missing, start everything, chat here (or on Telegram, with TELEGRAM_BOT_TOKEN)
	@$(PYTHON) -m scripts.serve -- $(PYTHON) -m bot

ask: ready ## ask one question through the whole path: make ask Q="bị hack nick" [JSON=1]
	@[ -n "$$Q" ] || { echo 'Say what to ask: make ask Q="bị hack nick thì làm sao"'; exit 2; }
	@$(PYTHON) -m scripts.serve --reuse -- $(PYTHON) -m bot ask $(if $(JSON),--json) -- "$$Q"

test: env-dev lint $(MODEL) $(ENCODER) lint-bank test-nlu test-components test-python ## run every check

lint: env-dev ## check style, types, and every text that a child reads
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PYTHON) -m faq lint
	$(PYTHON) -m scripts.train_safety_models --check

lint-bank: env $(ENCODER) ## check the words of the bank, and list near-duplicates for a person
	$(PYTHON) -m faq lint --strict

test-nlu: env-rasa $(MODEL) ## validate the NLU data; test intents and conversations; list what is misread
	$(RASA) data validate --data nlu/data --quiet
	$(RASA) test nlu --quiet --model $(MODEL) --nlu $(HELD_OUT)/nlu.yml --out results/nlu --no-plot
	$(RASA) test core --e2e --quiet --model $(MODEL) --stories tests/stories --out results/core --no-plot --fail-on-prediction-errors
	@$(PYTHON) -m scripts.intent_report results/nlu

test-components: env-rasa ## test what runs inside Rasa, on Rasa's Python
	.venv-rasa/bin/python -W ignore -m unittest discover --top-level-directory . --start-directory tests/nlu/components

test-python: export HF_HUB_OFFLINE := 1
test-python: env-dev env-rasa $(MODEL) $(ENCODER)
	$(PYTHON) -m pytest

bench: ready env-dev ## load Rasa, actions and search for five minutes; print speed, memory and what limits it
	@$(PYTHON) -m scripts.serve --reuse -- $(PYTHON) -m scripts.bench

bench-bank: ready ## time the bank from its files to a running search
	@$(PYTHON) -m scripts.bench_bank

bench-encoders: ready env-dev ## compare encoders that can be trained on the bank alone (half an hour)
	@$(PYTHON) -m scripts.bench_encoders

bench-nlu: env-rasa env-dev ## compare intent classifiers: accuracy, training time, latency
	@$(PYTHON) -m scripts.bench_nlu

bench-scale: ready ## measure the search on synthetic banks of 2, 20 and 200 thousand pairs (an hour)
	@$(PYTHON) -m scripts.bench_scale

bench-search: ready env-dev ## compare ways to search on held-out questions; write table and curve into docs/ (half an hour)
	@$(PYTHON) -m scripts.bench_search
	@$(PYTHON) -m scripts.risk_coverage

evaluate: ready ## measure search, crisis gate and message check on what nothing was trained on
	@$(PYTHON) -m faq evaluate
	@$(PYTHON) -m scripts.evaluate_crisis
	@$(PYTHON) -m scripts.evaluate_messages

train-safety: env-dev ## train the models of crisis gate and message check (commit the result)
	$(PYTHON) -m scripts.train_safety_models

clean: ## remove environments, models and all else that was built; database and keys stay
	rm -rf .venv .venv-rasa models results $(VAR)/encoder $(VAR)/index.npz $(VAR)/ranking.json $(VAR)/log .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis

ready: env env-rasa $(MODEL) $(ENCODER)

env:
	@scripts/make_env.sh .venv requirements.txt requirements.lock 3.11 3.12 3.13

env-dev: env
	@scripts/make_env.sh .venv requirements-dev.txt requirements.lock 3.11 3.12 3.13

env-rasa:
	@scripts/make_env.sh .venv-rasa requirements-rasa.txt requirements-rasa.lock 3.10

$(MODEL): $(RASA_SOURCES) | env-rasa
	@echo "→ training the Rasa model (about a minute)"
	@$(RASA) train --quiet --data nlu/data --out models --fixed-model-name la-chan
	@touch $@

$(ENCODER): $(ENCODER_SOURCES) | env
	@echo "→ training the encoder on the bank (about five minutes)"
	@$(PYTHON) -m faq train-encoder
