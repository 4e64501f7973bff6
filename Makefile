# Sextant. `make run` and `make test` are all that a newcomer needs; each installs what it lacks.
#
#   make run      builds in release mode and serves the demo on 127.0.0.1:5300
#   make test     builds and passes the tests
#   make conformance compares the answers with NSD's, Knot's and gdnsd's (Conformance/README.md)
#   make lint     checks the style of the sources
#   make soak     measures what hostile clients cost others (Soak/README.md)
#   make bench    measures side by side with gdnsd, Knot, NSD and PowerDNS (Benchmarks/README.md)
#   make tsan     passes the tests in which threads meet with ThreadSanitizer
#   make fuzz     fuzzes the parsers of outside octets
#   make instructions counts the instructions of an answer, and holds them against their limits
#   make bench-geomap times a look-up among a million networks, and holds it against its limit
#   make bench-instructions counts those of the whole server, and its system calls, beside gdnsd's
#   make fuzz-coverage says how much of them the committed inputs reach
#   make hot-path looks through the compiled way of a query for what it may not call
#   make build    builds in release mode
#   make geoip    builds the demo's databases
#   make install  installs the program under PREFIX (default /usr/local)

BUILD_PACKAGES := pkg-config libldns-dev libmaxminddb-dev libcurl4-openssl-dev libmicrohttpd-dev libyaml-dev libc-ares-dev
RUN_PACKAGES := tor-geoipdb bind9-dnsutils curl
# Oracles: what the tests ask, and what the harnesses compare with.
TEST_PACKAGES := bind9-dnsutils curl iproute2 openssl
ORACLE_PACKAGES := gdnsd nsd knot knot-dnssecutils python3 python3-venv
# Debian starts the servers among them where it manages services; `make bench` needs none of these running.
BENCH_PACKAGES := gdnsd nsd knot knot-module-geoip pdns-server pdns-backend-bind pdns-backend-geoip dnsperf util-linux \
  python3 python3-venv
SOAK_PACKAGES := dnsperf iproute2 util-linux python3 python3-venv

PREFIX ?= /usr/local
SEXTANT := .build/release/sextant
RANGES := /usr/share/tor/geoip /usr/share/tor/geoip6
SOURCES := Sources Tests Benchmarks Fuzz/Targets Package.swift

# $(call install,PACKAGES): installs the Debian packages that are missing, as root or through sudo.
define install
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q '^install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing with apt:$$missing"; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	  $$as_root apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: run
run: build geoip
	@echo "Serving the demo of zones/ on 127.0.0.1:5300; Ctrl-C ends it. In another terminal:"
	@echo "  dig @127.0.0.1 -p 5300 api.example.com +subnet=198.51.100.7"
	@exec $(SEXTANT) serve

.PHONY: build
build: setup
	@echo "Building sextant in release mode"
	@swift build -c release --static-swift-stdlib --product sextant

.PHONY: setup
setup:
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is missing: https://www.swift.org/install/linux/" >&2; exit 1; }
	$(call install,$(BUILD_PACKAGES))

# The real database is made anew when Debian's ranges, the demo's networks or the centres change.
.PHONY: geoip
geoip: build
	$(call install,$(RUN_PACKAGES))
	@$(MAKE) --no-print-directory geoip/country.mmdb

geoip/country.mmdb: $(RANGES) geoip/demo.csv geoip/country-centres.csv
	@echo "Building geoip/country.mmdb from Debian's tor-geoipdb (IPFire Location database, CC BY-SA 4.0)"
	@$(SEXTANT) geoip build geoip/demo.csv $(RANGES:%=--ranges %) --centres geoip/country-centres.csv \
	  --description "IPFire Location database (location.ipfire.org), CC BY-SA 4.0, by Debian's tor-geoipdb; demo networks by Sextant" \
	  -o $@

.PHONY: test
test: setup
	$(call install,$(TEST_PACKAGES))
	@echo "Building and running the tests"
	@swift build --build-tests && swift test --skip-build

.PHONY: instructions
instructions: setup
	$(call install,valgrind python3)
	@echo "Counting the instructions of an answer"
	@swift build -c release --product AnswerBench
	@Scripts/instructions .build/release/AnswerBench $(INSTRUCTIONS_OPTIONS)

.PHONY: bench-geomap
bench-geomap: setup
	@echo "Timing look-ups among a million networks"
	@swift build -c release --product GeoMapBench
	@.build/release/GeoMapBench

# The whole server under callgrind and strace, beside gdnsd; SERVER_INSTRUCTIONS_OPTIONS='--only geo' runs one workload.
.PHONY: bench-instructions
bench-instructions: build oracles
	$(call install,valgrind strace binutils python3)
	@echo "Counting the instructions and system calls of Sextant and gdnsd"
	@Benchmarks/server-instructions $(SEXTANT) $(SERVER_INSTRUCTIONS_OPTIONS)

.PHONY: oracles
oracles:
	$(call install,$(ORACLE_PACKAGES))

