# Everything a person types. `make help` lists it; the work is in ./emporion and the modules.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GRPCURL := .run/tools/bin/grpcurl
BUF := node_modules/.bin/buf

up: ## Build, start what is not running or has changed, place one order
	@./emporion up

down: ## Stop everything; data and logs stay
	@./emporion down

status: ## What runs, and how well
	@./emporion status

logs: ## Follow a log: make logs S=orders
	@./emporion logs $(S)

scale: ## Run so many instances of a service: make scale S=orders N=3
	@./emporion scale $(S) $(N)

restart: ## Start a service's instances anew, without a gap: make restart S=orders
	@./emporion restart $(S)

kill: ## Kill an instance at once, which is started again: make kill S=orders-1
	@./emporion kill $(S)

demo: ## A shopper's and a merchant's story against the running system
	@./emporion demo

build: ## Build what changed
	@./emporion build

test: ## Every test
	@tests/releases
	@./emporion test
	@tests/docs

check: style contracts-gate ## Format, style, contracts, then every test: what CI runs
	@./emporion maven -B -q spotless:check
	@$(MAKE) --no-print-directory test

audit: ## Check every invariant of the running system, while it runs
	@./emporion audit

bench: ## Orders and reads per second, with latency and cpu
	@./emporion bench

chaos: ## Orders while faults strike, then everything compared: make chaos ORDERS=10000 FAULTS=200 SEED=7
	@./emporion chaos

images: ## Container images without a daemon: make images [S=orders] [VERSION=x] [REGISTRY=host/path] [BASE=image]
	@VERSION="$(VERSION)" REGISTRY="$(REGISTRY)" BASE="$(BASE)" ./emporion images $(S)

deploy: ## To the cluster of KUBECONFIG: make deploy [OVERLAY=demo] [S=orders] [VERSION=x] [REGISTRY=host/path] [IMAGE_LOAD=command]
	@OVERLAY="$(OVERLAY)" VERSION="$(VERSION)" REGISTRY="$(REGISTRY)" IMAGE_LOAD="$(IMAGE_LOAD)" ./emporion deploy $(S)

cluster-audit: ## Check every invariant of the system on the cluster of KUBECONFIG
	@mesh/cluster/audit

cluster-test: ## Every test that needs a cluster, on the one of KUBECONFIG: make cluster-test [PARTS="mesh backup"]
	@tests/cluster/run $(PARTS)

backup: ## The databases of the cluster's overlay demo or ci to a file: make backup FILE=emporion.tar.gz
	@mesh/cluster/backup "$(FILE)"

restore: ## What make backup wrote, in place of what is there: make restore FILE=emporion.tar.gz
	@mesh/cluster/restore "$(FILE)"

canary: ## A share of a service's calls to another version: make canary S=orders VERSION=x WEIGHT=10; WEIGHT=0 ends it
	@OVERLAY="$(OVERLAY)" VERSION="$(VERSION)" WEIGHT="$(WEIGHT)" REGISTRY="$(REGISTRY)" IMAGE_LOAD="$(IMAGE_LOAD)" \
		mesh/cluster/canary "$(S)"

release: ## Tag a service's version, and begin the next: make release S=orders [VERSION=1.2.3]
	@services/release "$(S)" "$(VERSION)"

compat: proto/target/imports $(BUF) ## The last release of each service with the head of the others, both ways: make compat [S=orders]
	@tests/compat $(S)

format: $(BUF) ## Format Java and contracts
	@./emporion maven -B -q spotless:apply
	@$(BUF) format --write proto --path proto/emporion

grpcurl: $(GRPCURL) ## Build grpcurl into .run/tools/bin (needs Go, takes a minute)

style: ## The rules of style that a program can check
	@tests/style

contracts-gate: proto/target/imports $(BUF) ## Lint the contracts; compare them with the last release
	@$(BUF) format --diff --exit-code proto --path proto/emporion
	@proto/gate
	@proto/gate-test

contracts-release: proto/target/imports $(BUF) ## Make today's contracts the ones that must not break
	@$(BUF) build proto --path proto/emporion --exclude-source-info -o proto/released.binpb
	@echo "contracts: proto/released.binpb written; commit it"

python-client: ## Order by the Python client over gRPC and REST, from the running system
	@EMPORION_GATEWAY="$${EMPORION_GATEWAY:-127.0.0.1:$${EMPORION_PORT:-8080}}" clients/python/test

transcoder: ## Write what the gateway knows of the contracts: mesh/istio/gateway/json-transcoding.yaml
	@./emporion maven -B -q package -Dmaven.test.skip=true -pl services/edge -am
	@mkdir -p mesh/istio/gateway
	@cp services/edge/target/json-transcoding.yaml mesh/istio/gateway/

help: ## This page
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

proto/target/imports: pom.xml proto/pom.xml
	@./emporion maven -B -q -pl proto dependency:unpack-dependencies@imports
	@touch $@

# Not `npm ci`: it refuses a lock file that lacks the builds for other machines.
$(BUF): package.json package-lock.json
	@command -v npm >/dev/null || { echo "make: needs npm, for buf: install Node.js" >&2; exit 1; }
	@npm install --no-save --silent
	@touch $@

$(GRPCURL):
	@command -v go >/dev/null || { echo "make: needs Go, for grpcurl: install go" >&2; exit 1; }
	@GOBIN="$(CURDIR)/$(@D)" go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4

.PHONY: up down status logs scale restart kill demo build test check audit bench chaos images deploy canary release \
	compat cluster-audit cluster-test backup restore format grpcurl style contracts-gate \
	contracts-release transcoder python-client help
