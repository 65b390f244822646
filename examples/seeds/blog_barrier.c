/* blog_barrier - a client does not connect before the server has started.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Barrier Objects".
 * Neither waits for longer than five seconds. The connections are items of a queue, three of them and one that says the end.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

static struct track_barrier b;
static struct track_queue connections;
static char first[] = "first", second[] = "second", third[] = "third";

static void *serve(void *unused) {
  void *connection;
  printf("server started\n");
  track_barrier_wait_timeout(&b, TRACK_S(5), NULL);
  while (track_queue_get(&connections, &connection) == 0 && connection)
    printf("server: %s connection\n", (const char *)connection);
  return unused;
}

static void *call(void *unused) {
  void *calls[] = {first, second, third, NULL};
  track_barrier_wait_timeout(&b, TRACK_S(5), NULL);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    track_queue_put(&connections, calls[i]);
  return unused;
}

int main(void) {
  struct track_thread server, client;
  track_barrier_init(&b, 2, NULL, NULL, "b");
  track_queue_init(&connections, 0, "connections");
  track_thread_init(&server, serve, NULL, "server");
  track_thread_init(&client, call, NULL, "client");
  track_thread_start(&server);
  track_thread_start(&client);
  track_thread_join(&server, NULL);
  track_thread_join(&client, NULL);
  track_queue_destroy(&connections);
  track_barrier_destroy(&b);
  return 0;
}
