/* ctf_packet.c - a stream file: packets of bounded size, each with the times of its first and last record, so that a reader can seek.
 *
 * Times must not go back in a stream. The merged order is exact and its times are not, so a record that seems to be earlier than the one
 * before gets that one's time. Numbers are little-endian. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "viz/export/ctf.h"

int ctf_stream_open(struct ctf_stream *stream, const char *folder, uint32_t number) {
  char *path = xasprintf("%s/stream_%u", folder, number);
  *stream = (struct ctf_stream){.file = fopen(path, "wxe"), .instance = number, .capacity = 2 * CTF_PACKET_BYTES};
  int error = stream->file ? 0 : errno;
  free(path);
  stream->bytes = xmalloc(stream->capacity);
  stream->n = stream->record = sizeof(struct ctf_packet_head);
  return error;
}

void ctf_put(struct ctf_stream *stream, const void *bytes, size_t n) {
  if (stream->capacity - stream->n < n) {
    stream->capacity = 2 * (stream->n + n);
    stream->bytes = xreallocarray(stream->bytes, stream->capacity, 1);
  }
  memcpy(stream->bytes + stream->n, bytes, n);
  stream->n += n;
}

void ctf_put_text(struct ctf_stream *stream, const char *text) {
  ctf_put(stream, text, strlen(text) + 1);
}

/* Writes the packet up to the record that is being written. */
static int packet_write(struct ctf_stream *stream, uint64_t n_lost) {
  struct ctf_packet_head head = {.magic = htole32(CTF_MAGIC),
                                 .stream_instance_id = htole64(stream->instance),
                                 .timestamp_begin = htole64(stream->first_time),
                                 .timestamp_end = htole64(stream->last_time),
                                 .content_bits = htole64((uint64_t)stream->record * 8),
                                 .packet_bits = htole64((uint64_t)stream->record * 8),
                                 .packet_seq_num = htole64(stream->n_packets++),
                                 .events_discarded = htole64(n_lost)};
  memcpy(stream->bytes, &head, sizeof head);
  if (fwrite(stream->bytes, 1, stream->record, stream->file) != stream->record)
    return errno ? errno : EIO;
  size_t rest = stream->n - stream->record;
  memmove(stream->bytes + sizeof head, stream->bytes + stream->record, rest);
  stream->record = sizeof head;
  stream->n = sizeof head + rest;
  return 0;
}

int ctf_record_end(struct ctf_stream *stream) {
  int error = 0;
  bool is_first = stream->record == sizeof(struct ctf_packet_head);
  if (!is_first && stream->n > CTF_PACKET_BYTES) {
    error = packet_write(stream, 0);
    is_first = true;
  }
  if (is_first)
    stream->first_time = stream->record_time;
  stream->last_time = stream->record_time;
  stream->record = stream->n;
  return error;
}

int ctf_stream_close(struct ctf_stream *stream, uint64_t n_lost) {
  int error = 0;
  if (stream->file) {
    error = packet_write(stream, n_lost); /* also without records: a stream file is never empty */
    if (fclose(stream->file) && !error)
      error = errno;
  }
  free(stream->bytes);
  *stream = (struct ctf_stream){0};
  return error;
}
