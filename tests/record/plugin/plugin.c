/* What deepbind.c loads: a static lock, taken a hundred times. */
#include <pthread.h>

static pthread_mutex_t plugin_lock = PTHREAD_MUTEX_INITIALIZER;

int plugin_run(void);
int plugin_run(void) {
  int n = 0;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&plugin_lock);
    n++;
    pthread_mutex_unlock(&plugin_lock);
  }
  return n;
}
