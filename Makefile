# Thin: every target is a command one could type. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test bench release lint assets fmt

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Build and serve the sample hub on SQLite at http://localhost:8080
	cargo run --package musubi -- serve --sample --fetch-language

test: ## Run every test on SQLite and PostgreSQL, then in a browser (fetches what it needs)
	tests/all.sh

bench: ## Measure the release build against bare axum and bare SQLite on this machine
	tests/bench/run.sh
	tests/bench/meet.sh
	tests/bench/ties.sh
	tests/bench/rounds.sh

release: ## Make what is given out: archive, Debian package, bill of materials, checksums
	dist/release.sh

lint: ## Formatting, clippy, licences, design rules
	tests/lint.sh

fmt: ## Format the Rust sources
	cargo fmt --all

assets: ## Rebuild style sheet, script and icons from frontend/
	cd frontend && npm ci --no-audit --no-fund && npm run build
