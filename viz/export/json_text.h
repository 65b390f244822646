/* json_text.h - texts of strangers as they stand between the quotes of a JSON string. */
#ifndef VIZ_JSON_TEXT_H
#define VIZ_JSON_TEXT_H

/* Bytes that are no UTF-8 become U+FFFD, everything else is what it was. The caller frees, here and below. */
char *json_text(const char *text);

/* For readers that do not know the \u escape: what cannot be shown is spelled "\xNN", as in reports. */
char *json_text_shown(const char *text);

#endif
