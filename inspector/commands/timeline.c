/* timeline.c - inspector timeline: who ran, held and waited when. */
#include "commands/command.h"
#include "commands/picture.h"
#include "commands/scope_options.h"
#include "commands/usage.h"
#include "viz/view.h"

struct timeline_command {
  struct picture picture;
  struct scope_options scope;
};

static const struct argp_option options_table[] = {PICTURE_OPTIONS, {0}};

static error_t parse_timeline_option(int key, char *argument, struct argp_state *state) {
  struct timeline_command *command = state->input;
  if (key != ARGP_KEY_INIT)
    return picture_parse(&command->picture, "timeline", key, argument);
  state->child_inputs[0] = &command->scope;
  return 0;
}

static const struct argp_child children[] = {{&scope_argp, 0, NULL, 0}, {0}};
static const struct argp timeline_argp = {
    .options = options_table,
    .parser = parse_timeline_option,
    .args_doc = "TRACE",
    .doc =
        "Draw a lane a thread, with bars for what it holds and what it waits for, to scale, and arrows for what let it go on.\v"
        "Waiting is striped, and red where it has no end; holding has a colour for each lock. Who comes last to a barrier is marked, and "
        "of a "
        "condition that threads wait for in vain the last signal, if nobody was waiting then. In an SVG file, resting on a bar tells the "
        "lock, the times and the place in the program. Many small bars are merged, and are as high as they fill their time; a part of "
        "the trace shows them one by one.\n\n"
        "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or a file that cannot be written.",
    .children = children,
};

int command_timeline(int argc, char **argv) {
  struct timeline_command command = {.picture = {.view = &view_timeline}};
  int status = command_parse(&timeline_argp, "timeline", 0, argc, argv, &command);
  if (status)
    return status;
  command.picture.wish = command.scope.wish;
  command.picture.finding = command.scope.around;
  return picture_run(&command.picture);
}
