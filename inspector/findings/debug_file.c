/* debug_file.c - where gdb looks, too: "Debugging Information in Separate Files", GDB manual section 18.3. */
#include "findings/debug_file.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"

#define DEBUG_ROOT "/usr/lib/debug"

int elf_file_open(const char *path, struct elf_file *ret_file) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0)
    return -errno;
  struct stat status;
  Elf *elf = NULL;
  elf_version(EV_CURRENT);
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
    elf = elf_begin(descriptor, ELF_C_READ_MMAP, NULL);
  if (!elf || elf_kind(elf) != ELF_K_ELF) {
    elf_end(elf);
    close(descriptor);
    return -ENOEXEC;
  }
  *ret_file = (struct elf_file){.descriptor = descriptor, .elf = elf};
  return 0;
}

void elf_file_close(struct elf_file *file) {
  if (!file->elf)
    return;
  elf_end(file->elf);
  close(file->descriptor);
  *file = (struct elf_file){.descriptor = -1};
}

struct build_id elf_build_id(Elf *elf) {
  const void *bytes = NULL;
  struct build_id id = {0};
  ssize_t n = dwelf_elf_gnu_build_id(elf, &bytes);
  if (n > 0) {
    id.n_bytes = n < (ssize_t)sizeof id.bytes ? (uint32_t)n : (uint32_t)sizeof id.bytes;
    memcpy(id.bytes, bytes, id.n_bytes);
  }
  return id;
}

bool build_id_equal(const struct build_id *a, const struct build_id *b) {
  return a->n_bytes == b->n_bytes && memcmp(a->bytes, b->bytes, a->n_bytes) == 0;
}

bool elf_has_debug(Elf *elf) {
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0)
    return false;
  for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
      continue;
    const char *name = elf_strptr(elf, names, header.sh_name);
    if (name && (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0))
      return true;
  }
  return false;
}

/* The CRC-32 of .gnu_debuglink: reflected, polynomial 0xedb88320. */
static uint32_t checksum(const unsigned char *bytes, size_t n) {
  uint32_t table[256];
  for (uint32_t i = 0; i < 256; i++) {
    table[i] = i;
    for (int bit = 0; bit < 8; bit++)
      table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
  }
  uint32_t crc = ~0u;
  for (size_t i = 0; i < n; i++)
    crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

/* Opens `path` (takes it over) and keeps it if it is the debug file: by build-id if there is one, else by checksum. */
static bool try_debug_file(char *path, const struct build_id *id, const GElf_Word *crc, struct elf_file *ret_file) {
  struct elf_file file = {0};
  bool is_it = elf_file_open(path, &file) == 0 && elf_has_debug(file.elf);
  free(path);
  if (is_it && id->n_bytes) {
    struct build_id own = elf_build_id(file.elf);
    is_it = build_id_equal(&own, id);
  } else if (is_it && crc) {
    size_t n = 0;
    char *bytes = elf_rawfile(file.elf, &n);
    is_it = bytes && checksum((const unsigned char *)bytes, n) == *crc;
  }
  if (is_it)
    *ret_file = file;
  else
    elf_file_close(&file);
  return is_it;
}

static bool find_by_build_id(const struct build_id *id, struct elf_file *ret_file) {
  if (id->n_bytes < 2)
    return false;
  char digits[2 * sizeof id->bytes + 1];
  for (uint32_t i = 0; i < id->n_bytes; i++) {
    digits[2 * i] = "0123456789abcdef"[id->bytes[i] >> 4];
    digits[2 * i + 1] = "0123456789abcdef"[id->bytes[i] & 15];
  }
  digits[2 * id->n_bytes] = '\0';
  return try_debug_file(xasprintf(DEBUG_ROOT "/.build-id/%.2s/%s.debug", digits, digits + 2), id, NULL, ret_file);
}

static bool find_by_link(const char *path, const struct build_id *id, Elf *elf, struct elf_file *ret_file) {
  GElf_Word crc = 0;
  const char *link = elf ? dwelf_elf_gnu_debuglink(elf, &crc) : NULL;
  const char *slash = strrchr(path, '/');
  if (!link || !*link || strchr(link, '/') || !slash)
    return false;
  int folder = (int)(slash - path);
  return try_debug_file(xasprintf("%.*s/%s", folder, path, link), id, &crc, ret_file) ||
         try_debug_file(xasprintf("%.*s/.debug/%s", folder, path, link), id, &crc, ret_file) ||
         try_debug_file(xasprintf(DEBUG_ROOT "%.*s/%s", folder, path, link), id, &crc, ret_file);
}

bool debug_file_find(const char *path, const struct build_id *id, Elf *elf, struct elf_file *ret_file) {
  return find_by_build_id(id, ret_file) || find_by_link(path, id, elf, ret_file);
}
