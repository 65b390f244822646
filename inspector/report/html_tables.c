/* html_tables.c - see html_tables.h. What needs scripts is marked with the class js and hidden without them. */
#include "report/html_tables.h"

#include <inttypes.h>

#include "report/html_write.h"

void html_pictures(FILE *out, const struct report_extras *extras) {
  if (!extras->n_pictures)
    return;
  fputs("<section id=pictures>\n<h2>Pictures</h2>\n", out);
  for (uint32_t i = 0; i < extras->n_pictures; i++) {
    html_filled(out, "<details class=picture open>\n<summary>%s</summary>\n", extras->pictures[i].title);
    fprintf(out, "<figure>%s</figure>\n</details>\n", extras->pictures[i].svg);
  }
  fputs("</section>\n", out);
}

static void write_row(FILE *out, const struct report_table *table, const struct report_row *row) {
  fputs("<tr>", out);
  for (uint32_t i = 0; i < table->n_columns; i++) {
    const struct report_cell *cell = &row->cells[i];
    if (table->columns[i].is_number)
      fprintf(out, "<td data-value=%" PRIu64 ">", cell->value);
    else
      fputs(i ? "<td>" : "<th scope=row>", out);
    if (!i && row->n_details)
      fputs("<details><summary>", out);
    html_text(out, cell->text);
    if (i)
      continue;
    if (row->n_details)
      fputs("</summary><ul>", out);
    for (uint32_t k = 0; k < row->n_details; k++)
      html_filled(out, "<li>%s</li>", row->details[k]);
    if (row->n_details)
      fputs("</ul></details>", out);
    fputs("</th>", out);
  }
  fputs("</tr>\n", out);
}

void html_contention(FILE *out, const struct report_table *table) {
  fputs("<section id=locks>\n<h2>Locks</h2>\n", out);
  if (table->n_rows) {
    fputs("<div class=wide><table class=sortable>\n<thead><tr>", out);
    for (uint32_t i = 0; i < table->n_columns; i++)
      html_filled(out, table->columns[i].is_number ? "<th scope=col class=number>%s</th>" : "<th scope=col>%s</th>",
                  table->columns[i].title);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (uint32_t i = 0; i < table->n_rows; i++)
      write_row(out, table, &table->rows[i]);
    fputs("</tbody></table></div>\n", out);
  }
  if (table->note)
    html_filled(out, "<p class=faint>%s</p>\n", table->note);
  fputs("</section>\n", out);
}

static void write_controls(FILE *out) {
  static const struct {
    const char *deed, *text, *title;
  } buttons[] = {{"in", "+", "Zoom in (+)"},
                 {"out", "\xe2\x88\x92", "Zoom out (-)"},
                 {"left", "\xe2\x86\x90", "Earlier (left)"},
                 {"right", "\xe2\x86\x92", "Later (right)"},
                 {"all", "All", "The whole run (0)"}};
  fputs("<div class=\"controls js\">", out);
  for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
    fprintf(out, "<button type=button data-deed=%s title=\"%s\">%s</button>", buttons[i].deed, buttons[i].title, buttons[i].text);
  fputs(
      "<span class=faint>Drag to move, Ctrl and the wheel or a double click to zoom, Shift and drag for a part; keys: arrows, + - 0</span>"
      "</div>\n",
      out);
}

void html_timelines(FILE *out, const struct report_extras *extras) {
  if (!extras->n_timelines)
    return;
  fputs("<section id=timeline class=js>\n<h2>Timeline</h2>\n<p><select id=which aria-label=\"Which process\">", out);
  for (uint32_t i = 0; i < extras->n_timelines; i++) {
    fprintf(out, "<option value=%" PRIu32 ">", i);
    html_filled(out, "%s</option>", extras->timelines[i].title);
  }
  fputs("</select></p>\n", out);
  write_controls(out);
  fputs("<div id=lanes tabindex=0 role=application aria-label=\"Timeline of threads: arrows move it, plus and minus "
        "zoom\"><div><canvas></canvas>"
        "</div></div>\n<div id=legend></div>\n<div id=detail aria-live=polite></div>\n",
        out);
  for (uint32_t i = 0; i < extras->n_timelines; i++) {
    fputs("<script type=\"application/json\" class=data>", out);
    html_json(out, extras->timelines[i].json);
    fputs("</script>\n", out);
  }
  fputs("</section>\n", out);
}

void html_pages(FILE *out, const struct summary *summary, const char *const *kinds) {
  if (!*kinds || !summary->explain)
    return;
  fputs("<section id=about>\n<h2>What it means</h2>\n", out);
  for (; *kinds; kinds++) {
    const char *page = summary->explain(*kinds);
    if (!page)
      continue;
    fprintf(out, "<details id=\"about-%s\" class=about><summary>%s</summary>\n", *kinds, *kinds);
    html_markdown(out, page);
    fputs("</details>\n", out);
  }
  fputs("</section>\n", out);
}
