# Read before every script of this folder: a scratch folder to work in, and what the scripts say their promises with.
# INSPECTOR, PROGRAMS (compiled from programs/), CC, MAN and TESTS come from CTest.
unset TRACK_OPTIONS LD_PRELOAD NO_COLOR ARGP_HELP_FMT
export LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  echo "FAILED: $*"
  echo "--- standard output"
  head -40 "$scratch/out" 2>/dev/null
  echo "--- standard error"
  head -40 "$scratch/err" 2>/dev/null
  exit 1
}

skip() {
  echo "not tested: $*"
  exit 77
}

# expect STATUS COMMAND...: run it; its output is then in $scratch/out and $scratch/err.
expect() {
  wanted=$1
  shift
  status=0
  "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  [ "$status" = "$wanted" ] || fail "status $status instead of $wanted: $*"
}

# expect_line PATTERN: exactly one line on stderr, which says this, and nothing on stdout.
expect_line() {
  [ "$(wc -l <"$scratch/err")" = 1 ] || fail "not one line on stderr"
  grep -q "^inspector.*$1" "$scratch/err" || fail "the line does not say: $1"
  [ ! -s "$scratch/out" ] || fail "something on stdout"
}

# expect_out PATTERN / expect_err PATTERN: some line of the last command says this.
expect_out() {
  grep -q -e "$1" "$scratch/out" || fail "stdout does not say: $1"
}
expect_err() {
  grep -q -e "$1" "$scratch/err" || fail "stderr does not say: $1"
}

# expect_nothing FILE: the last command wrote nothing there (out or err).
expect_nothing() {
  [ ! -s "$scratch/$1" ] || fail "something in $1"
}

# Two threads that take two locks in opposite order.
write_inversion() {
  cat <<'END'
T1|acq(A)|10
T1|acq(B)|11
T1|rel(B)|12
T1|rel(A)|13
T2|acq(B)|20
T2|acq(A)|21
T2|rel(A)|22
T2|rel(B)|23
END
}
