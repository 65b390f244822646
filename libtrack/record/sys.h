/* sys.h - system calls without libc around them: no cancellation point, no errno, no symbol that somebody may have replaced.
 *
 * What the recorder does inside a stranger's pthread_mutex_lock must not become a cancellation point (write() is one) and must not
 * touch errno. Results are those of the kernel: -errno on failure. One file a machine would be overdone for ten lines of assembler. */
#ifndef TRACK_SYS_H
#define TRACK_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#else
#error "libtrack knows x86-64 and aarch64"
#endif

#define SYS_ARG(x) ((long)(x))
#define sys_call(n, a, b, c, d, e, f) sys6((n), SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), SYS_ARG(e), SYS_ARG(f))
#define sys_call0(n)             sys_call(n, 0, 0, 0, 0, 0, 0)
#define sys_call1(n, a)          sys_call(n, a, 0, 0, 0, 0, 0)
#define sys_call2(n, a, b)       sys_call(n, a, b, 0, 0, 0, 0)
#define sys_call3(n, a, b, c)    sys_call(n, a, b, c, 0, 0, 0)
#define sys_call4(n, a, b, c, d) sys_call(n, a, b, c, d, 0, 0)

/* The kernel's struct stat is libc's on both machines. */
static inline long sys_fstat(int fd, struct stat *ret_stat) { return sys_call2(SYS_fstat, fd, ret_stat); }

/* Memory of our own: anonymous, private. NULL when there is none. */
void *sys_memory(size_t bytes);
void sys_memory_free(void *memory, size_t bytes);

/* Number in decimal behind `text`, as much as fits; always ends in a zero byte. Returns the new length. */
size_t sys_append(char *text, size_t capacity, size_t length, const char *more);
size_t sys_append_number(char *text, size_t capacity, size_t length, uint64_t number);

#endif
