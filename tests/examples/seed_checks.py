"""What is said about the output of some seeds beyond the lines themselves (`== check NAME` in seeds/*.out). Each function gets all lines
and returns what is wrong, or None."""
import re


def numbers_after(lines, text):
    return [int(number) for line in lines for number in re.findall(re.escape(text) + r"(\d+)\b", line)]


def no_line_twice(lines):
    if len(set(lines)) != len(lines):
        return "a line came twice"
    return None


def three_of_the_tries_succeed(lines):
    """Tries are numbered from 1, three of them succeed, the last does, and their number is told at the end."""
    tries = [re.search(r"Iteration (\d+): (.*)", line) for line in lines if "Iteration" in line]
    if [int(t.group(1)) for t in tries] != list(range(1, len(tries) + 1)):
        return "the tries are not numbered one by one"
    results = [t.group(2) for t in tries]
    if results.count("Acquired") != 3 or results[-1] != "Acquired":
        return f"the results are {results}"
    if numbers_after(lines, "Done after ") != [len(tries)]:
        return "the number of tries is not the one that is told"
    return None


def two_at_a_time(lines):
    """Each list differs from the one before by the thread that writes it, which is appended or removed; none has more than two."""
    active = []
    for line in lines:
        match = re.search(r"unning: \[(.*)\]$", line)
        if not match:
            continue
        names = re.findall(r"'([^']+)'", match.group(1))
        if len(names) > 2:
            return f"more than two: {line}"
        changed = set(names) ^ set(active)
        if len(changed) != 1 or not re.search(r"(^|\()%s\b" % re.escape(changed.pop()), line):
            return f"not one that came or went: {line}"
        active = names
    return f"at the end there is {active}" if active else None


def one_object(lines):
    addresses = {line.split(" at ")[1] for line in lines if " at " in line}
    return None if len(addresses) == 1 else f"several objects: {addresses}"


def two_numbers_of_threads(lines):
    """The main thread has one number wherever it is told, the other one another."""
    main = {n for line in lines for n in re.findall(r"MainThread, started (\d+)", line)} | {line for line in lines if len(line) > 1 and line.isdigit()}
    other = {n for line in lines for n in re.findall(r"Thread-1, started (\d+)", line)}
    return None if len(main) == 1 and len(other) == 1 and main != other else f"{main}, {other}"


def handed_over_one_by_one(lines):
    """What was stored is what was got. The place between the two holds one message, and each thread may have told of one already or not yet."""
    got, stored = [], []
    for line in lines:
        got += numbers_after([line], "Producer got data ")
        stored += numbers_after([line], "Consumer storing data: ")
        if stored != got[: len(stored)]:
            return f"stored {stored}, got {got}"
        if len(got) - len(stored) > 3:
            return "the producer ran ahead"
    return None if stored == got else f"stored {stored}, got {got}"


def handed_over_by_a_queue_of_ten(lines):
    """What was stored is what was got, in that order, but for one last message; the queue never held more than ten."""
    got, stored = numbers_after(lines, "Producer got message: "), numbers_after(lines, "Consumer storing message: ")
    if stored != got[: len(stored)] or len(got) - len(stored) > 1:
        return f"stored {len(stored)} of {len(got)} messages, or others"
    sizes = [int(size) for line in lines for size in re.findall(r"size=(\d+)\)", line)]
    if any(size > 10 for size in sizes):
        return f"up to {max(sizes)} in the queue"
    return None


def collected_by_200(lines):
    """Goods are told in steps of 200 from nothing, and from nothing again (or from the 200 that came too late) after they were released."""
    goods = numbers_after(lines, "collecting   ")
    for before, after in zip([-200] + goods, goods):
        if after not in (before + 200, 0, 200):
            return f"goods are {goods}"
    if len(goods) < 13:
        return f"not enough for 1000 three times: {goods}"
    if sum("Wating" in line for line in lines) > 3:
        return "waited more often than the gate was closed"
    return None
