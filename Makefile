# Freehold's commands. The main ones are `make run` and `make test`. Each installs its tools first, and prints what it does.
SHELL := /bin/bash
TOOLS := $(or $(FREEHOLD_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/freehold-tools)
export FREEHOLD_TOOLS := $(TOOLS)
export PATH := $(TOOLS)/bin:$(PATH)

BINARY := target/release/freehold
DIST := target/dist/freehold
SOURCES := Cargo.toml Cargo.lock .cargo/config.toml package-lock.json \
	$(shell find app src style public migrations -type f -not -path '*/tests/*')

.PHONY: run watch build dist test lint bench clean

run: $(BINARY) ## sets up, builds and serves on http://localhost:3000
	@exec $(BINARY) serve

watch: ## sets up, serves a debug build on http://localhost:3000, and follows the sources
	@.ci/setup build
	@echo "[watch] a changed stylesheet is loaded at once; other changes rebuild, restart the server and reload open pages"
	LEPTOS_SITE_ROOT=target/watch cargo leptos watch -- serve

build: $(BINARY) ## target/release/freehold: one file with all assets inside

dist: $(DIST) ## target/dist/freehold: the binary for deployment, optimized across all crates

test: ## sets up, builds and runs every test
	@.ci/test

lint: ## only format, clippy and the documentation
	@.ci/test lint

bench: $(DIST) ## measures requests a second; PEERS=<folder> also measures the peer and the limit in that folder
	@.ci/setup bench
	@.ci/bench "$(or $(PEERS),$(FREEHOLD_PEERS))"

clean: ## removes the build output; ./data stays
	rm -rf target

# First builds the browser's files, precompressed, then the server, which contains them.
$(BINARY): $(SOURCES)
	@.ci/setup build
	@echo "[build] the browser's part, then the server (about 10 min the first time, on two cores)"
	cargo leptos build --release --precompress
	@touch $@

$(DIST): $(BINARY)
	@echo "[dist] all crates as one (about 8 min, on two cores)"
	cargo build --profile dist --package server --bin freehold
	@touch $@
