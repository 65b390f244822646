/* output.h - the file that -o names. */
#ifndef INSPECTOR_OUTPUT_H
#define INSPECTOR_OUTPUT_H

/* Could it be written? Says so before the long work, and leaves it as it is. Returns 0, or EXIT_TROUBLE after one line. */
int output_check(const char *path);

/* Is the file that would be written the trace itself, or one of the folder's? Writing over what is read would lose both. Returns 0, or
 * EXIT_TROUBLE after one line. `output` NULL or "-": 0. */
int output_check_trace(const char *output, const char *trace);

#endif
