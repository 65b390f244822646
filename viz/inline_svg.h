/* inline_svg.h - a picture as an <svg> element for a page that holds many of them. */
#ifndef VIZ_INLINE_SVG_H
#define VIZ_INLINE_SVG_H

struct drawing;

/* The <svg> element alone, its ids and the references to them led by `prefix` (letters and digits), and without Graphviz's own titles,
 * which browsers would show in place of ours. NULL: Graphviz makes nothing of it. Caller frees. */
char *inline_svg(const struct drawing *drawing, const char *engine, const char *prefix);

#endif
