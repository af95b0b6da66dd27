# What can be done with this checkout: `make` lists it. Everything else is plain cargo.
#
# Tools and data of ours live below OFFICE_HOURS_CACHE (.local), builds below CARGO_TARGET_DIR (target).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

export CARGO_TARGET_DIR ?= $(CURDIR)/target
export OFFICE_HOURS_CACHE ?= $(CURDIR)/.local
export SAM_CLI_TELEMETRY := 0

VENVS := $(OFFICE_HOURS_CACHE)/venvs
STEP := @infra/step.sh
TEMPLATES := template.yaml $(wildcard infra/*.yaml)
FUNCTIONS := $(notdir $(patsubst %/,%,$(dir $(wildcard functions/*/Cargo.toml))))

# Python and the linker that cargo-lambda uses come from its own environment.
CARGO_LAMBDA := PATH="$(VENVS)/lambda/bin:$$PATH" cargo lambda build --skip-target-check $(FUNCTIONS:%=--package %)

# The program that starts PostgreSQL and ministack, runs a command with TEST_* set, and stops them.
WITH_SERVICES := $(CARGO_TARGET_DIR)/debug/with-services
RUN_TESTS := $(if $(shell command -v cargo-nextest),cargo nextest run,cargo test)

# A server must not outlive make, however make ends.
WITH_PARENT := $(if $(shell command -v setpriv),setpriv --pdeathsig TERM)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the platform with demo data on 127.0.0.1:8080 (PORT=... changes it)
	@infra/setup.sh run
	@cargo build --package standalone
	@exec $(WITH_PARENT) "$(CARGO_TARGET_DIR)/debug/standalone" --development

.PHONY: demo
demo: ## Walk one booking through the server that `make run` started
	@cargo run --quiet --package tests --bin demo

.PHONY: test
test: ## Check everything: format, lints, docs, licences, templates, unit, API and end-to-end tests
	$(STEP) "tools" infra/setup.sh test
	$(STEP) "format" cargo fmt --all --check
	$(STEP) "dependencies: licences, bans, sources" $(MAKE) deny
	$(STEP) "templates" $(MAKE) templates
	$(STEP) "lints" cargo clippy --workspace --all-targets -- --deny warnings
	$(STEP) "documentation" $(MAKE) doc
	$(STEP) "build" cargo build --workspace --all-targets
	$(STEP) "build of the Lambda functions" $(MAKE) lambda-e2e
	$(STEP) "documentation tests" cargo test --workspace --doc --quiet
	$(STEP) "tests" "$(WITH_SERVICES)" $(RUN_TESTS) --workspace

.PHONY: fmt
fmt: ## Format the code
	@cargo fmt --all

.PHONY: lint
lint: ## Run the checks that need no tests: format, lints, docs, licences, templates
	@infra/setup.sh checks sam cargo-deny
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets -- --deny warnings
	@$(MAKE) doc deny templates

.PHONY: bench
bench: ## Measure the slot function, the release build over HTTP, then each function; writes bench/latest.json
	@infra/setup.sh run lambda
	@cargo build --release --package standalone --package tests --bins
	@cargo bench --package shared --bench slots --bench matching
	@$(CARGO_LAMBDA) --release
	@"$(CARGO_TARGET_DIR)/release/with-services" "$(CARGO_TARGET_DIR)/release/bench"

.PHONY: fuzz
fuzz: ## Run the tests that invent their input, ten times as long as `make test` does and longer
	@infra/setup.sh run checks
	@cargo build --workspace --all-targets
	@TEST_EXAMPLES=200 TEST_GARBAGE=5000000 "$(WITH_SERVICES)" $(RUN_TESTS) --workspace schemathesis garbage

.PHONY: coverage
coverage: ## Print the line coverage of the tests (of the code of this repository, without the tests themselves)
	@infra/setup.sh test coverage
	@cargo build --package tests --bin with-services
	@$(MAKE) lambda-e2e
	@"$(WITH_SERVICES)" "$(OFFICE_HOURS_CACHE)/tools/bin/cargo-tarpaulin" tarpaulin --engine llvm --skip-clean \
		--workspace --exclude-files 'tests/*' --target-dir "$(CARGO_TARGET_DIR)/coverage" --timeout 900 --out stdout

.PHONY: mutants
mutants: ## Break tokens, access and idempotency in every small way: a test must notice (two hours; ARGS=--list shows them)
	@infra/setup.sh run mutants
	@cargo build --package tests --bin with-services
	@PATH="$(OFFICE_HOURS_CACHE)/tools/bin:$$PATH" "$(WITH_SERVICES)" cargo mutants --config .config/mutants.toml \
		--output "$(OFFICE_HOURS_CACHE)" $(ARGS)

.PHONY: lambda
lambda: ## Build the Lambda functions as they are deployed (x86-64; ARGS=--arm64 for Graviton)
	@infra/setup.sh compiler lambda
	@$(CARGO_LAMBDA) --release $(ARGS)

.PHONY: clean-local
clean-local: ## Throw away the local database, mails and tools (not the builds)
	@rm -rf "$(OFFICE_HOURS_CACHE)/data" "$(OFFICE_HOURS_CACHE)/venvs" "$(OFFICE_HOURS_CACHE)/tools"

# What follows is made of the above and needs the tools to be there.

.PHONY: deny doc templates lambda-e2e
deny:
	@"$(OFFICE_HOURS_CACHE)/tools/bin/cargo-deny" --log-level error check bans licenses sources

doc:
	@RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet

# Only template.yaml needs SAM's translator; what it is nested with is plain CloudFormation.
templates:
	@"$(VENVS)/checks/bin/cfn-lint" --include-checks I --template $(TEMPLATES)
	@"$(VENVS)/sam/bin/sam" validate --region eu-central-1 --template template.yaml

lambda-e2e:
	@$(CARGO_LAMBDA) --profile e2e --lambda-dir "$(CARGO_TARGET_DIR)/lambda-e2e"
