/* html_write.h - text of strangers into an HTML page: nothing that a traced program, a file name or a source line holds becomes markup. */
#ifndef INSPECTOR_HTML_WRITE_H
#define INSPECTOR_HTML_WRITE_H

#include <stdio.h>

/* Cleaned and escaped, for content and for quoted attributes. NULL writes "?". */
void html_text(FILE *out, const char *text);
/* The same, and frees it. */
void html_made(FILE *out, char *text);
/* A line of source: tabs become two blanks, and every other byte is shown. */
void html_source(FILE *out, const char *line);

/* A format of the page's own with one stranger's text in the place of %s; no other conversions. */
void html_filled(FILE *out, const char *format, const char *text);

/* JSON for a <script type="application/json">: it cannot end the element. */
void html_json(FILE *out, const char *json);

/* A page of docs/detectors: paragraphs, headings, lists, code. Links are shown as text: the page needs no network. */
void html_markdown(FILE *out, const char *page);

#endif
