/* timeline.c - inspector timeline: who ran, held and waited when. */
#include <math.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/picture.h"
#include "commands/usage.h"
#include "viz/view.h"

enum { KEY_FROM = 0x200, KEY_TO, KEY_LOCK, KEY_THREAD, KEY_AROUND };

static const struct argp_option options_table[] = {
    PICTURE_OPTIONS,
    {"from", KEY_FROM, "SECONDS", 0, "Begin there; in a text trace, which has no times, at that line", 0},
    {"to", KEY_TO, "SECONDS", 0, "End there", 0},
    {"lock", KEY_LOCK, "NAME", 0, "Only what happens with this lock, condition ...; a part of the name is enough", 0},
    {"thread", KEY_THREAD, "NAME", 0, "Only this thread; a part of the name is enough", 0},
    {"around", KEY_AROUND, "FINDING", 0, "Only the time of this finding, such as D1", 0},
    {0}};

static error_t parse_seconds(const char *option, const char *text, double *ret_seconds) {
  char *end = NULL;
  double seconds = strtod(text, &end);
  if (end == text || *end || !isfinite(seconds) || seconds < 0)
    return usage_error("%s: %s is not a number of seconds", option, text);
  *ret_seconds = seconds;
  return 0;
}

static error_t parse_timeline_option(int key, char *argument, struct argp_state *state) {
  struct picture *picture = state->input;
  switch (key) {
  case KEY_FROM:
    return parse_seconds("--from", argument, &picture->wish.from_s);
  case KEY_TO:
    return parse_seconds("--to", argument, &picture->wish.to_s);
  case KEY_LOCK:
    picture->wish.lock = argument;
    return 0;
  case KEY_THREAD:
    picture->wish.thread = argument;
    return 0;
  case KEY_AROUND:
    picture->finding = argument;
    picture->wish.is_around = true;
    return 0;
  default:
    return picture_parse(picture, "timeline", key, argument);
  }
}

static const struct argp timeline_argp = {
    .options = options_table,
    .parser = parse_timeline_option,
    .args_doc = "TRACE",
    .doc = "Draw a lane a thread, with bars for what it holds and what it waits for, to scale, and arrows for what let it go on.\v"
           "In an SVG file, resting on a bar tells the lock, the times and the place in the program. Many small bars are merged; a part of "
           "the trace shows them one by one.\n\n"
           "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or a file that cannot be written.",
};

int command_timeline(int argc, char **argv) {
  struct picture picture = {.view = &view_timeline, .wish = {.to_s = -1}};
  int status = command_parse(&timeline_argp, "timeline", 0, argc, argv, &picture);
  return status ? status : picture_run(&picture);
}