# CONFORMANCE_OPTIONS=--quick takes less than a minute.
CONFORMANCE_OPTIONS ?=
CONFORMANCE_PYTHON := .build/conformance/bin/python

.build/conformance/installed: Conformance/requirements.txt
.build/bench/installed: Benchmarks/requirements.txt
.build/conformance/installed .build/bench/installed:
	@echo "Installing what $< names in $(@D)"
	@python3 -m venv $(@D)
	@$(@D)/bin/python -m pip install -q -r $<
	@touch $@

.PHONY: conformance
conformance: build oracles
	$(call install,$(TEST_PACKAGES))
	@$(MAKE) --no-print-directory .build/conformance/installed
	@echo "Comparing with NSD, Knot and gdnsd"
	@$(CONFORMANCE_PYTHON) Conformance/conformance.py $(CONFORMANCE_OPTIONS)

# SOAK_OPTIONS="--only flood" runs one part.
SOAK_OPTIONS ?=
.PHONY: soak
soak: build
	$(call install,$(SOAK_PACKAGES))
	@$(MAKE) --no-print-directory .build/conformance/installed
	@$(CONFORMANCE_PYTHON) Soak/soak.py $(SOAK_OPTIONS)

# BENCH_OPTIONS=--quick takes a few minutes. The database is made once, in two minutes.
BENCH_OPTIONS ?=
BENCH_PYTHON := .build/bench/bin/python

.build/bench/City.mmdb: Benchmarks/places.py .build/bench/installed
	@echo "Making up a database of a million networks"
	@$(BENCH_PYTHON) $< $@.part && mv $@.part $@

.build/bench/asker: $(wildcard Benchmarks/Asker/*) .build/bench/installed
	@clang -O2 -Wall -Wextra -o $@ $(filter %.c,$^) -lm

.PHONY: bench
bench: build
	$(call install,$(BENCH_PACKAGES))
	@$(MAKE) --no-print-directory .build/bench/City.mmdb .build/bench/asker
	@$(BENCH_PYTHON) Benchmarks/bench.py $(BENCH_OPTIONS)

# The program that the tests start lies beside them, so it is built with ThreadSanitizer as well. Each process
# writes what it finds to a file.
TSAN_TESTS ?= ProgramTests|ControlTests|HealthCheckTests|HealthStateTests|TransportTests|PublicationTests
.PHONY: tsan
tsan: setup
	$(call install,$(TEST_PACKAGES))
	@echo "Building the tests with ThreadSanitizer"
	@swift build --build-tests --sanitize=thread --build-path .build/tsan
	@clang -shared -fPIC -O -Wall -o .build/tsan/mutex.so Scripts/mutex-for-tsan.c
	@rm -rf .build/tsan/reports && mkdir .build/tsan/reports
	@LD_PRELOAD=$(CURDIR)/.build/tsan/mutex.so TSAN_OPTIONS=log_path=$(CURDIR)/.build/tsan/reports/report \
	  swift test --skip-build --sanitize=thread --build-path .build/tsan --filter '$(TSAN_TESTS)'; \
	  status=$$?; \
	  cat .build/tsan/reports/* 2>/dev/null; \
	  reports=$$(cat .build/tsan/reports/* 2>/dev/null | grep -c 'WARNING: ThreadSanitizer'); \
	  echo "ThreadSanitizer: $$reports reports"; [ "$$status$$reports" = 00 ]

.PHONY: lint
lint:
	@echo "Checking the style"
	@swift format lint --strict --recursive $(SOURCES)

# libFuzzer with AddressSanitizer over each parser of outside octets (Fuzz/README.md).
FUZZ_RUNS ?= 20000000
FUZZ_TARGETS ?= query options tcp yaml mmdb zone
FUZZ := .build/fuzz
.PHONY: fuzz
fuzz: setup
	@echo "Building the fuzz targets"
	@# An archive keeps what is there no more.
	@rm -f $(FUZZ)/release/libFuzzTargets.a
	@SEXTANT_FUZZ=1 swift build -c release --build-path $(FUZZ) --product FuzzTargets -Xswiftc -sanitize=fuzzer,address
	@: > $(FUZZ)/empty.swift
	@swiftc -sanitize=fuzzer,address -parse-as-library -o $(FUZZ)/sextant-fuzz $(FUZZ)/empty.swift \
	  $(FUZZ)/release/libFuzzTargets.a $$(pkg-config --libs ldns libmaxminddb yaml-0.1) 2>/dev/null
	@for target in $(FUZZ_TARGETS); do Fuzz/run $$target -runs=$(FUZZ_RUNS) || exit 1; done

.PHONY: fuzz-coverage
fuzz-coverage: setup
	@Fuzz/coverage

# Nothing on the compiled way of a query may allocate, count references or lock.
.PHONY: hot-path
hot-path: build
	$(call install,python3 binutils)
	@Scripts/hot-path $(SEXTANT)

.PHONY: install
install: build
	install -D -m 755 $(SEXTANT) $(DESTDIR)$(PREFIX)/bin/sextant
