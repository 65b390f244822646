"""Check files of `inspector export --format perfetto` by the rules that Perfetto's importer has.

    perfetto_check.py FILE... [CATEGORY=COUNT ...]

Lines are sorted by time, of equal times the longest slice first, as the importer does. Then: slices of a track nest, each arrow has both
ends, each end lies on a slice of no length that is at that time, begins and ends of asynchronous slices match, every track has a name,
the counter is not below zero. CATEGORY=COUNT: so many slices or arrows of that category are there, in the files together."""
import collections
import decimal
import json
import re
import sys


def nanoseconds(number):
    return int(decimal.Decimal(str(number)) * 1000)


def sort_key(event):
    return nanoseconds(event.get("ts", 0)), -nanoseconds(event.get("dur", 0))


def check_nesting(events):
    """Returns the slice that each arrow's end lies on, by the place of the end in `events`."""
    stacks, bound = collections.defaultdict(list), {}
    for place, event in enumerate(events):
        stack = stacks[event["pid"], event["tid"]]
        begin, length = nanoseconds(event.get("ts", 0)), nanoseconds(event.get("dur", 0))
        if event["ph"] in "sf":
            assert stack, f"an arrow on an empty track: {event}"
            bound[place] = stack[-1]
        if event["ph"] != "X":
            continue
        while stack and stack[-1]["end"] <= begin and not (stack[-1]["begin"] == begin == stack[-1]["end"] and not length):
            stack.pop()
        for outer in stack:
            assert begin + length <= outer["end"] or begin >= outer["end"], f"overlap: {event} and {outer}"
        stack.append({"begin": begin, "end": begin + length, "event": event})
    return bound


def check_arrows(events, bound):
    starts = {}
    for place, event in enumerate(events):
        if event["ph"] not in "sf":
            continue
        time, under = nanoseconds(event["ts"]), bound[place]
        assert event["bp"] == "e", event
        assert under["begin"] == under["end"] == time, f"{event} lies on {under}"
        key = event["id"], event["cat"], event["name"]
        if event["ph"] == "s":
            assert key not in starts, f"twice: {event}"
            starts[key] = event
        else:
            begin = starts.pop(key, None)
            assert begin, f"an end without a beginning before it: {event}"
            assert (begin["pid"], begin["tid"]) != (event["pid"], event["tid"]), f"to itself: {event}"
    assert not starts, f"without an end: {starts}"


def check_async(events):
    open_ones = {}
    for event in events:
        key = event.get("id"), event.get("cat"), event.get("name"), event["pid"]
        if event["ph"] == "b":
            assert key not in open_ones, event
            open_ones[key] = event
        elif event["ph"] == "e":
            assert nanoseconds(open_ones.pop(key)["ts"]) <= nanoseconds(event["ts"]), event
    assert not open_ones, f"without an end: {open_ones}"


def check_names(events):
    named = {"process_name": set(), "thread_name": set()}
    for event in events:
        if event["ph"] == "M" and event["name"] in named:
            assert isinstance(event["args"]["name"], str), event
            key = event["tid"] if event["name"] == "thread_name" else event["pid"]
            assert key not in named[event["name"]], f"named twice: {event}"
            named[event["name"]].add(key)
    for event in events:
        assert event["pid"] in named["process_name"], event
        assert event["ph"] in "MC" or event["tid"] in named["thread_name"], event


def check_counter(events):
    for event in events:
        assert event["ph"] != "C" or event["args"]["threads"] in range(2**31), event


def check_fields(text):
    for line in text.splitlines():
        assert not re.search(r"(?<!\\)(\\\\)*\\u", line), "older Perfettos take no \\u: " + line
    document = json.loads(text)
    assert document["otherData"]["tool"] == "inspector"
    for event in document["traceEvents"]:
        assert event["ph"] in "MXsfCbe", event
        assert event["ph"] == "M" or float(event["ts"]) >= 0, event
        assert 0 < event["pid"] < 2**32 and 0 < event["tid"] < 2**32, event
    return document["traceEvents"]


def check_file(file):
    """Returns how many slices and arrows there are of each category."""
    with open(file, encoding="utf-8", errors="strict") as stream:
        events = sorted(check_fields(stream.read()), key=sort_key)
    check_names(events)
    check_arrows(events, check_nesting(events))
    check_async(events)
    check_counter(events)
    return collections.Counter(event.get("cat", "") for event in events if event["ph"] in "Xsb")


def main():
    counts = collections.Counter()
    for file in [argument for argument in sys.argv[1:] if "=" not in argument]:
        try:
            counts += check_file(file)
        except (AssertionError, KeyError, ValueError) as problem:
            sys.exit(f"{file}: {type(problem).__name__}: {problem}")
    for pair in [argument for argument in sys.argv[1:] if "=" in argument]:
        category, count = pair.rsplit("=", 1)
        if counts[category] != int(count):
            sys.exit(f"{counts[category]} of {category}, wanted are {count}: {counts}")
    print(*(f"{category}={count}" for category, count in sorted(counts.items())))


main()
