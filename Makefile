# One menu: make help.
.DEFAULT_GOAL := help
# The modules that have threads to race. The programs that sanitized tests confine are of the
# dev build: a sanitized process cannot be confined.
THREADED := base|wire|net|confine|sandbox|datasets|runs|http
CONFINED := tabletalk-runner tabletalk-python lying_runner confine_payload_static \
            confine_payload_dynamic confine_payload_forking

.PHONY: help setup build dev test test-llama quick lint format bench package asan tsan fuzz clean

help: ## Show this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is needed, from the distribution's packages, npm and PyPI
	tools/setup --test

build: setup ## Build what users run, into build/release
	tools/build release

dev: setup ## Build with assertions, into build/dev
	tools/build dev

test: ## Everything: ./test
	./test

test-llama: build ## The OpenAI-compatible wire against a real llama-server, built once in ten minutes
	tools/llama_server
	build/python/bin/python -m pytest -q -p no:cacheprovider tests/llama

quick: ## After a change, within a minute: every module's quick tests, in the dev build
	tools/build dev module_tests
	ctest --test-dir build/dev --output-on-failure -L quick -j "$$(nproc)"

lint: ## Floor plan, formatting, and clang-tidy over what changed (tools/lint --all: over all)
	cmake -P tools/lint_floor_plan.cmake
	tools/lint

format: ## Format every C++ file in place
	git ls-files '*.cc' '*.h' | grep -v '_test\.cc$$' | xargs build/python/bin/clang-format -i

bench: setup ## Benchmarks, each with its peer in the same run
	tools/build release
	bench/run

package: build ## A relocatable tarball and a .deb, into build/release/packages
	cpack --config build/release/CPackConfig.cmake

asan: setup ## The tests of the modules under AddressSanitizer, with a look for leaks
	tools/build dev $(CONFINED)
	tools/build asan module_tests
	ctest --test-dir build/asan --output-on-failure -L module

tsan: setup ## Those with threads under ThreadSanitizer
	tools/build dev $(CONFINED)
	tools/build tsan $(patsubst %,%_test,$(subst |, ,$(THREADED)))
	ctest --test-dir build/tsan --output-on-failure -R '^($(THREADED))(_slow)?$$'

fuzz: setup ## Each fuzzer for FUZZ_SECONDS (60); needs clang
	tests/fuzz/run

clean: ## Remove everything that was built
	rm -rf build
