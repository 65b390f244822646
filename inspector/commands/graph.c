/* graph.c - inspector graph: locks and the order they are taken in, or the story of one finding. */
#include "commands/command.h"
#include "commands/picture.h"
#include "commands/usage.h"
#include "viz/view.h"

static const struct argp_option options_table[] = {
    PICTURE_OPTIONS, {"finding", 'f', "ID", 0, "Draw the story of this finding, such as D1: a column a thread, step after step", 0}, {0}};

static error_t parse_graph_option(int key, char *argument, struct argp_state *state) {
  struct picture *picture = state->input;
  if (key != 'f')
    return picture_parse(picture, "graph", key, argument);
  picture->finding = argument;
  picture->view = &view_sequence;
  return 0;
}

static const struct argp graph_argp = {
    .options = options_table,
    .parser = parse_graph_option,
    .args_doc = "TRACE",
    .doc = "Draw the lock-order graph: which lock was asked for while which other one was held, and which cycles that makes.\v"
           "Cycles are in red where they can deadlock, in orange where that is only a pattern, in green where something keeps them apart; "
           "locks without a cycle are only counted when there are many. Numbers of findings are those of 'inspector check --all'.\n\n"
           "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or a file that cannot be written.",
};

int command_graph(int argc, char **argv) {
  struct picture picture = {.view = &view_lock_graph, .wish = {.to_s = -1}};
  int status = command_parse(&graph_argp, "graph", 0, argc, argv, &picture);
  return status ? status : picture_run(&picture);
}
