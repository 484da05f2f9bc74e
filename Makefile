# sockfeed: GNU make, no configure step.
#
#   make demo     install what is missing, build, stream the built-in feed
#   make test     the same, then every test
#   make help     the other targets
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX, DESTDIR and BUILD are the user's:
#   make BUILD=build-asan SAN=1      a sanitizer build beside the normal one

# One short line for each thing made; `make V=1` shows the commands.
ifndef V
SAY = @printf '  %-4s %s\n'
Q   := @
else
SAY = @:
endif

VERSION := $(shell sed -n 's/^.define SOCKFEED_VERSION "\(.*\)"/\1/p' lib/include/sockfeed/version.h)
SOVERSION := 0
BUILD   ?= build
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g

# ---- Sources, by floor (lib/ from the ground up, then the program) ---------

BASE    := span wipe buf result num num_double rfc3339 ascii utf8 base64 \
           json_bytes json_scan json_scan_fast \
           json_scan_plain json_strings json_marks json_compact json_walk \
           json_rewrite json_equal json_pointer json_pointer_evaluate json_escape json_quote \
           printable percent url url_mask url_reference rng siphash list
CODEC   := ws_frame ws_extension ws_deflate ws_message ws_partial ws_close \
           http_header http_request \
           http_response http_body http_inflate http_answer \
           http_date set_cookie cookie_line socks5 eio_packet eio_payload3 \
           eio_payload4 eio_body sio_packet \
           msgpack msgpack_time msgpack_json sio_msgpack
SESSION := proxy_handshake http_refusal http_intruder ws_request \
           ws_handshake ws_failure \
           ws_keepalive ws_output ws_plain ws_packed ws_session \
           eio_handshake eio_heartbeat eio_sender eio_session eio_queue \
           eio_error eio_polling eio_upgrade \
           sio_recovery sio_namespace sio_connect sio_joining sio_event sio_attachment \
           sio_reader sio_sending sio_delivery sio_ack sio_session sio_acceptor \
           eio_request eio_mailbox eio_carrier eio_acceptor \
           eio_acceptor_receive reconnect pace
NET     := timer_heap loop_task loop_watch loop_alarm loop_host loop address system_error \
           route binding resolver lookup proxy no_proxy \
           connector sha1 tls_file tls_trust tls_identity tls_pins \
           tls_sessions tls_ciphers tls_certificate tls_config tls_failure \
           tls_socket tls stream step tunnel dialer \
           http_client cookies ws_pool \
           receive_buffer ws_trace ws_opening ws_transport acceptor \
           message_queue listener_request listener_socket \
           listener_http listener
API     := version sockfeed_loop option_check client_options security \
           endpoint_options endpoint outbox \
           authorization redirect proxies ways reach calls event request \
           layers guard conversation carrier carrier_websocket polling_head \
           carrier_polling carrier_upgrade carrier_auto connection \
           connection_receive subscriber heartbeats turnstile sender \
           preparation endpoint_older approach link relay schedule client client_sending \
           client_calls peer peer_request sockfeed_peer server responder \
           sockfeed_transcript
