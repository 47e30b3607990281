# Names of places and the few words every step says. Sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034  # read by those who source this
STEPS=$ROOT/bin/steps
VAR=$ROOT/var

say() { printf '→ %s\n' "$*" >&2; }

fail() {
    printf '✗ %s\n' "$1" >&2
    shift
    if (($#)); then printf '  %s\n' "$@" >&2; fi
    exit 1
}

# Twelve hexadecimal digits for what comes on standard input.
digest() { sha256sum | cut -c1-12; }

make_var() {
    mkdir -p "$VAR" 2>/dev/null && [[ -w $VAR ]] && return
    fail "No se puede escribir en $VAR (es de $(stat -c %U "$VAR" 2>/dev/null || echo otra cuenta))." \
        "Use la misma cuenta que la primera vez, o: sudo $0"
}

# Holds the lock of the set-up (file descriptor 8) so that bin/run and bin/test take turns at it.
lock_setup() {
    exec 8>>"$VAR/setup.lock"
    flock --nonblock 8 && return
    say "Otra preparación está en marcha en esta carpeta; se espera a que termine…"
    flock 8
}

unlock_setup() { exec 8>&-; }
