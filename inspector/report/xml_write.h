/* xml_write.h - text of strangers into XML 1.0: it never becomes markup, and holds only characters that XML may hold. */
#ifndef INSPECTOR_XML_WRITE_H
#define INSPECTOR_XML_WRITE_H

#include <stdio.h>

/* For content and for quoted attributes, where line breaks stay: what is no UTF-8, and control characters but line breaks and tabs, become
 * \xNN. NULL writes "?". */
void xml_text(FILE *out, const char *text);
/* The same, and frees it. */
void xml_made(FILE *out, char *text);

/* " name="text"" */
void xml_attribute(FILE *out, const char *name, const char *text);

#endif
