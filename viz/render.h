/* render.h - a drawing becomes a file of some format. */
#ifndef VIZ_RENDER_H
#define VIZ_RENDER_H

#include <stdio.h>

struct drawing;

enum picture_format { PICTURE_DOT, PICTURE_SVG, PICTURE_PNG, PICTURE_PDF };

/* The format that a file's name ends in, or -1. */
int picture_format_of(const char *path);

/* Lays the drawing out by Graphviz's `engine` and writes it. Returns 0, or -errno with *ret_error set to why, which the caller frees. */
int picture_write(const struct drawing *drawing, const char *engine, enum picture_format format, FILE *out, char **ret_error);

#endif
