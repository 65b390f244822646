/* suppress_write.c - an entry for one finding. The fingerprint alone hides exactly it; names stand in the comment, for who wants to hide
 * more. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "findings/suppress.h"
#include "util/alloc.h"
#include "util/text.h"

char *suppression_for(const struct finding *finding) {
  return xasprintf("%s: fingerprint:%016" PRIx64, finding->kind, finding->fingerprint);
}

char *suppression_text_for(const struct finding *finding) {
  char *entry = suppression_for(finding), *message = text_clean(finding->message ? finding->message : "");
  char *text = xasprintf("# %s, %s: %s\n%s\n", finding->id, verdict_text(finding->verdict), message, entry);
  free(entry);
  free(message);
  return text;
}
