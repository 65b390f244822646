# Run a test recorded; its recording must be whole and free of contradictions.
#   sh -eu support_recorded.sh INSPECTOR TEST TRACE
inspector=$1 test=$2 trace=$3
rm -rf "$trace" "$trace.json"
TRACK_OPTIONS="output=$trace" "$test"
status=0
"$inspector" check --format json -o "$trace.json" "$trace" || status=$?
[ "$status" -lt 2 ] || { echo "FAILED: the recording cannot be read"; exit 1; }
for what in dropped contradictions order_repaired; do
  grep -q "\"$what\": 0\(,\|$\)" "$trace.json" || { echo "FAILED: $what is not 0"; grep "\"$what\"" "$trace.json"; exit 1; }
done
