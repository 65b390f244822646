/* memcached_client.c - a fixed amount of work for a memcached: threads that store and fetch over TCP, one connection each.
 *
 *   memcached_client PORT THREADS REQUESTS BATCH
 *
 * Each thread sends BATCH requests at once (1 to 32) and reads all their answers. With 1, as most clients do, the server's time is mostly
 * the kernel's; with 32 it is its own. One request of eight is a store. Ends with 0 when every answer came and none was an error. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 32, N_KEYS = 10000, VALUE_BYTES = 100, MAX_THREADS = 64, TIMEOUT_S = 60 };

struct client {
  pthread_t thread;
  unsigned port;
  unsigned number;
  unsigned long requests, batch;
  const char *trouble; /* NULL: none */
};

static int connect_to(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval timeout = {.tv_sec = TIMEOUT_S};
  int no_delay = 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  close(fd);
  return -1;
}

static bool send_all(int fd, const char *bytes, size_t n) {
  while (n > 0) {
    ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes += sent;
    n -= (size_t)sent;
  }
  return true;
}

static bool is_store(unsigned long request) {
  return request % 8 == 0;
}

/* Text of requests first .. first + n - 1. */
static size_t write_batch(char *text, size_t size, const struct client *client, unsigned long first, unsigned long n) {
  static const char value[VALUE_BYTES + 1] =
      "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
  size_t used = 0;
  for (unsigned long i = first; i < first + n; i++) {
    unsigned long key = (i * 7919 + client->number * 104729) % N_KEYS;
    if (is_store(i))
      used += (size_t)snprintf(text + used, size - used, "set key%lu 0 0 %d\r\n%s\r\n", key, VALUE_BYTES, value);
    else
      used += (size_t)snprintf(text + used, size - used, "get key%lu\r\n", key);
  }
  return used;
}

/* Read until n answers ended: a store's with STORED, a fetch's with END, each on a line of its own. */
static const char *read_answers(int fd, unsigned long n) {
  char buffer[BATCH * (VALUE_BYTES + 64)];
  size_t used = 0;
  while (n > 0) {
    ssize_t got = recv(fd, buffer + used, sizeof buffer - used, 0);
    if (got <= 0)
      return "no answer";
    used += (size_t)got;
    char *line = buffer;
    for (char *end; (end = memchr(line, '\n', used - (size_t)(line - buffer))); line = end + 1) {
      if (strncmp(line, "STORED", 6) == 0 || strncmp(line, "END", 3) == 0)
        n--;
      else if (strncmp(line, "ERROR", 5) == 0 || strncmp(line, "SERVER_ERROR", 12) == 0 || strncmp(line, "CLIENT_ERROR", 12) == 0)
        return "an error was answered";
    }
    used -= (size_t)(line - buffer);
    memmove(buffer, line, used);
  }
  return NULL;
}

static void *client_run(void *argument) {
  struct client *client = argument;
  char text[BATCH * (VALUE_BYTES + 64)];
  int fd = connect_to(client->port);
  if (fd < 0)
    client->trouble = "cannot connect";
  for (unsigned long done = 0; done < client->requests && !client->trouble; done += client->batch) {
    unsigned long n = client->requests - done < client->batch ? client->requests - done : client->batch;
    if (!send_all(fd, text, write_batch(text, sizeof text, client, done, n)))
      client->trouble = "cannot send";
    else
      client->trouble = read_answers(fd, n);
  }
  if (fd >= 0)
    close(fd);
  return NULL;
}

int main(int n_arguments, char **arguments) {
  unsigned n = n_arguments == 5 ? (unsigned)atoi(arguments[2]) : 0, batch = n ? (unsigned)atoi(arguments[4]) : 0;
  struct client clients[MAX_THREADS];
  int status = 0;
  if (n == 0 || n > MAX_THREADS || batch == 0 || batch > BATCH) {
    fprintf(stderr, "usage: %s PORT THREADS REQUESTS BATCH\n", arguments[0]);
    return 2;
  }
  for (unsigned i = 0; i < n; i++) {
    clients[i] =
        (struct client){.port = (unsigned)atoi(arguments[1]), .number = i, .requests = strtoul(arguments[3], NULL, 10) / n, .batch = batch};
    if (pthread_create(&clients[i].thread, NULL, client_run, &clients[i]) != 0)
      return 1;
  }
  for (unsigned i = 0; i < n; i++) {
    pthread_join(clients[i].thread, NULL);
    if (clients[i].trouble) {
      fprintf(stderr, "memcached_client: thread %u: %s\n", i, clients[i].trouble);
      status = 1;
    }
  }
  return status;
}
