# A bug keeps its fingerprint over optimisation, new lines, another folder, more threads and a fixed address; different bugs have different ones.
# fingerprints NAME COMMAND...: compile to ./NAME; fingerprints and kinds of what it does wrong go to NAME.found.
fingerprints() {
  name=$1
  shift
  "$@" -g -pthread -o "$name" 2>cc.err || fail "cannot compile: $(head -3 cc.err)"
  status=0
  "$INSPECTOR" run -q --strict --write-baseline "$name.baseline" --trace "$name.track" -- "./$name" >out 2>err || status=$?
  [ "$status" = 66 ] || fail "status $status of $name"
  grep -v '^#' "$name.baseline" | cut -d' ' -f1,2 >"$name.found"
}

same() { # NAME AS
  cmp -s "$1.found" "$2.found" || fail "other fingerprints in $1: $(diff "$2.baseline" "$1.baseline")"
}

source=$TESTS/commands/rebuilt
fingerprints plain "$CC" -O0 "$source/bugs.c" "$source/guard.c"
[ "$(wc -l <plain.found)" = 8 ] || fail "not 8 different bugs: $(cat plain.baseline)"
for level in 1 s 3 2; do
  fingerprints "optimised$level" "$CC" -O$level "$source/bugs.c" "$source/guard.c"
  same optimised$level plain
done
# guard_take has left by a jump, and is on the stack nevertheless.
grep -q '^ *→ guard_take ' err || fail "guard_take is not shown as the place"
fingerprints fixed "$CC" -O2 -no-pie -fno-pie "$source/bugs.c" "$source/guard.c"
same fixed plain
fingerprints dwarf4 "$CC" -O2 -gdwarf-4 "$source/bugs.c" "$source/guard.c"
"$CC" --version | grep -q clang || same dwarf4 plain # clang tells of calls only since DWARF 5
fingerprints threads "$CC" -O0 -DPAIRS=3 -DRENAMED "$source/bugs.c" "$source/guard.c"
same threads plain
mkdir elsewhere
cp "$source"/* elsewhere
sed -i '1i extern int new_line;\n' elsewhere/bugs.c elsewhere/guard.c elsewhere/bugs.cpp
fingerprints moved "$CC" -O1 elsewhere/bugs.c elsewhere/guard.c
same moved plain

# Where nothing has a name, bugs are not taken for one another.
strip -o stripped plain || skip "needs strip"
expect 66 "$INSPECTOR" run -q --strict --write-baseline stripped.baseline --trace stripped.track -- ./stripped
[ "$(grep -vc '^#' stripped.baseline)" = 8 ] || fail "not 8 different bugs: $(cat stripped.baseline)"

"$CC" -O2 -g -fPIC -shared -o libguard.so elsewhere/guard.c || skip "no shared libraries"
fingerprints linked "$CC" -O2 elsewhere/bugs.c -L. -lguard -Wl,-rpath,"$scratch"
same linked plain

"${CXX:-no}" --version >/dev/null 2>&1 || skip "needs a C++ compiler"
fingerprints cxx "$CXX" -std=c++17 -O0 "$source/bugs.cpp"
[ "$(wc -l <cxx.found)" = 6 ] || fail "not 6 different bugs: $(cat cxx.baseline)"
fingerprints cxx2 "$CXX" -std=c++17 -O2 "$source/bugs.cpp"
same cxx2 cxx
fingerprints cxx3 "$CXX" -std=c++17 -O3 elsewhere/bugs.cpp
same cxx3 cxx
