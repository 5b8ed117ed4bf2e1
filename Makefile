# The outer makefile: sets the machine up, builds sysbuild, and has it build the image.
#
#   make image [O=DIR] [IMAGESDIR=DIR] [VARIANT=NAME]    build the image; with -n only say what would be done
#   make vm-image [CACHE=DIR] […]                        the same in a virtual machine that is thrown away with its O
#   make boot                                            boot the built image in QEMU
#   make check                                           lint, run every test, fuzz each parser for five seconds
#   make demo                                            build the demo, boot it, and change it as developers do
#   make disk                                            boot demo-disk by EFI firmware, also altered and signed
#   make update                                          update demo-ab with RAUC in a virtual machine, also to a broken one
#   make vm                                              build an image in a virtual machine with its sources on 9p
#   make sanitize                                        run the tests under Address-, Leak-, Thread- and UBSanitizer
#   make fuzz                                            fuzz each parser for a minute
#   make bench                                           compare a run with nothing to do with GNU make and ninja
#   make bench-image                                     compare edits of an image with a script that calls emerge
#   make install [DESTDIR=DIR] [PREFIX=DIR]              install sysbuild, hosts, man page and completions
#   make clean                                           remove what was built, except an IMAGESDIR outside O

VARIANT ?= demo
O ?= out
IMAGESDIR ?= $(O)/images

sysbuild := .build/release/sysbuild
host := $(if $(wildcard /etc/gentoo-release),gentoo,debian)
# The variant and what it builds on; a circle is for sysbuild to tell.
base = $(shell sed -n 's/^BASE=//p' profiles/$1/variant.conf 2>&-)
layers = $(if $(filter $1,$2),,$1 $(foreach name,$(call base,$1),$(call layers,$(name),$1 $2)))
tools := $(wildcard sets/host-tools.packages $(patsubst %,sets/%/host-tools.packages,$(call layers,$(VARIANT))))
settings := O="$(abspath $(O))" IMAGESDIR="$(abspath $(IMAGESDIR))" VARIANT="$(VARIANT)"
only-print := $(findstring n,$(filter-out --%,$(firstword -$(MAKEFLAGS))))

PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: image vm-image boot check demo disk update vm sanitize fuzz lint bench bench-image install clean setup

image: $(if $(only-print),,setup) $(sysbuild)
	+@$(sysbuild) $(if $(only-print),-n) $(settings) image

# Everything in O is gone afterwards, so that CACHE is what makes it fast.
CACHE ?= .build/cache
vm-image: setup $(sysbuild) .build/vm/vmlinuz
	@mkdir -p "$(IMAGESDIR)" "$(CACHE)"
	@hosts/$(host)/vm .build/vm --read-only "$(CURDIR)" --share "$(abspath $(IMAGESDIR))" --share "$(abspath $(CACHE))" \
	    --disk /mnt/O $(abspath $(sysbuild)) O=/mnt/O IMAGESDIR="$(abspath $(IMAGESDIR))" CACHE="$(abspath $(CACHE))" \
	    VARIANT="$(VARIANT)" image

.build/vm/vmlinuz: hosts/$(host)/vm-kernel
	hosts/$(host)/vm-kernel $(@D)

boot: $(if $(only-print),,setup) $(sysbuild)
	@timeout --foreground 300 $(sysbuild) $(settings) run --check </dev/null

check demo disk update vm sanitize bench bench-image: tools += Tests/host-tools.packages

# The tests that need make 4.4 are skipped where there is none.
newer-make := ! test -x .build/make-4.4 || export MAKE44="$(CURDIR)/.build/make-4.4";

# The fuzzer is built while the tests wait for other programs. If that fails, Fuzz/run says why.
check: setup lint .build/make-4.4
	swift build --build-tests
	nice Fuzz/build >.build/fuzz.log 2>&1 & $(newer-make) swift test --skip-build; status=$$?; wait; exit $$status
	Fuzz/run 5

demo: override VARIANT := demo
demo: image
	Tests/demo $(sysbuild) O="$(abspath $(O))" IMAGESDIR="$(abspath $(IMAGESDIR))" VARIANT=demo

disk: override VARIANT := demo-disk
disk: image
	Tests/disk $(sysbuild) O="$(abspath $(O))" IMAGESDIR="$(abspath $(IMAGESDIR))" VARIANT=demo-disk

update: override VARIANT := demo-ab
update: setup $(sysbuild)
	Tests/update $(sysbuild) .build/update

vm: setup $(sysbuild) .build/vm/vmlinuz
	Tests/vm $(sysbuild) .build/vm

sanitize: setup .build/make-4.4
	$(newer-make) Tests/sanitize

.build/make-4.4:
	Tests/make-4.4 $@ || true

fuzz:
	Fuzz/run 60

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Fuzz/Entry
	shellcheck $$(git grep -lE '^#!/bin/(ba)?sh' -- . ':!*.swift')
	Tests/architecture

bench: setup $(sysbuild)
	bench/run $(sysbuild)

bench-image: setup $(sysbuild)
	bench/image $(sysbuild) --picture .build/bench-image.svg

# `install -s` strips the binary. It prints its man page and completions itself.
install: $(sysbuild)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/sysbuild" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	install -s -m 755 $(sysbuild) "$(DESTDIR)$(PREFIX)/bin/sysbuild"
	cp -R hosts "$(DESTDIR)$(PREFIX)/share/sysbuild/"
	$(sysbuild) man-page >"$(DESTDIR)$(PREFIX)/share/man/man1/sysbuild.1"
	$(sysbuild) completion bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sysbuild"
	$(sysbuild) completion zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sysbuild"
	$(sysbuild) completion fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sysbuild.fish"

sysbuild.1: $(sysbuild)
	$(sysbuild) man-page >$@

clean:
	@test ! -x $(sysbuild) || $(sysbuild) $(settings) clean

setup:
	@hosts/$(host)/setup $(tools)

# Fully static. The dynamic linker would take half the time of a run that has nothing to do.
$(sysbuild): Package.swift $(shell find Sources -type f)
	swift build --configuration release --product sysbuild --disable-local-rpath \
	    -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker --gc-sections
	@touch $@
