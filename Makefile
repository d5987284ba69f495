.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.PHONY: build
build: ## Build everything, warnings as errors
	dotnet build

.PHONY: test
test: ## Run every test, on a PostgreSQL they start themselves
	dotnet test

.PHONY: format
format: ## Put every source file into the style of the house
	dotnet format

.PHONY: bench
bench: ## Measure how fast it is
	bash bench/run

.PHONY: docs
docs: ## Write the generated documents anew, to be reviewed as a change
	JOBSERVICE_APPROVE=1 dotnet test --filter-class "*DocumentTests" --ignore-exit-code 8

.PHONY: up
up: ## Start the service as a developer does
	dotnet run --project src/JobService.Api

.PHONY: gate
gate: ## Run what a change must pass
	bash .ci/run
