# The two that matter: make run, make test. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

MODULE := github.com/holdfast-edu/holdfast
TOOLS  := bin/tools
LINT   := $(TOOLS)/golangci-lint

# The store that ent generates is large: compiled without optimization it takes
# half the time. For development and tests; `make build` leaves it out. Nor does a
# build for development carry the commit, which would link it anew each time.
DEV_FLAGS := -buildvcs=false -gcflags='$(MODULE)/ent/...=-N -l'

# The linter compiles through go list, which takes its flags from here.
LINT_ENV := GOFLAGS="$$(go env GOFLAGS) \"-gcflags=$(MODULE)/ent/...=-N -l\""

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: bin/holdfast-dev ## start Holdfast with a PostgreSQL of its own and the sample district
	@scripts/ensure-postgres
	@scripts/run

.PHONY: test
test: tools bin/holdfast-dev ## run every check and every test, as CI does
	@scripts/ensure-postgres
	$(LINT_ENV) $(LINT) fmt --diff
	go vet $(DEV_FLAGS) ./...
	$(LINT_ENV) $(LINT) run
	scripts/check-generated
	scripts/lint-migrations
	go test -race $(DEV_FLAGS) ./...
	scripts/smoke

.PHONY: lint
lint: tools ## run the linters over the Go code and the migrations
	$(LINT_ENV) $(LINT) run
	scripts/lint-migrations

.PHONY: fmt
fmt: tools ## format the Go code
	$(LINT_ENV) $(LINT) fmt

.PHONY: generate
generate: ## generate ent's store, gqlgen's executor and schema.graphql anew
	go generate ./...

.PHONY: playground
playground: ## bundle the playground's page anew; needs Node.js
	cd internal/playground/app && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

.PHONY: build
build: ## build the program for use, bin/holdfast
	go build -trimpath -o bin/holdfast ./cmd/holdfast

.PHONY: bench
bench: build ## measure the speed against two peers; docs/performance.md has the settings
	@scripts/ensure-postgres
	cd bench/postgraphile && { [[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --no-audit --no-fund --loglevel=error; }
	go build -trimpath -o bin/bench/ ./bench ./bench/handwritten
	bin/bench/bench

.PHONY: bench-bulk
bench-bulk: build ## measure recomputes and imports over a million students; takes an hour and 25 GB
	@scripts/ensure-postgres
	go build -trimpath -o bin/bench/ ./bench
	BENCH_DISTRICTS=$${BENCH_DISTRICTS:-100} BENCH_STUDENTS=$${BENCH_STUDENTS:-1000000} bin/bench/bench bulk

.PHONY: mutants
mutants: ## take one wall away at a time, and say which test notices; takes half an hour
	@scripts/ensure-postgres
	go run ./test/mutants

.PHONY: tools
tools: ## install the linters, at their pinned versions, into the work tree
	@scripts/ensure-tools

.PHONY: clean
clean: ## remove what was built and installed in the work tree
	rm -rf bin test/tools/node_modules

# Always made: go build knows what has changed.
.PHONY: bin/holdfast-dev
bin/holdfast-dev:
	@go build $(DEV_FLAGS) -o $@ ./cmd/holdfast
