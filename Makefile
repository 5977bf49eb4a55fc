# The commands of this repository. `make ci` is what runs before a change is taken.

LISTEN ?= 127.0.0.1:8080
TARGET := $(or $(CARGO_TARGET_DIR),target)
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)

PACKAGES := web/node_modules/.package-lock.json

.PHONY: help run test test-all ci conformance bless bench bench-long bench-peers soak web dist need-build need-test

help:
	@echo "make run          build and serve a demo county on http://$(LISTEN) (LISTEN=address:port)"
	@echo "make test         the tests, on SQLite and PostgreSQL"
	@echo "make test-all     those and the ones that take minutes"
	@echo "make ci           format, build, rules, lints, test-all, clean tree"
	@echo "make web          the web clients alone: packages, types, unit tests, build"
	@echo "make bench        load on both databases, figures with their targets (bench-long, soak: longer)"
	@echo "make bench-peers  other systems beside ours, as far as pip and npm give them (PEERS=directus adds Directus)"
	@echo "make conformance  the store's suite on YIWANG_TEST_DATABASE=URL"
	@echo "make bless        rewrite snapshots and generated files; read the difference before committing"

need-build:
	@scripts/need cargo cc node

need-test:
	@scripts/need cargo cc node python3 curl postgresql chromium fonts

$(PACKAGES): web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

# `--workspace` keeps the features of shared dependencies the same as in `make test`, so that they are built once.
run: need-build $(PACKAGES)
	cargo build --workspace --bin yiwang
	$(TARGET)/debug/yiwang serve --data data/demo --listen $(LISTEN) --demo=small

test: need-test $(PACKAGES)
ifeq ($(NEXTEST),yes)
	cargo nextest run --workspace
else
	cargo test --workspace -- --skip long::
endif

test-all: need-test $(PACKAGES)
ifeq ($(NEXTEST),yes)
	cargo nextest run --workspace --ignore-default-filter
else
	cargo test --workspace
endif

# Tests and clippy need two sets of artefacts of every dependency; building all targets first keeps it at two.
# `test-all` includes `test`. The tree is clean at the end: nothing generated was forgotten, no test left a file.
ci: need-test $(PACKAGES)
	cargo fmt --all --check
	cargo build --workspace --all-targets
	$(TARGET)/debug/xtask check
	cargo clippy --workspace --all-targets -- -D warnings
	cd web && npm run check && npm test
	$(MAKE) --no-print-directory test-all
	git diff --exit-code
	@test -z "$$(git status --porcelain)" || { git status --short; echo "ci: the tree is not clean: commit or remove the files above"; exit 1; }

conformance: need-build
	@test -n "$$YIWANG_TEST_DATABASE" || { echo "conformance: say which database: YIWANG_TEST_DATABASE=URL make conformance"; exit 2; }
	cargo test --package yiwang-store conformance

bless: need-test
	INSTA_UPDATE=always $(MAKE) --no-print-directory test-all
	cargo build --workspace --bin yiwang
	cargo xtask generate

# The first run stores 100,000 cases for each database, which takes minutes; later ones copy them. Figures: bench/results.json.
bench: need-test
	cargo build --workspace --bins
	$(TARGET)/debug/bench --binary $(TARGET)/debug/yiwang --cache $(TARGET)/bench

# Lifecycles for two minutes instead of twenty seconds; for an hour.
bench-long: need-test
	cargo build --workspace --bins
	$(TARGET)/debug/bench --binary $(TARGET)/debug/yiwang --cache $(TARGET)/bench --seconds 120 --most 60000

# Peers are installed below $(TARGET)/peers the first time; each is asked in turn with ours. Figures: bench/peers.json.
bench-peers: need-test
	bench/peers/install.sh $(TARGET)/peers
	cargo build --workspace --bins
	$(TARGET)/debug/bench peers --binary $(TARGET)/debug/yiwang --folder $(TARGET)/peers $(if $(PEERS),--with $(PEERS))

soak: need-test
	cargo build --workspace --bins
	$(TARGET)/debug/bench --binary $(TARGET)/debug/yiwang --cache $(TARGET)/bench --seconds 3600 --most 1000000 --only lifecycles

# The binary brings the web clients itself (server/assets); this is for those who work on them.
web: need-build $(PACKAGES)
	cd web && npm run check && npm test && npm run build

# Not there yet: it says so and fails, so that nobody takes silence for success.
dist:
	@echo "make dist: there is no offline package yet; build the binary with: cargo build --release --bin yiwang" >&2; exit 1
