/* ctf_metadata.c - the file `metadata` of a CTF 1.8 trace: the Trace Stream Description Language says how ctf.c's records lie in the
 * streams (diamon.org/ctf, sections 7 and C). The events come from events.def, one event class a row. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/text_words.h"
#include "util/alloc.h"
#include "util/text.h"
#include "viz/export/ctf.h"

#define NS_A_SECOND UINT64_C(1000000000)
enum { LAST_ERRNO = 133 };

const char ctf_mark[] = "/* CTF 1.8 */\n/* inspector export */\n";

/* A string literal. */
static void write_literal(FILE *out, const char *text) {
  char *clean = text_clean(text);
  putc('"', out);
  for (const char *at = clean; *at; at++)
    fprintf(out, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
  putc('"', out);
  free(clean);
}

static void write_types(FILE *out) {
  static const unsigned sizes[] = {8, 16, 32, 64};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    fprintf(out, "typealias integer { size = %u; align = 8; signed = false; } := uint%u_t;\n", sizes[i], sizes[i]);
  fputs("typealias integer { size = 64; align = 8; signed = false; base = 16; } := address_t;\n"
        "typealias integer { size = 32; align = 8; signed = true; } := int32_t;\n\n"
        "trace {\n  major = 1;\n  minor = 8;\n  byte_order = le;\n"
        "  packet.header := struct {\n    uint32_t magic;\n    uint32_t stream_id;\n    uint64_t stream_instance_id;\n  };\n};\n\n",
        out);
}

static void write_environment(FILE *out, const struct export_output *output, const struct source_info *info) {
  fputs("env {\n  domain = \"user space\";\n  tracer_name = \"track\";\n  tracer_version = \"" TRACK_VERSION "\";\n  trace_name = ", out);
  write_literal(out, output->trace);
  fprintf(out, ";\n  n_processes = %" PRIu32 ";\n", output->n_processes);
  if (info->program) {
    fputs("  program = ", out);
    write_literal(out, info->program);
    fputs(";\n  arguments = ", out);
    write_literal(out, info->arguments ? info->arguments : "");
    fputs(";\n", out);
  }
  fputs("};\n\n", out);
}

static void write_clock(FILE *out, const struct export_output *output) {
  fputs("clock {\n  name = \"recording\";\n  description = ", out);
  if (!output->has_times)
    write_literal(out, "a text trace has no times: one event (a line) is one microsecond; the time of day is not known");
  else
    write_literal(out, output->start_unix_ns ? "nanoseconds since the first process began; releases carry their thread's last known time"
                                             : "nanoseconds since the first process began; the time of day is not known");
  fprintf(out, ";\n  freq = %" PRIu64 ";\n  offset_s = %" PRIu64 ";\n  offset = %" PRIu64 ";\n  absolute = %s;\n};\n\n", NS_A_SECOND,
          output->start_unix_ns / NS_A_SECOND, output->start_unix_ns % NS_A_SECOND, output->start_unix_ns ? "TRUE" : "FALSE");
  fputs("typealias integer { size = 64; align = 8; signed = false; map = clock.recording.value; } := time_t;\n\n", out);
}

static void write_enumerations(FILE *out) {
  fputs("typealias enum : uint8_t {\n", out);
#define KIND(name, code, text, family) fprintf(out, "  \"%s\" = %d,\n", text, code);
#include "track/events.def"
  fputs("} := kind_t;\n\ntypealias enum : int32_t {\n  \"ok\" = 0,\n", out);
  for (int number = 1; number <= LAST_ERRNO; number++)
    if (strerrorname_np(number))
      fprintf(out, "  \"%s\" = %d,\n", strerrorname_np(number), number);
  fputs("} := result_t;\n\n", out);
}

static void write_stream(FILE *out) {
  fputs("stream {\n  id = 0;\n"
        "  packet.context := struct {\n    time_t timestamp_begin;\n    time_t timestamp_end;\n    uint64_t content_size;\n"
        "    uint64_t packet_size;\n    uint64_t packet_seq_num;\n    uint64_t events_discarded;\n  };\n"
        "  event.header := struct {\n    uint16_t id;\n    time_t timestamp;\n  };\n"
        "  event.context := struct {\n    uint64_t ordinal;\n    uint32_t pid;\n    uint32_t tid;\n    string thread;\n  };\n};\n\n",
        out);
}

/* In the order in which ctf.c writes them. */
static const char *operand_fields(uint8_t op) {
  const struct text_word *word = text_op_of(op);
  switch (word ? word->operand : OPERAND_NONE) {
  case OPERAND_OBJECT:
    return op == TRACE_WAIT || op == TRACE_WAKE
               ? "string object; uint32_t object_id; address_t address; kind_t kind; string mutex; uint32_t mutex_id; "
               : "string object; uint32_t object_id; address_t address; kind_t kind; ";
  case OPERAND_THREAD:
    return "string target; uint32_t target_tid; ";
  case OPERAND_VARIABLE:
    return "string variable; ";
  default:
    return "";
  }
}

static void write_event(FILE *out, uint8_t op, const char *text) {
  fprintf(out,
          "event {\n  id = %u;\n  name = \"%s\";\n  stream_id = 0;\n"
          "  fields := struct { %sstring mode; uint64_t value; result_t result; string site; };\n};\n",
          op, text, operand_fields(op));
}

int ctf_metadata_write(const struct export_output *output, const struct export_process *process) {
  char *path = xasprintf("%s/metadata", output->folder);
  FILE *out = fopen(path, "wxe");
  free(path);
  if (!out)
    return errno;
  fputs(ctf_mark, out);
  putc('\n', out);
  write_types(out);
  write_environment(out, output, process->whole->info);
  write_clock(out, output);
  write_enumerations(out);
  write_stream(out);
#define EVENT(name, code, text, operand, flags) write_event(out, code, text);
#include "track/events.def"
  bool is_bad = ferror(out);
  return fclose(out) || is_bad ? (errno ? errno : EIO) : 0;
}
