"""The commands of script/bench; see its head."""
import argparse
import os
import signal
import sys

import check
import page
import pictures
import primitives
import record


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True)
    costs = commands.add_parser("record", help="what recording costs, beside its peers")
    costs.add_argument("--quick", action="store_true", help="a few minutes: less rounds, peers on a few cases")
    costs.add_argument("--rounds", type=int, help="runs of each (default 7, with --quick 3)")
    costs.add_argument("--check", action="store_true", help="say which bars are met; status 1 when one could not be measured")
    speed = commands.add_parser("check", help="how fast recordings are checked")
    speed.add_argument("--events", type=int, default=50_000_000, help="events a recording (default 50,000,000)")
    others = commands.add_parser("primitives", help="libtrack's primitives beside those of pthreads, C11 and GLib")
    others.add_argument("--quick", action="store_true", help="a minute: less rounds")
    others.add_argument("--rounds", type=int, help="runs of each (default 11, with --quick 5)")
    others.add_argument("--check", action="store_true", help="say which bars are met; status 1 when one is not, or could not be measured")
    views = commands.add_parser("pictures", help="how long pictures of long recordings take")
    views.add_argument("--check", action="store_true", help="say which bars are met; status 1 when one is not, or could not be measured")
    pages = commands.add_parser("page", help="whether the HTML page is fluid")
    pages.add_argument("--check", action="store_true", help="say which bars are met; status 1 when one is not, or could not be measured")
    for command in (costs, speed, others, views, pages):
        command.add_argument("--only", metavar="CASE,CASE", help="only these cases")
        command.add_argument("--timeout", type=float, default=120, help="seconds a run may last (default 120)")
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended on the way out
    chosen = options()
    chosen.build = os.path.abspath(chosen.build)
    try:
        return {"record": record.main, "check": check.main, "primitives": primitives.main,
                "pictures": pictures.main, "page": page.main}[chosen.command](chosen, say)
    except KeyboardInterrupt:
        return 130


sys.exit(main())
