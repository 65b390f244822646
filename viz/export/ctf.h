/* ctf.h - what the parts of the CTF export share; private to ctf*.c.
 *
 *   ctf.c            the exporter: events into records
 *   ctf_packet.c     records into packets of a stream file
 *   ctf_metadata.c   the description of both, in TSDL */
#ifndef VIZ_CTF_H
#define VIZ_CTF_H

#include <stdint.h>
#include <stdio.h>

#include "viz/export/exporter.h"

#define CTF_MAGIC 0xc1fc1fc1u
#define CTF_PACKET_BYTES 65536u /* a packet ends before it would be longer, unless a single record is */

/* In front of a packet's records; ctf_metadata.c describes it as packet.header and packet.context. */
struct ctf_packet_head {
  uint32_t magic, stream_id;
  uint64_t stream_instance_id;
  uint64_t timestamp_begin, timestamp_end;
  uint64_t content_bits, packet_bits;
  uint64_t packet_seq_num, events_discarded;
} __attribute__((packed));
_Static_assert(sizeof(struct ctf_packet_head) == 64, "packet head on disk");

struct ctf_stream {
  FILE *file;
  uint8_t *bytes; /* of the packet that is being filled, head included */
  size_t n, capacity;
  size_t record; /* where the record that is being written begins */
  uint64_t first_time, record_time, last_time;
  uint64_t instance, n_packets;
};

/* Returns 0 or an errno value, here and below. The file must not exist. */
int ctf_stream_open(struct ctf_stream *stream, const char *folder, uint32_t number);
void ctf_put(struct ctf_stream *stream, const void *bytes, size_t n);
void ctf_put_text(struct ctf_stream *stream, const char *text);
/* A record is what was put since the last one ended. Its time is its first's, or the one's before it if that is later. */
int ctf_record_end(struct ctf_stream *stream);
/* `n_lost`: events that the recorder says it has dropped somewhere. */
int ctf_stream_close(struct ctf_stream *stream, uint64_t n_lost);

/* The file begins with these bytes, by which an export of ours is known. */
extern const char ctf_mark[];
int ctf_metadata_write(const struct export_output *output, const struct export_process *process);

#endif
