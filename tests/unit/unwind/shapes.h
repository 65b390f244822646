/* shapes.h - calls probe_compare() from functions of every shape. */
#ifndef TRACK_TEST_SHAPES_H
#define TRACK_TEST_SHAPES_H

/* `name` appears in the report of a difference. */
void shapes(const char *name);

#endif
