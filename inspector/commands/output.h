/* output.h - the file that -o names. */
#ifndef INSPECTOR_OUTPUT_H
#define INSPECTOR_OUTPUT_H

/* Could it be written? Says so before the long work, and leaves it as it is. Returns 0, or EXIT_TROUBLE after one line. */
int output_check(const char *path);

#endif
