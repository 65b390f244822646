/* elf_file.c - reads an executable's program headers and dynamic section by libelf, which trusts no offset in them.
 *
 * A sanitizer's runtime insists on being first in the search order (gcc links it dynamically), so a program that needs one
 * gets it in front of our library; the program's own loader is asked where it is, by its --list mode. */
#include "commands/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/alloc.h"

#if defined __x86_64__
enum { OWN_MACHINE = EM_X86_64 };
#elif defined __aarch64__
enum { OWN_MACHINE = EM_AARCH64 };
#elif defined __riscv
enum { OWN_MACHINE = EM_RISCV };
#elif defined __powerpc64__
enum { OWN_MACHINE = EM_PPC64 };
#elif defined __s390x__
enum { OWN_MACHINE = EM_S390 };
#else
#error "name this machine's e_machine here"
#endif

static const char *const runtimes[] = {"libasan.so", "libtsan.so", "libhwasan.so", "liblsan.so", "libclang_rt.asan", "libclang_rt.tsan"};

static bool is_runtime(const char *needed) {
  for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
    if (!strncmp(needed, runtimes[i], strlen(runtimes[i])))
      return true;
  return false;
}

/* Bytes of the file at `offset` up to its first NUL, checked against the segment; NULL if they are no string. */
static char *file_string(Elf *elf, uint64_t offset, uint64_t bytes) {
  size_t size = 0;
  const char *raw = elf_rawfile(elf, &size);
  if (!raw || offset >= size || bytes > size - offset || !memchr(raw + offset, '\0', bytes))
    return NULL;
  return xstrdup(raw + offset);
}

/* Scan one dynamic section's DT_NEEDED entries for a sanitizer's runtime. */
static char *section_runtime(Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
  Elf_Data *data = elf_getdata(section, NULL);
  GElf_Dyn entry;
  for (int i = 0; data && gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++) {
    const char *name = entry.d_tag == DT_NEEDED ? elf_strptr(elf, header->sh_link, entry.d_un.d_val) : NULL;
    if (name && is_runtime(name))
      return xstrdup(name);
  }
  return NULL;
}

static char *elf_runtime(Elf *elf) {
  for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) && header.sh_type == SHT_DYNAMIC)
      return section_runtime(elf, section, &header);
  }
  return NULL;
}

static char *elf_loader(Elf *elf) {
  size_t n = 0;
  if (elf_getphdrnum(elf, &n))
    return NULL;
  for (size_t i = 0; i < n; i++) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_INTERP)
      return file_string(elf, header.p_offset, header.p_filesz);
  }
  return NULL;
}

static char *own_loader(void) {
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
  char *loader = elf ? elf_loader(elf) : NULL;
  elf_end(elf);
  if (fd >= 0)
    close(fd);
  return loader;
}

/* A library linked to one C library cannot be loaded beside another: compare the loaders' names. */
static char *check_loader(const char *loader) {
  if (access(loader, X_OK))
    return xasprintf("needs the loader %s, which is not there", loader);
  char *own = own_loader(), *why = NULL;
  const char *a = strrchr(loader, '/'), *b = own ? strrchr(own, '/') : NULL;
  if (a && b && strcmp(a, b))
    why = xasprintf("is linked to another C library (%s)", loader);
  free(own);
  return why;
}

static char *check_elf(Elf *elf, struct elf_file *ret_file) {
  GElf_Ehdr header;
  if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
    return xstrdup("is neither an executable nor a script with a #! line");
  if (header.e_machine != OWN_MACHINE || header.e_ident[EI_CLASS] != ELFCLASS64)
    return xasprintf("was built for another architecture (machine %u, %s)", header.e_machine,
                     header.e_ident[EI_CLASS] == ELFCLASS32 ? "32 bits" : "64 bits");
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
    return xstrdup("is not an executable");
  ret_file->loader = elf_loader(elf);
  if (!ret_file->loader)
    return xstrdup("is statically linked, so nothing can be preloaded");
  char *why = check_loader(ret_file->loader);
  if (!why)
    ret_file->needs_runtime = elf_runtime(elf);
  return why;
}

char *elf_file_read(const char *path, struct elf_file *ret_file) {
  *ret_file = (struct elf_file){0};
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return errno == EACCES ? NULL : xasprintf("cannot be read: %s", strerror(errno));
  elf_version(EV_CURRENT);
  Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
  char *why = elf ? check_elf(elf, ret_file) : xstrdup("cannot be read");
  elf_end(elf);
  close(fd);
  if (why)
    elf_file_done(ret_file);
  return why;
}

void elf_file_done(struct elf_file *file) {
  free(file->loader);
  free(file->needs_runtime);
  *file = (struct elf_file){0};
}

/* "	NAME => PATH (0x...)": the path, if the line is about `name`. */
static char *list_line_path(char *line, const char *name) {
  char *save = NULL, *first = strtok_r(line, " \t\n", &save);
  char *arrow = strtok_r(NULL, " \t\n", &save), *path = strtok_r(NULL, " \t\n", &save);
  if (!first || !arrow || !path || strcmp(first, name) || strcmp(arrow, "=>") || *path != '/')
    return NULL;
  return xstrdup(path);
}

static char *list_search(int fd, const char *name) {
  FILE *list = fdopen(fd, "r");
  if (!list) {
    close(fd);
    return NULL;
  }
  char *line = NULL, *path = NULL;
  size_t capacity = 0;
  while (!path && getline(&line, &capacity, list) > 0)
    path = list_line_path(line, name);
  free(line);
  fclose(list);
  return path;
}

char *elf_resolve_needed(const char *path, const struct elf_file *file) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC))
    return NULL;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  char *arguments[] = {file->loader, (char *)"--list", (char *)path, NULL};
  pid_t pid = 0;
  int error = posix_spawn(&pid, file->loader, &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error) {
    close(ends[0]);
    return NULL;
  }
  char *found = list_search(ends[0], file->needs_runtime);
  waitpid(pid, NULL, 0);
  return found;
}
