# Paths in reports for services are relative to the root of the sources, wherever the program was compiled and its root lies.
command -v python3 >/dev/null || skip "needs python3 to read JSON"
unset GITHUB_STEP_SUMMARY
mkdir -p "repo/src/a b%#?" repo/build elsewhere
source="repo/src/a b%#?/ü:[x].c"
cat >"$source" <<'END'
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *one(void *arg) {
  pthread_mutex_lock(&a);
  pthread_mutex_lock(&b);
  pthread_mutex_unlock(&b);
  pthread_mutex_unlock(&a);
  return arg;
}
int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, one, 0);
  pthread_join(thread, 0);
  pthread_mutex_lock(&b);
  pthread_mutex_lock(&a);
  pthread_mutex_unlock(&a);
  pthread_mutex_unlock(&b);
  pthread_mutex_unlock(&b);
  return 0;
}
END

paths() { # EXPECTED-PATH EXPECTED-URI OPTIONS...: of the finding's place
  path=$1 uri=$2
  shift 2
  "$INSPECTOR" check --all --only unlock-not-held --format gitlab -o report.json "$@" || [ $? = 1 ] || fail "check $*"
  "$INSPECTOR" check --all --only unlock-not-held --format sarif -o report.sarif "$@" || [ $? = 1 ] || fail "check $*"
  python3 -c '
import json, sys
issue, = json.load(open("report.json"))
run, = json.load(open("report.sarif"))["runs"]
artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
assert issue["location"]["path"] == sys.argv[1], issue
assert artifact["uri"] == sys.argv[2], artifact
assert ("uriBaseId" in artifact) == (not sys.argv[2].startswith("file:")), artifact
assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].startswith("file:///"), run["originalUriBaseIds"]
assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].endswith("/"), run["originalUriBaseIds"]
' "$path" "$uri" || fail "other paths with: $*"
}

inside='src/a b%#?/ü:[x].c'
inside_uri='src/a%20b%25%23%3F/%C3%BC%3A%5Bx%5D.c'
(cd repo/build && "$CC" -g -O0 -o program "../src/a b%#?/ü:[x].c" -lpthread) || skip "the compiler cannot do it"
expect 0 "$INSPECTOR" record -o here.track repo/build/program
whole=$PWD

# Inside the root: from it, from a folder beside it, through a link, with a slash at its end.
paths "repo/$inside" "repo/$inside_uri" here.track
paths "$inside" "$inside_uri" --source-root repo here.track
paths "$inside" "$inside_uri" --source-root "$whole/elsewhere/../repo/" here.track
ln -s repo linked
paths "$inside" "$inside_uri" --source-root linked here.track
paths "${whole#/}/repo/$inside" "${whole#/}/repo/$inside_uri" --source-root / here.track
# Outside it.
paths "$whole/repo/$inside" "file://$whole/repo/$inside_uri" --source-root elsewhere here.track
paths "$whole/repo/$inside" "file://$whole/repo/$inside_uri" --source-root "$whole/rep" here.track
# Elsewhere in name: the root of another machine, the first map that fits, whole components.
paths "other/$inside" "other/$inside_uri" --source-root /ci/project --path-map "$whole/repo=/ci/project/other" here.track
paths "deep/$inside" "deep/$inside_uri" --source-root /ci/project --path-map "$whole/repo=deep" --path-map "$whole=no" here.track
paths "$inside" "$inside_uri" --source-root /ci/project --path-map "$whole/repo/=" here.track
paths "$whole/repo/$inside" "file://$whole/repo/$inside_uri" --source-root /ci --path-map "$whole/rep=no" here.track
# A compiler that was told to hide its folder.
(cd repo && "$CC" -g -O0 -ffile-prefix-map="$whole/repo=." -o hidden "src/a b%#?/ü:[x].c" -lpthread) && {
  expect 0 "$INSPECTOR" record -o hidden.track repo/hidden
  paths "$inside" "$inside_uri" --source-root repo hidden.track
  paths "$inside" "$inside_uri" --source-root /ci/project hidden.track
}
# Without debug information: the object file, and a text trace's line.
(cd repo && "$CC" -O0 -o bare "src/a b%#?/ü:[x].c" -lpthread)
expect 0 "$INSPECTOR" record -o bare.track repo/bare
paths bare bare --source-root repo bare.track
printf 'T1|acq(A)|1\nT1|rel(A)|2\nT1|rel(A)|3\n' >repo/text.std
paths text.std text.std --source-root repo repo/text.std

# People see where a file is here, and a map makes its lines readable.
mv repo/src moved
expect 1 "$INSPECTOR" check --only unlock-not-held here.track
expect_out "$whole/repo/build/../src/"
! grep -q '| pthread_mutex_unlock' "$scratch/out" || fail "a line of a file that is gone"
expect 1 "$INSPECTOR" check --only unlock-not-held --path-map "$whole/repo/src=moved" --source-root "$whole" here.track
expect_out "$whole/moved/a b"
expect_out '| pthread_mutex_unlock'

# Mistakes.
for map in nothing =new ''; do
  expect 2 "$INSPECTOR" check --path-map "$map" here.track
  expect_line 'path-map'
done
expect 2 "$INSPECTOR" check --source-root '' here.track
expect_line 'source-root'
