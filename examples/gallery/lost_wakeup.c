/* lost_wakeup - a reader waits for news, and the editor signals when there are some. The signal comes first. The program hangs, every time.
 *
 * A condition does not remember: a signal wakes those that wait at that moment, and nobody later. The reader would have to look, with the
 * mutex held, whether there are news already, and to wait only if there are none. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "../lucky_order.h"

static pthread_mutex_t desk = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static bool has_news;

static void *edit(void *unused) {
  pthread_setname_np(pthread_self(), "editor");
  pthread_mutex_lock(&desk);
  has_news = true;
  pthread_cond_signal(&news);
  pthread_mutex_unlock(&desk);
  lucky_next();
  return unused;
}

static void *read_news(void *unused) {
  pthread_setname_np(pthread_self(), "reader");
  lucky_wait(1); /* breakfast takes its time */
  pthread_mutex_lock(&desk);
  pthread_cond_wait(&news, &desk); /* BUG: nobody asked for has_news */
  printf("there are news: %s\n", has_news ? "yes" : "no");
  pthread_mutex_unlock(&desk);
  return unused;
}

int main(void) {
  pthread_t reader, editor;
  pthread_create(&reader, NULL, read_news, NULL);
  pthread_create(&editor, NULL, edit, NULL);
  pthread_join(editor, NULL);
  pthread_join(reader, NULL);
  return 0;
}
