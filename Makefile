# Everything a person types. `make help` lists it; the work is in ./emporion and the modules.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

contracts-gate: proto/target/imports node_modules/.bin/buf ## Lint the contracts; compare them with the last release
	@proto/gate
	@proto/gate-test

contracts-release: proto/target/imports node_modules/.bin/buf ## Make today's contracts the ones that must not break
	@node_modules/.bin/buf build proto --path proto/emporion --exclude-source-info -o proto/released.binpb
	@echo "contracts: proto/released.binpb written; commit it"

proto/target/imports: pom.xml proto/pom.xml
	@mvn -q -pl proto dependency:unpack-dependencies@imports
	@touch $@

# Not `npm ci`: it refuses a lock file that lacks the builds for other machines.
node_modules/.bin/buf: package.json package-lock.json
	@npm install --no-save --silent
	@touch $@

help: ## This page
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: contracts-gate contracts-release help
