/* graph.c - inspector graph: locks and the order they are taken in, the story of one finding, or who waits for whom at the end. */
#include "commands/command.h"
#include "commands/picture.h"
#include "commands/usage.h"
#include "viz/view.h"

enum { KEY_WAIT_FOR = 0x200 };

static const struct argp_option options_table[] = {
    PICTURE_OPTIONS,
    {"finding", 'f', "ID", 0, "Draw the story of this finding, such as D1: a column a thread, step after step", 0},
    {"wait-for", KEY_WAIT_FOR, NULL, 0, "Draw who waits for whom when the recording ends: a program that hangs", 0},
    {0}};

/* One picture at a time. */
static error_t choose_view(struct picture *picture, const struct view *view) {
  if (picture->view != &view_lock_graph && picture->view != view)
    return usage_error("graph: --finding and --wait-for are two pictures: choose one");
  picture->view = view;
  return 0;
}

static error_t parse_graph_option(int key, char *argument, struct argp_state *state) {
  struct picture *picture = state->input;
  switch (key) {
  case 'f':
    picture->finding = argument;
    return choose_view(picture, &view_sequence);
  case KEY_WAIT_FOR:
    return choose_view(picture, &view_wait_for);
  default:
    return picture_parse(picture, "graph", key, argument);
  }
}

static const struct argp graph_argp = {
    .options = options_table,
    .parser = parse_graph_option,
    .args_doc = "TRACE",
    .doc = "Draw the lock-order graph: which lock was asked for while which other one was held, and which cycles that makes.\v"
           "Cycles are in red where they can deadlock, in orange where that is only a pattern, in green where something keeps them apart; "
           "locks without a cycle are only counted when there are many. Numbers of findings are those of 'inspector check --all'.\n\n"
           "With --wait-for, red is a circle of threads that wait for each other, or what nobody is left to do, pink what is stuck behind "
           "that, amber what merely waits, grey what goes on. A program that hangs may be killed: its recording is read up to there.\n\n"
           "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or a file that cannot be written.",
};

int command_graph(int argc, char **argv) {
  struct picture picture = {.view = &view_lock_graph, .wish = {.to_s = -1}};
  int status = command_parse(&graph_argp, "graph", 0, argc, argv, &picture);
  return status ? status : picture_run(&picture);
}
