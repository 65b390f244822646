/* A signal handler that posts and locks in the middle of everything else this thread does. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

static sem_t semaphore;
static pthread_mutex_t in_handler = PTHREAD_MUTEX_INITIALIZER, lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int handled;

static void handler(int signal_number) {
  (void)signal_number;
  sem_post(&semaphore);
  if (!pthread_mutex_trylock(&in_handler))
    pthread_mutex_unlock(&in_handler);
  handled++;
}

int main(void) {
  struct sigaction action;
  struct itimerval every = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sem_init(&semaphore, 0, 0);
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &every, NULL);
  for (long i = 0; handled < 500; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  }
  setitimer(ITIMER_REAL, &never, NULL);
  int posted = 0;
  while (!sem_trywait(&semaphore))
    posted++;
  printf("%d\n", posted == handled);
  return 0;
}