CLI     := main \
           base/clock base/diag base/exit_status base/file base/file_name \
           base/glob base/option_error base/outlet base/pointer_value base/regex \
           base/regex_literal base/shared_library base/signals base/standard \
           base/term base/value base/visible base/whole \
           files/capture files/capture_file files/capture_gzip \
           files/capture_line files/capture_zstd files/file_coder \
           files/file_finisher files/file_gzip files/file_volume \
           files/file_writer files/file_zstd files/recording \
           shape/color shape/decode_cryptocompare shape/decode_inflate \
           shape/form shape/rewrite shape/select shape/source shape/subject \
           shape/template \
           choose/event_filter choose/filter choose/histogram \
           choose/inspection choose/instant choose/latency choose/latest \
           choose/sequence choose/sequence_table choose/unique choose/where \
           output/backlog output/copy output/delivery output/output \
           output/output_check output/output_event output/printer \
           output/verbatim output/writer \
           input/completion input/editor input/editor_library \
           input/history_path input/input input/message input/reply \
           input/secret \
           options/command options/each options/environment \
           options/information options/option_client options/option_file \
           options/option_find options/option_help options/option_message \
           options/option_parse options/option_serve options/option_set \
           options/option_table options/option_together options/options \
           options/profile options/profile_path \
           feeds/credentials feeds/feed feeds/feeds feeds/recorder \
           feeds/shares \
           report/hint report/meter report/metrics report/metrics_text \
           report/report report/stats report/status report/trace \
           run/answers run/console run/lines run/reactions run/run \
           run/run_output \
           probe/probe probe/probe_findings probe/probe_print \
           probe/probe_report probe/probe_stage \
           serve/demo serve/market serve/market_feed serve/replay \
           serve/replay_answers serve/replay_notes serve/replay_peer \
           serve/replay_reply serve/replay_strict serve/replay_track \
           serve/serve

LIB_SRC := $(BASE:%=lib/base/%.c) $(CODEC:%=lib/codec/%.c) \
           $(SESSION:%=lib/session/%.c) $(NET:%=lib/net/%.c) \
           $(API:%=lib/api/%.c)
CLI_SRC := $(CLI:%=cli/%.c)

