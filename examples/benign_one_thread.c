/* benign_one_thread - opposite order, but always in the same thread.
 *
 * Right: a thread that takes its own locks in any order, one section after the other, meets nobody.
 * The inspector says nothing; with --all: benign, one thread. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t text = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER;
static int words;

static void insert(void) {
  pthread_mutex_lock(&text);
  pthread_mutex_lock(&index_lock);
  words++;
  pthread_mutex_unlock(&index_lock);
  pthread_mutex_unlock(&text);
}

static void rebuild(void) {
  pthread_mutex_lock(&index_lock);
  pthread_mutex_lock(&text);
  words += 0;
  pthread_mutex_unlock(&text);
  pthread_mutex_unlock(&index_lock);
}

/* The second thread never holds two locks. */
static void *count(void *ret_words) {
  pthread_mutex_lock(&text);
  *(int *)ret_words = words;
  pthread_mutex_unlock(&text);
  return NULL;
}

int main(void) {
  pthread_t reader;
  int counted;
  insert();
  rebuild();
  pthread_create(&reader, NULL, count, &counted);
  insert();
  rebuild();
  pthread_join(reader, NULL);
  printf("%d words\n", words);
  return counted < 1;
}
