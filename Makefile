# Freehold's commands. `make run` and `make test` are the two to know: each sets up what it needs, and says what it does.
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

dist: $(DIST) ## target/dist/freehold: the same, compiled as one, for deployment

test: ## sets up, builds and passes every test
	@.ci/test

lint: ## format and clippy alone
	@.ci/test lint

bench: $(DIST) ## requests a second; PEERS=<folder> puts the peer and the limit of that folder beside them
	@.ci/setup bench
	@.ci/bench "$(or $(PEERS),$(FREEHOLD_PEERS))"

clean: ## forgets what was built; ./data stays
	rm -rf target

# The browser's part first, precompressed, then the server with it inside.
$(BINARY): $(SOURCES)
	@.ci/setup build
	@echo "[build] the browser's part, then the server (about 10 min the first time, on two cores)"
	cargo leptos build --release --precompress
	@touch $@

$(DIST): $(BINARY)
	@echo "[dist] all crates as one (about 8 min, on two cores)"
	cargo build --profile dist --package server --bin freehold
	@touch $@
