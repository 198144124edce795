# The words that people and CI use; each is a line here and a script in packaging/scripts.
S := packaging/scripts
.DEFAULT_GOAL := help
.PHONY: help run build test e2e bench lint format publish soak golden size

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install what is missing, publish, serve from artifacts/run (ARGS="--listen 0.0.0.0:5005")
	@$(S)/run.sh $(ARGS)

build: ## compile everything, warnings are errors
	@$(S)/build.sh

test: ## install what is missing, then every check and every test
	@$(S)/test.sh

e2e: ## publish, then only the tests against the native binary
	@$(S)/e2e.sh

bench: ## the figures of the native binary, as a table and in artifacts/bench.md
	@$(S)/bench.sh $(ARGS)

lint: ## format check and analyzers, changes nothing
	@$(S)/format.sh --verify-no-changes

format: ## put the sources in order
	@$(S)/format.sh

publish: ## the native binary at dist/plexbridge (RID=linux-arm64, APP_TFM=net9.0|net10.0)
	@$(S)/publish.sh

soak: ## the long runs
	@$(S)/soak.sh

golden: ## rewrite the golden files; the review is the diff
	@$(S)/golden.sh

size: ## how large the native binary is
	@$(S)/size.sh