UNIT_SRC := $(sort $(wildcard tests/unit/*/*_test.c))
# What unit tests share: linked into each of them.
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/*_fuzz.c))

# ---- Flags -------------------------------------------------------------------

# In the order in which the dynamic linker looks for symbols: most are asked for
# by libcrypto, and most of those are its own: with libc next, a tenth of the
# instructions of the program's start.
PACKAGES := libcrypto libssl libwebsockets libcjson libpcre2-8 zlib
# Compiled against, and loaded when it is asked for.
HEADER_PACKAGES := libzstd
NEEDED := $(PACKAGES) $(HEADER_PACKAGES) libedit 'libwebsockets >= 4.1' \
          'libssl >= 3.0'
PKG_CONFIG ?= pkg-config
LIB_PACKAGES := libcrypto libssl libwebsockets libcjson zlib
# Deferred and asked for once, so that `make deps` runs where nothing is there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell $(PKG_CONFIG) --cflags $(PACKAGES) \
    $(HEADER_PACKAGES))$$(have_needed))$(PKG_CFLAGS)
# Nothing, or the end: pkg-config has said what is missing, or too old.
have_needed = $(if $(shell $(PKG_CONFIG) --print-errors --exists $(NEEDED) && \
    echo yes),,$(error not all that is needed is here; `make deps` installs it))
LIB_LIBS = $(eval LIB_LIBS := $$(shell $(PKG_CONFIG) --libs $(LIB_PACKAGES)))$(LIB_LIBS)
# Before the others: libcrypto, and what it asks for most after itself.
FIRST_LIBS = $(eval FIRST_LIBS := $$(shell $(PKG_CONFIG) --libs libcrypto) -lc)$(FIRST_LIBS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell $(PKG_CONFIG) --libs $(PACKAGES)))$(PKG_LIBS)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
        -Wcast-qual -Wcast-align -Wwrite-strings -Wformat=2 -Wconversion \
        -Wundef -Wvla -Wimplicit-fallthrough -Wnull-dereference \
        -Wdouble-promotion -Wredundant-decls -Wframe-larger-than=8192
ifeq ($(findstring clang,$(shell $(CC) --version 2>/dev/null)),)
WARN += -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
        -Wjump-misses-init
endif
ifdef CI
WARN += -Werror
endif
HARDEN := -fstack-protector-strong -fstack-clash-protection -fno-common
ifneq ($(filter x86_64 i%86,$(shell uname -m)),)
HARDEN += -fcf-protection
endif
ifdef SAN
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
          -fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
else
HARDEN += -D_FORTIFY_SOURCE=2
endif
HARDEN_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack
# pkg-config names libraries that only libwebsockets needs.
AS_NEEDED := -Wl,--as-needed

INCLUDE := -Ilib/include -Ilib -I.
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -pthread $(INCLUDE) $(WARN) \
             $(HARDEN) -fPIC -fvisibility=hidden $(PKG_CFLAGS) $(CPPFLAGS) \
             $(CFLAGS)

# ---- What is built -------------------------------------------------------------

PROGRAM := $(BUILD)/sockfeed
STATIC  := $(BUILD)/libsockfeed.a
SHARED  := $(BUILD)/libsockfeed.so.$(VERSION)

LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/%.o)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
# Everything but main(), for the program and for unit tests, which see
# internal symbols too.
OBJECTS := $(BUILD)/objects.a

all: $(PROGRAM) $(STATIC) $(SHARED)

$(PROGRAM): $(BUILD)/cli/main.o $(OBJECTS)
	$(SAY) LD $@
	$(Q)$(CC) $(CFLAGS) $(HARDEN_LINK) $(AS_NEEDED) $(LDFLAGS) -pthread -o $@ $^ \
	    $(FIRST_LIBS) $(PKG_LIBS) $(LDLIBS)

# One relocatable object with only the public symbols left global.
$(STATIC): $(LIB_OBJ) lib/libsockfeed.map
	$(SAY) AR $@
	$(Q)$(LD) -r -o $(BUILD)/libsockfeed.o $(LIB_OBJ)
	$(Q)objcopy --localize-hidden $(BUILD)/libsockfeed.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(BUILD)/libsockfeed.o

$(SHARED): $(LIB_OBJ) lib/libsockfeed.map
	$(SAY) LD $@
	$(Q)$(CC) -shared $(CFLAGS) $(AS_NEEDED) $(LDFLAGS) -Wl,-soname,libsockfeed.so.$(SOVERSION) \
	    -Wl,--version-script=lib/libsockfeed.map -Wl,-z,relro,-z,now -pthread \
	    -o $@ $(LIB_OBJ) $(LIB_LIBS)
	$(Q)ln -sf $(notdir $@) $(BUILD)/libsockfeed.so.$(SOVERSION)
	$(Q)ln -sf $(notdir $@) $(BUILD)/libsockfeed.so

$(OBJECTS): $(LIB_OBJ) $(filter-out $(BUILD)/cli/main.o,$(CLI_OBJ))
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(SUPPORT_OBJ:.o=.d) \
         $(UNIT_BIN:=.d)

# ---- Installing ----------------------------------------------------------------

LIBDIR ?= $(PREFIX)/lib
MANDIR := $(PREFIX)/share/man
PROFILES := $(PREFIX)/share/sockfeed/profiles
BASH_COMPLETIONS := $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS  := $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS := $(PREFIX)/share/fish/vendor_completions.d
LIBRARY_PAGES := $(sort $(wildcard man/*.3))
INSTALL ?= install

# A static linker wants what is needed behind what needs it.
STATIC_LIBS = $(strip $(shell $(PKG_CONFIG) --libs libcjson libwebsockets libssl \
    libcrypto zlib))

# Made anew each time: PREFIX may be another than it was.
$(BUILD)/sockfeed.pc: lib/sockfeed.pc.in .FORCE
	@mkdir -p $(@D)
	@rm -f $@ # of root's, after `sudo make install`
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	    -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@LIBS_PRIVATE@|$(STATIC_LIBS)|' $< > $@

install: all $(BUILD)/sockfeed.pc
	$(INSTALL) -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/sockfeed
	$(INSTALL) -D -m 644 $(STATIC) $(DESTDIR)$(LIBDIR)/libsockfeed.a
	$(INSTALL) -D -m 755 $(SHARED) $(DESTDIR)$(LIBDIR)/$(notdir $(SHARED))
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(LIBDIR)/libsockfeed.so.$(SOVERSION)
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(LIBDIR)/libsockfeed.so
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/include/sockfeed \
	    $(sort $(wildcard lib/include/sockfeed/*.h))
	$(INSTALL) -m 644 lib/include/sockfeed.h $(DESTDIR)$(PREFIX)/include
	$(INSTALL) -D -m 644 $(BUILD)/sockfeed.pc \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/sockfeed.pc
	$(INSTALL) -D -m 644 man/sockfeed.1 $(DESTDIR)$(MANDIR)/man1/sockfeed.1
	$(INSTALL) -D -m 644 man/sockfeed-capture.5 \
	    $(DESTDIR)$(MANDIR)/man5/sockfeed-capture.5
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(MANDIR)/man3 $(LIBRARY_PAGES)
	$(INSTALL) -d $(DESTDIR)$(PROFILES)
	$(INSTALL) -m 644 $(sort $(wildcard cli/profiles/*)) $(DESTDIR)$(PROFILES)
	$(INSTALL) -D -m 644 completions/sockfeed.bash \
	    $(DESTDIR)$(BASH_COMPLETIONS)/sockfeed
	$(INSTALL) -D -m 644 completions/_sockfeed \
	    $(DESTDIR)$(ZSH_COMPLETIONS)/_sockfeed
	$(INSTALL) -D -m 644 completions/sockfeed.fish \
	    $(DESTDIR)$(FISH_COMPLETIONS)/sockfeed.fish

.FORCE:

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/sockfeed \
	    $(DESTDIR)$(PREFIX)/include/sockfeed
	rm -f $(DESTDIR)$(PREFIX)/bin/sockfeed \
	    $(DESTDIR)$(PREFIX)/include/sockfeed.h \
	    $(DESTDIR)$(LIBDIR)/libsockfeed.a \
	    $(DESTDIR)$(LIBDIR)/libsockfeed.so \
	    $(DESTDIR)$(LIBDIR)/libsockfeed.so.$(SOVERSION) \
	    $(DESTDIR)$(LIBDIR)/$(notdir $(SHARED)) \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/sockfeed.pc \
	    $(DESTDIR)$(MANDIR)/man1/sockfeed.1 \
	    $(LIBRARY_PAGES:man/%=$(DESTDIR)$(MANDIR)/man3/%) \
	    $(DESTDIR)$(MANDIR)/man5/sockfeed-capture.5 \
	    $(DESTDIR)$(BASH_COMPLETIONS)/sockfeed \
	    $(DESTDIR)$(ZSH_COMPLETIONS)/_sockfeed \
	    $(DESTDIR)$(FISH_COMPLETIONS)/sockfeed.fish

# The library as its users meet it: the manual's examples, compiled against
# what was installed, shared and static, as C and as C++.
check-library: all
	@no_proxy='*' CC='$(CC)' MAKE='$(MAKE)' tests/check/library.sh $(abspath $(BUILD))

# ---- Completions ---------------------------------------------------------------

# Made from the table of options and committed, so that installing needs no
# shell; tests/check/options.sh holds them and the manual against the table.
COMPLETE := $(BUILD)/completions/generate

$(COMPLETE): completions/generate.c $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(OBJECTS) $(PKG_LIBS)

completions: $(COMPLETE)
	$(COMPLETE) bash > completions/sockfeed.bash
	$(COMPLETE) zsh > completions/_sockfeed
	$(COMPLETE) fish > completions/sockfeed.fish

check-options: $(COMPLETE)
	@tests/check/options.sh $(COMPLETE)

# ---- Tests -----------------------------------------------------------------------

check-unit: $(UNIT_BIN)
	@for t in $(UNIT_BIN); do $$t || exit 1; done

$(BUILD)/unit/%: tests/unit/%.c $(SUPPORT_OBJ) $(OBJECTS)
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< \
	    $(SUPPORT_OBJ) $(OBJECTS) -lcmocka $(PKG_LIBS)

# Known inputs of the fuzz targets, run by any compiler.
REPLAY_BIN := $(FUZZ_SRC:tests/fuzz/%_fuzz.c=$(BUILD)/replay/%)

check-corpus: $(REPLAY_BIN)
	@for t in $(REPLAY_BIN); do \
	    $$t $$(ls -d tests/fuzz/corpus/$${t##*/} \
	        tests/fuzz/crashes/$${t##*/} 2>/dev/null) || exit 1; \
	done

$(BUILD)/replay/%: tests/fuzz/%_fuzz.c tests/fuzz/replay.c $(SUPPORT_OBJ) \
                   $(OBJECTS)
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes $(LDFLAGS) -o $@ \
	    $(filter %.c,$^) $(SUPPORT_OBJ) $(OBJECTS) $(PKG_LIBS)

# New inputs, by clang's libFuzzer and sanitizers in objects of their own.
FUZZ_CC      ?= clang
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS  := -O1 -g -fno-omit-frame-pointer \
                -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_BIN     := $(FUZZ_SRC:tests/fuzz/%_fuzz.c=$(BUILD)/fuzz/%)
FUZZ_OBJ     := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(LIB_SRC) $(SUPPORT_SRC) \
                $(filter-out cli/main.c,$(CLI_SRC)))
FUZZ_COMPILE = $(FUZZ_CC) -std=c11 -D_POSIX_C_SOURCE=200809L -pthread \
               $(INCLUDE) $(PKG_CFLAGS) $(CPPFLAGS) $(FUZZ_CFLAGS)

fuzz: $(FUZZ_BIN)
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_BIN)

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(FUZZ_COMPILE) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/objects.a: $(FUZZ_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/fuzz/%: tests/fuzz/%_fuzz.c $(BUILD)/fuzz/objects.a
	$(SAY) LD $@
	$(Q)$(FUZZ_COMPILE) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

-include $(FUZZ_OBJ:.o=.d)

E2E := tests/e2e
E2E_MODULES := $(E2E)/node_modules/.package-lock.json

# Against other implementations: DIFF_COUNT texts, made from DIFF_SEED.
DIFF_BIN := $(BUILD)/diff/json_scan_pipe $(BUILD)/diff/packets_pipe

check-diff: $(DIFF_BIN) $(E2E_MODULES)
	DIFF=$(abspath $(BUILD)/diff) node --test --test-reporter=spec \
	    tests/diff/*.test.mjs

$(BUILD)/diff/%: tests/diff/%.c $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(OBJECTS) $(PKG_LIBS)

# The program against real Socket.IO servers and clients, and hostile ones, all
# on loopback: no proxy of the user's is to be asked for them.
check-e2e: $(PROGRAM) $(E2E_MODULES)
	no_proxy='*' SOCKFEED=$(abspath $(PROGRAM)) $(if $(SAN),SOCKFEED_SANITIZED=1 \
	    SOCKFEED_PATIENCE=6) node --test --test-reporter=spec \
	    --test-concurrency=2 $(E2E)/*.test.mjs

# Through real proxies, and where packets are dropped: in a network namespace,
# with daemons that `make test` installs on nobody's machine (deps-network).
check-network: $(PROGRAM) $(E2E_MODULES)
	SOCKFEED=$(abspath $(PROGRAM)) tests/network/run.sh

$(E2E_MODULES): $(E2E)/package-lock.json
	cd $(E2E) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# A day of the program's clocks in a minute, with libfaketime (deps-soak).
soak: $(PROGRAM) $(E2E_MODULES)
	SOCKFEED=$(abspath $(PROGRAM)) node --test --test-reporter=spec \
	    tests/soak/*.test.mjs

# The rules of the house, a script each; the last shows them all refusing.
CHECKS := layers headers rights banned sizes symbols exports places format \
          shell manual reference tidy selftest

lint: all
	@failed=; for check in $(CHECKS); do \
	    CC='$(CC)' BUILD='$(BUILD)' CPPFLAGS='$(PKG_CFLAGS) $(CPPFLAGS)' \
	        tests/check/$$check.sh || failed="$$failed $$check"; \
	done; [ -z "$$failed" ] || { echo "lint:$$failed"; exit 1; }

# ---- Measuring (tests/bench/README.md) -----------------------------------------

BENCH         := tests/bench
BENCH_MODULES := $(BENCH)/node_modules/.package-lock.json
BENCH_TOOLS   := $(addprefix $(BUILD)/bench/,source limit measure age \
                 layer_limit many_source many_limit)
# Peers that are measured where their headers are.
BEAST := $(and $(wildcard /usr/include/boost/beast.hpp),$(BUILD)/bench/beast)
WSLAY := $(and $(wildcard /usr/include/wslay/wslay.h),$(BUILD)/bench/wslay_peer)

bench: $(PROGRAM) $(BENCH_TOOLS) $(BEAST) $(WSLAY) $(BENCH_MODULES)
	no_proxy='*' BUILD=$(abspath $(BUILD)) node $(BENCH)/run.mjs

bench-instructions: $(PROGRAM) $(BENCH_TOOLS)
	@BUILD=$(abspath $(BUILD)) $(BENCH)/instructions.sh

$(BENCH_TOOLS): $(BUILD)/bench/%: $(BENCH)/%.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) -O2 -I. $(LDFLAGS) -o $@ $< -Wl,--as-needed -lssl -lcrypto -lz

$(BUILD)/bench/wslay_peer: $(BENCH)/peers/wslay_peer.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) -O2 -I. $(LDFLAGS) -o $@ $< -lwslay

$(BUILD)/bench/beast: $(BENCH)/peers/beast.cc
	@mkdir -p $(@D)
	$(SAY) CXX $<
	$(Q)$(CXX) -O2 -pthread $(LDFLAGS) -o $@ $<

$(BENCH_MODULES): $(BENCH)/package-lock.json
	cd $(BENCH) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench-json: $(BUILD)/bench/json_scan_bench
	$<

bench-forms: $(BUILD)/bench/forms_bench
	$< >/dev/null

$(BUILD)/bench/%: tests/bench/%.c $(SUPPORT_OBJ) $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(SUPPORT_OBJ) $(OBJECTS) \
	    $(PKG_LIBS)

# ---- What is needed ----------------------------------------------------------

deps:
	@tools/deps.sh build

deps-test:
	@tools/deps.sh test

deps-dev:
	@tools/deps.sh dev

deps-network:
	@tools/deps.sh network

deps-soak:
	@tools/deps.sh soak

deps-bench:
	@tools/deps.sh bench

# Asked for together, nothing is compiled before all is there.
ifneq ($(filter demo,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(CLI_OBJ): | deps
endif
ifneq ($(filter test,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(CLI_OBJ) $(SUPPORT_OBJ) $(E2E_MODULES): | deps-test
endif

demo: deps all
	@$(PROGRAM) demo -n 40 --where '/PRICE > 0' \
	    --select /FROMSYMBOL,/PRICE,/LASTVOLUME,/LASTMARKET

help:
	@sed -n '/^#   make/{s/^# //;p}' Makefile
	@echo '  make all check check-unit check-e2e lint fmt fuzz'
	@echo '  make bench bench-instructions bench-json bench-forms deps-bench soak deps-soak'
	@echo '  make install uninstall clean deps completions'

check: all check-unit check-corpus check-options check-library check-diff check-e2e

test: deps-test check

fmt:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf $(BUILD)

.PHONY: .FORCE all help check install uninstall check-library completions check-options check-unit check-corpus check-diff \
        check-e2e check-network bench bench-instructions bench-json bench-forms fuzz soak lint deps deps-test deps-soak deps-network deps-dev deps-bench demo test fmt \
        clean
