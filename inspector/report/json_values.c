/* json_values.c - see json_values.h. */
#include "report/json_values.h"

#include <stdlib.h>

#include "util/text.h"

static json_t *take(char *valid) {
  json_t *string = json_string(valid);
  free(valid);
  return string;
}

json_t *json_of_text(const char *text) {
  return text ? take(text_utf8(text)) : json_null();
}

json_t *json_of_clean(const char *text) {
  return take(text_clean(text));
}

json_t *json_of_made(char *text) {
  json_t *string = json_of_clean(text);
  free(text);
  return string;
}

json_t *json_of_number(uint64_t number) {
  return json_integer((json_int_t)number);
}
